import { credentialsIn } from '../../lib/redact';
import { InvalidValueError, ValidationError, ValuePath, at, pathText } from '../../lib/validation';
import { Finding, FindingCode, Findings } from './findings';
import { Scrubber } from './scrub';
import { valueAt, YamlSource } from '../yaml/yaml-source';

const HIDDEN_KEY = '(a key that is not shown)';
/** The most findings of each kind that are reported for one file, as nobody reads more at once. */
export const MOST_FINDINGS = 100;
const MOST_OF_ONE_KEY = 10;

/** Codes of errors between the keys of one mapping. They are not reported while one of these keys is wrong. */
const ACROSS_KEYS: readonly FindingCode[] = ['conflict', 'mismatch', 'no-effect'];

/** Collects the findings of one values file, each with its position. */
export class FileReport {
  private readonly reported = new Set<string>();
  /** The keys with a problem, and all their parents. */
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

  /** Removes a password from every message. */
  hide(password: unknown): void {
    this.findings.hide(password);
  }

  /** Whether the limit is reached, so that no more problems are listed. */
  get isFull(): boolean {
    return this.reported.size >= MOST_FINDINGS;
  }

  /** Records that a key of the mapping at a path is wrong. From then on, errors between its keys are left out. */
  wrongKeyIn(section: ValuePath): void {
    this.sectionsWithWrongKeys.add(pathText(section));
  }

  /** Reports a problem with a key. Only the first problem of a key is kept, as others often follow from it. */
  problem(path: ValuePath, code: FindingCode, message: string, where: 'key' | 'value' = 'value'): void {
    const key = pathText(path);
    if (this.reported.has(key)) return;
    this.markBroken(path);
    this.add(this.findings.problems, () => this.finding(path, code, message, where));
  }

  /**
   * Reports an unknown key.
   *
   * @param isShown whether the key cannot be part of a credential, and so may be shown
   * @param meant the key that was probably meant. It is then not reported as missing
   */
  unknownKey(path: ValuePath, message: string, isShown: boolean, meant?: ValuePath): void {
    if (meant !== undefined && valueAt(this.source?.value, meant) === undefined) this.markBroken(meant);
    const key = pathText(isShown ? path : [...path.slice(0, -1), HIDDEN_KEY]);
    this.add(this.findings.problems, () => {
      return { file: this.file, ...this.source?.keyPosition(path), key, code: 'unknown-key', message };
    });
  }

  /** Reports the errors of the value at a path. Several errors of the same key become one problem. */
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
   * Makes a value of the library, and reports its validation errors.
   *
   * @param pathOf translates the path of an error into a path of the file. If it returns nothing, the error is left out
   * @returns nothing if the value is not valid
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

  /** Adds a note: the value of a key may be intended, but has a consequence that the user should know. */
  note(path: ValuePath, code: FindingCode, message: string): void {
    this.add(this.findings.notes, () => this.finding(path, code, message, 'value'));
  }

  /** Adds a warning: the value of a key is probably not intended. */
  warning(path: ValuePath, code: FindingCode, message: string): void {
    this.add(this.findings.warnings, () => this.finding(path, code, message, 'value'));
  }

  /** Whether a problem was reported for a key or for something below it. */
  isBroken(path: ValuePath): boolean {
    return this.broken.has(pathText(path));
  }

  private markBroken(path: ValuePath): void {
    this.reported.add(pathText(path));
    for (let depth = path.length; depth > 0; depth--) this.broken.add(pathText(path.slice(0, depth)));
  }

  /** Adds a finding, up to the limit. */
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

  /** Removes from a message what may be a credential in the value: people paste passwords into the wrong line. */
  private withoutEcho(path: ValuePath, message: string): string {
    const value = valueAt(this.source?.value, path);
    if (typeof value !== 'string') return message;
    const scrubber = new Scrubber();
    for (const part of credentialsIn(value)) scrubber.add(part);
    return scrubber.clean(message);
  }
}
