import { Fault } from '../../lib/validation';
import { credentialsIn } from '../../lib/redact';
import { Findings } from './findings';
import { KeyPath, valueAt, YamlSource } from '../yaml/yaml-source';

const HIDDEN_KEY = '(a key that is not shown)';
const HIDDEN_VALUE = 'this is not what belongs here, and it is not shown, as it may hold a credential';

/** Takes the findings of one values file and knows where in it they are. */
export class FileReport {
  private readonly reported = new Set<string>();
  private readonly indexesLeftOut = new Map<string, number[]>();

  constructor(
    readonly file: string,
    private readonly findings: Findings,
    private readonly source?: YamlSource,
  ) {}

  /** Notes an item of a list that is left out of what is checked from now on: paths count without it, the file does not. */
  leftOut(path: KeyPath): void {
    const inFile = this.pathInFile(path);
    const list = keyText(inFile.slice(0, -1));
    const indexes = [...(this.indexesLeftOut.get(list) ?? []), Number(inFile[inFile.length - 1])];
    this.indexesLeftOut.set(
      list,
      indexes.sort((a, b) => a - b),
    );
  }

  /** Notes a problem with a key. Only the first about one key counts: what follows from it would be noise. */
  problem(path: KeyPath, message: string, at: 'key' | 'value' = 'value'): void {
    const key = keyText(this.pathInFile(path));
    if (this.reported.has(key)) return;
    this.reported.add(key);
    this.findings.problems.push(this.finding(path, message, at));
  }

  /**
   * Notes a key that is not known.
   *
   * @param isShown whether the key can be no part of a credential
   * @param meant the key that was probably meant: where it is absent, it is not missing
   */
  unknownKey(path: KeyPath, message: string, isShown: boolean, meant?: KeyPath): void {
    if (meant !== undefined && valueAt(this.source?.value, meant) === undefined) this.reported.add(keyText(meant));
    const key = keyText(isShown ? path : [...path.slice(0, -1), HIDDEN_KEY]);
    this.findings.problems.push({ file: this.file, ...this.source?.keyPosition(path), key, message });
  }

  /** Notes each of several faults of one key. */
  problems(path: KeyPath, messages: readonly string[]): void {
    if (messages.length > 0) this.problem(path, messages.join('\n  '));
  }

  /** Notes the faults of a value that the library checked; several of one member are one problem. */
  faults(path: KeyPath, faults: readonly Fault[]): void {
    for (const prop of new Set(faults.map((fault) => fault.prop))) {
      const messages = faults.filter((fault) => fault.prop === prop).map(({ message }) => message);
      this.problems([...path, ...propPath(prop)], messages);
    }
  }

  /** Notes something about a key that can be meant, and what follows from it. */
  note(path: KeyPath, message: string): void {
    this.findings.notes.push(this.finding(path, message, 'value'));
  }

  /** Notes something about a key that is hardly meant. */
  warning(path: KeyPath, message: string): void {
    this.findings.warnings.push(this.finding(path, message, 'value'));
  }

  /** Whether a problem with the key, or with something in it, was noted. */
  isBroken(path: KeyPath): boolean {
    const key = keyText(this.pathInFile(path));
    return [...this.reported].some(
      (other) => other === key || other.startsWith(`${key}.`) || other.startsWith(`${key}[`),
    );
  }

  private finding(checkedPath: KeyPath, message: string, at: 'key' | 'value') {
    const { file, source } = this;
    const path = this.pathInFile(checkedPath);
    if (path.length === 0) return { file, message };
    const position = at === 'key' ? source?.keyPosition(path) : source?.position(path);
    const key = keyText(path.map((part) => (credentialsIn(String(part)).length > 0 ? HIDDEN_KEY : part)));
    return { file, ...position, key, message: this.repeatsCredential(path, message) ? HIDDEN_VALUE : message };
  }

  private pathInFile(path: KeyPath): KeyPath {
    const inFile: (string | number)[] = [];
    for (const part of path) {
      if (typeof part !== 'number') inFile.push(part);
      else {
        const leftOut = this.indexesLeftOut.get(keyText(inFile)) ?? [];
        inFile.push(leftOut.reduce((index, gone) => (gone <= index ? index + 1 : index), part));
      }
    }
    return inFile;
  }

  /** Whether a message repeats what may be a credential: people paste into the wrong line. */
  private repeatsCredential(path: KeyPath, message: string): boolean {
    const value = valueAt(this.source?.value, path);
    if (typeof value !== 'string') return false;
    const text = message.toLowerCase();
    return credentialsIn(value).some((part) => text.includes(part.toLowerCase()));
  }
}

/** The path of a prop in the library's words, `registries[0].region`. */
function propPath(prop: string): KeyPath {
  const parts = prop.match(/[^.[\]]+|\[[0-9]+\]/g) ?? [];
  return parts.map((part) => (part.startsWith('[') ? Number(part.slice(1, -1)) : part));
}

/** A path as people write it: `aws.registries[0].region`. */
export function keyText(path: KeyPath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}
