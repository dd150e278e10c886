import { credentialsIn } from '../../lib/redact';
import { InvalidValueError, ValidationError, ValuePath, at, pathText } from '../../lib/validation';
import { Finding, FindingCode, Findings } from './findings';
import { valueAt, YamlSource } from '../yaml/yaml-source';

const HIDDEN_KEY = '(a key that is not shown)';
const HIDDEN_VALUE = 'this is not what belongs here, and it is not shown, as it may hold a credential';

/** Codes of errors between the keys of one mapping: they mean nothing while one of those keys is wrong. */
const ACROSS_KEYS: readonly FindingCode[] = ['conflict', 'mismatch', 'no-effect'];

/** Takes the findings of one values file and knows where in it they are. */
export class FileReport {
  private readonly reported = new Set<string>();
  private readonly sectionsWithWrongKeys = new Set<string>();

  constructor(
    readonly file: string,
    private readonly findings: Findings,
    private readonly source?: YamlSource,
  ) {}

  /** Notes that a key of the mapping at a path is wrong: checks across its keys are left out from now on. */
  wrongKeyIn(section: ValuePath): void {
    this.sectionsWithWrongKeys.add(pathText(section));
  }

  /** Notes a problem with a key. Only the first about one key counts: what follows from it would be noise. */
  problem(path: ValuePath, code: FindingCode, message: string, where: 'key' | 'value' = 'value'): void {
    const key = pathText(path);
    if (this.reported.has(key)) return;
    this.reported.add(key);
    this.findings.problems.push(this.finding(path, code, message, where));
  }

  /**
   * Notes a key that is not known.
   *
   * @param isShown whether the key can be no part of a credential
   * @param meant the key that was probably meant: when it is absent, it is not missing
   */
  unknownKey(path: ValuePath, message: string, isShown: boolean, meant?: ValuePath): void {
    if (meant !== undefined && valueAt(this.source?.value, meant) === undefined) this.reported.add(pathText(meant));
    const key = pathText(isShown ? path : [...path.slice(0, -1), HIDDEN_KEY]);
    const place = this.source?.keyPosition(path);
    this.findings.problems.push({ file: this.file, ...place, key, code: 'unknown-key', message });
  }

  /** Notes the errors of the value at a path; those of one member are one problem. */
  errors(path: ValuePath, errors: readonly ValidationError[]): void {
    const placed = at(path, errors).filter(
      (error) =>
        !ACROSS_KEYS.includes(error.code) || !this.sectionsWithWrongKeys.has(pathText(error.path.slice(0, -1))),
    );
    for (const key of new Set(placed.map((error) => pathText(error.path)))) {
      const same = placed.filter((error) => pathText(error.path) === key);
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
    this.findings.notes.push(this.finding(path, code, message, 'value'));
  }

  /** Notes something about a key that is hardly meant. */
  warning(path: ValuePath, code: FindingCode, message: string): void {
    this.findings.warnings.push(this.finding(path, code, message, 'value'));
  }

  /** Whether a problem with the key, or with something in it, was noted. */
  isBroken(path: ValuePath): boolean {
    const key = pathText(path);
    return [...this.reported].some(
      (other) => other === key || other.startsWith(`${key}.`) || other.startsWith(`${key}[`),
    );
  }

  private finding(path: ValuePath, code: FindingCode, message: string, where: 'key' | 'value'): Finding {
    const { file, source } = this;
    if (path.length === 0) return { file, code, message };
    const position = where === 'key' ? source?.keyPosition(path) : source?.position(path);
    const key = pathText(path.map((part) => (credentialsIn(String(part)).length > 0 ? HIDDEN_KEY : part)));
    return { file, ...position, key, code, message: this.repeatsCredential(path, message) ? HIDDEN_VALUE : message };
  }

  /** Whether a message repeats what may be a credential: people paste into the wrong line. */
  private repeatsCredential(path: ValuePath, message: string): boolean {
    const value = valueAt(this.source?.value, path);
    if (typeof value !== 'string') return false;
    const text = message.toLowerCase();
    return credentialsIn(value).some((part) => text.includes(part.toLowerCase()));
  }
}
