import { ErrorCode } from '../../lib/validation';
import { Scrubber } from './scrub';

/** What kind of finding it is: the codes of the library's validation errors, and those of a file and of YAML. */
export type FindingCode =
  | ErrorCode
  | 'file'
  | 'yaml'
  | 'unknown-key'
  | 'placeholder'
  | 'ambiguous'
  | 'committed'
  | 'ignored'
  | 'doubtful'
  | 'to-do';

/** One thing that is wrong, or worth knowing, in one place of one values file. */
export interface Finding {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The key with its parents, `customImage.pushRepo`; nothing when it is about the file as a whole. */
  readonly key?: string;
  readonly code: FindingCode;
  /** What is wrong and what would be right. Never a credential. */
  readonly message: string;
}

/** What a run found: problems, which stop it, warnings and notes, which do not. */
export class Findings {
  readonly problems: Finding[] = [];
  readonly warnings: Finding[] = [];
  readonly notes: Finding[] = [];
  private readonly scrubber = new Scrubber();

  /** Takes a password out of every finding, of those that are there and those that come. */
  hide(password: unknown): void {
    this.scrubber.add(password);
    for (const list of [this.problems, this.warnings, this.notes])
      list.splice(0, Infinity, ...list.map((one) => this.clean(one)));
  }

  /** The finding without the passwords that are known. */
  clean(finding: Finding): Finding {
    const { key, message } = finding;
    const cleanKey = key === undefined ? {} : { key: this.scrubber.clean(key) };
    return { ...finding, ...cleanKey, message: this.scrubber.clean(message) };
  }

  /** Adds a note on a file as a whole. */
  fileNote(file: string, message: string): void {
    this.notes.push({ file, code: 'file', message });
  }

  /** Adds a problem of a file as a whole. */
  fileProblem(file: string, message: string): void {
    this.problems.push({ file, code: 'file', message });
  }
}

/** The findings in the order of a report: the files by their names, each from its top. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const files = [...new Set(findings.map(({ file }) => file))].sort();
  const order = new Map(files.map((file, i) => [file, i]));
  const byPlace = (a: Finding, b: Finding) =>
    order.get(a.file)! - order.get(b.file)! || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
  return [...findings].sort(byPlace);
}

/** The text of findings, a paragraph each: where, then what. */
export function formatFindings(findings: readonly Finding[]): string {
  return inOrder(findings)
    .map(({ file, line, column, key, message }) => {
      const place = line === undefined ? file : `${file}:${line}:${column}`;
      return `${place}${key === undefined ? '' : `  ${key}`}\n  ${message}\n`;
    })
    .join('');
}
