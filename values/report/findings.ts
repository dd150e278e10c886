import { ErrorCode } from '../../lib/validation';
import { Scrubber } from './scrub';

/** The code of a finding: that of a validation error of the library, or one that only values files have. */
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

/** Something that is wrong, or worth knowing, at one place of a values file. */
export interface Finding {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The key with its parents, such as `customImage.pushRepo`. It is missing if the finding is about the whole file. */
  readonly key?: string;
  readonly code: FindingCode;
  /** What is wrong, and what to do. It never contains a credential. */
  readonly message: string;
}

/** The findings of a run. Problems stop it, warnings and notes do not. */
export class Findings {
  readonly problems: Finding[] = [];
  readonly warnings: Finding[] = [];
  readonly notes: Finding[] = [];
  private readonly scrubber = new Scrubber();

  /** Removes a password from all findings, also from those that are added later. */
  hide(password: unknown): void {
    this.scrubber.add(password);
    for (const list of [this.problems, this.warnings, this.notes])
      list.splice(0, Infinity, ...list.map((one) => this.clean(one)));
  }

  /** A finding without the known passwords. */
  clean(finding: Finding): Finding {
    const { key, message } = finding;
    const cleanKey = key === undefined ? {} : { key: this.scrubber.clean(key) };
    return { ...finding, ...cleanKey, message: this.scrubber.clean(message) };
  }

  /** Adds a note about a whole file. */
  fileNote(file: string, message: string): void {
    this.notes.push({ file, code: 'file', message });
  }

  /** Adds a problem of a whole file. */
  fileProblem(file: string, message: string): void {
    this.problems.push({ file, code: 'file', message });
  }
}

/** The findings in the order of a report: by file name, then by position. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const files = [...new Set(findings.map(({ file }) => file))].sort();
  const order = new Map(files.map((file, i) => [file, i]));
  const byPlace = (a: Finding, b: Finding) =>
    order.get(a.file)! - order.get(b.file)! || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
  return [...findings].sort(byPlace);
}

/** The findings as text. Each is a line with its place and a line with its message. */
export function formatFindings(findings: readonly Finding[]): string {
  return inOrder(findings)
    .map(({ file, line, column, key, message }) => {
      const place = line === undefined ? file : `${file}:${line}:${column}`;
      return `${place}${key === undefined ? '' : `  ${key}`}\n  ${message}\n`;
    })
    .join('');
}
