import { Findings } from './findings';
import { KeyPath, YamlSource } from './yaml-source';

/** Takes the findings of one values file and knows where in it they are. */
export class FileReport {
  private readonly reported = new Set<string>();

  constructor(
    readonly file: string,
    private readonly findings: Findings,
    private readonly source?: YamlSource,
  ) {}

  /** Notes a problem with a key. Only the first about one key counts: what follows from it would be noise. */
  problem(path: KeyPath, message: string, at: 'key' | 'value' = 'value'): void {
    const key = keyText(path);
    if (this.reported.has(key)) return;
    this.reported.add(key);
    this.findings.problems.push({ file: this.file, ...this.place(path, at), message });
  }

  /** Notes a key that is not known, under a text that is safe to show. */
  unknownKey(path: KeyPath, key: string, message: string): void {
    this.findings.problems.push({ file: this.file, ...this.source?.keyPosition(path), key, message });
  }

  /** Notes each of several faults of one key. */
  problems(path: KeyPath, messages: readonly string[]): void {
    if (messages.length > 0) this.problem(path, messages.join('\n  '));
  }

  /** Notes something about a key that can be meant, and what follows from it. */
  note(path: KeyPath, message: string): void {
    this.findings.notes.push({ file: this.file, ...this.place(path, 'value'), message });
  }

  /** Notes something about a key that is hardly meant. */
  warning(path: KeyPath, message: string): void {
    this.findings.warnings.push({ file: this.file, ...this.place(path, 'value'), message });
  }

  /** Whether a problem with the key, or with something in it, was noted. */
  isBroken(path: KeyPath): boolean {
    const key = keyText(path);
    return [...this.reported].some((other) => other === key || other.startsWith(`${key}.`));
  }

  private place(path: KeyPath, at: 'key' | 'value') {
    if (path.length === 0) return {};
    const position = at === 'key' ? this.source?.keyPosition(path) : this.source?.position(path);
    return { ...position, key: keyText(path) };
  }
}

/** A path as people write it: `aws.registries[0].region`. */
export function keyText(path: KeyPath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}
