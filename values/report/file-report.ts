import { credentialsIn } from '../../lib/redact';
import { InvalidValueError, ValidationError, ValuePath, at, pathText } from '../../lib/validation';
import { Finding, FindingCode, Findings } from './findings';
import { Scrubber } from './scrub';
import { valueAt, YamlSource } from '../yaml/yaml-source';

const HIDDEN_KEY = '(a key that is not shown)';
/** So many findings of a kind in one file: who reads more of them at once? */
export const MOST_FINDINGS = 100;
const MOST_OF_ONE_KEY = 10;

/** Codes of errors between the keys of one mapping: they mean nothing while one of those keys is wrong. */
const ACROSS_KEYS: readonly FindingCode[] = ['conflict', 'mismatch', 'no-effect'];

/** Takes the findings of one values file and knows where in it they are. */
export class FileReport {
  private readonly reported = new Set<string>();
  /** The keys with a problem, and all those above them. */
  private readonly broken = new Set<string>();
  private readonly sectionsWithWrongKeys = new Set<string>();
  private readonly counts = new Map<Finding[], number>();

  constructor(
    readonly file: string,
    private readonly findings: Findings,
    private readonly source?: YamlSource,
  ) {
    const password = valueAt(source?.value, ['customImage', 'registryPassword']);
    if (password !== undefined && password !== null) this.hide(password);
  }

  /** Takes a password out of every message. */
  hide(password: unknown): void {
    this.findings.hide(password);
  }

  /** Whether there are so many problems that further ones are not listed. */
  get isFull(): boolean {
    return this.reported.size >= MOST_FINDINGS;
  }

  /** Notes that a key of the mapping at a path is wrong: checks across its keys are left out from now on. */
  wrongKeyIn(section: ValuePath): void {
    this.sectionsWithWrongKeys.add(pathText(section));
  }

  /** Notes a problem with a key. Only the first about one key counts: what follows from it would be noise. */
  problem(path: ValuePath, code: FindingCode, message: string, where: 'key' | 'value' = 'value'): void {
    const key = pathText(path);
    if (this.reported.has(key)) return;
    this.markBroken(path);
    this.add(this.findings.problems, () => this.finding(path, code, message, where));
  }

  /**
   * Notes a key that is not known.
   *
   * @param isShown whether the key can be no part of a credential
   * @param meant the key that was probably meant: when it is absent, it is not missing
   */
  unknownKey(path: ValuePath, message: string, isShown: boolean, meant?: ValuePath): void {
    if (meant !== undefined && valueAt(this.source?.value, meant) === undefined) this.markBroken(meant);
    const key = pathText(isShown ? path : [...path.slice(0, -1), HIDDEN_KEY]);
    this.add(this.findings.problems, () => {
      return { file: this.file, ...this.source?.keyPosition(path), key, code: 'unknown-key', message };
    });
  }

  /** Notes the errors of the value at a path; those of one member are one problem. */
  errors(path: ValuePath, errors: readonly ValidationError[]): void {
    const placed = at(path, errors).filter(
      (error) =>
        !ACROSS_KEYS.includes(error.code) || !this.sectionsWithWrongKeys.has(pathText(error.path.slice(0, -1))),
    );
    const byKey = new Map<string, ValidationError[]>();
    for (const error of placed) {
      const key = pathText(error.path);
      const same = byKey.get(key);
      if (same === undefined) byKey.set(key, [error]);
      else if (same.length < MOST_OF_ONE_KEY) same.push(error);
    }
    for (const same of byKey.values()) {
      this.problem(same[0].path, same[0].code, same.map(({ message }) => message).join('\n  '));
    }
  }

  /**
   * Makes a value of the library, and notes what is wrong with it.
   *
   * @param pathOf where in the file the value's own paths are; nothing leaves an error out
   * @returns nothing when the value is invalid
   */
  collect<T>(make: () => T, pathOf: (error: ValidationError) => ValuePath | undefined): T | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      const placed = error.errors.flatMap((one) => {
        const path = pathOf(one);
        return path === undefined ? [] : [{ ...one, path }];
      });
      this.errors([], placed);
      return undefined;
    }
  }

  /** Notes something about a key that can be meant, and what follows from it. */
  note(path: ValuePath, code: FindingCode, message: string): void {
    this.add(this.findings.notes, () => this.finding(path, code, message, 'value'));
  }

  /** Notes something about a key that is hardly meant. */
  warning(path: ValuePath, code: FindingCode, message: string): void {
    this.add(this.findings.warnings, () => this.finding(path, code, message, 'value'));
  }

  /** Whether a problem with the key, or with something in it, was noted. */
  isBroken(path: ValuePath): boolean {
    return this.broken.has(pathText(path));
  }

  private markBroken(path: ValuePath): void {
    this.reported.add(pathText(path));
    for (let depth = path.length; depth > 0; depth--) this.broken.add(pathText(path.slice(0, depth)));
  }

  /** Adds a finding, unless there are so many already that nobody reads them. */
  private add(list: Finding[], make: () => Finding): void {
    const count = (this.counts.get(list) ?? 0) + 1;
    this.counts.set(list, count);
    if (count < MOST_FINDINGS) list.push(this.findings.clean(make()));
    if (count !== MOST_FINDINGS) return;
    const message = `${MOST_FINDINGS} findings, and the file may have more: fix these first`;
    list.push({ file: this.file, code: 'file', message });
  }

  private finding(path: ValuePath, code: FindingCode, message: string, where: 'key' | 'value'): Finding {
    const { file, source } = this;
    if (path.length === 0) return { file, code, message };
    const position = where === 'key' ? source?.keyPosition(path) : source?.position(path);
    const key = pathText(path.map((part) => (credentialsIn(String(part)).length > 0 ? HIDDEN_KEY : part)));
    return { file, ...position, key, code, message: this.withoutEcho(path, message) };
  }

  /** The message without what may be a credential in the value that it is about: people paste into the wrong line. */
  private withoutEcho(path: ValuePath, message: string): string {
    const value = valueAt(this.source?.value, path);
    if (typeof value !== 'string') return message;
    const scrubber = new Scrubber();
    for (const part of credentialsIn(value)) scrubber.add(part);
    return scrubber.clean(message);
  }
}
