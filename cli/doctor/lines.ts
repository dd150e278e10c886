import { styleText } from 'util';
import { Commands } from './commands';
import { Snapshot } from './snapshot';
import { Answer, DoctorRegistry, Line } from './types';

/** The input of each check. */
export interface Context {
  readonly snapshot: Snapshot;
  readonly commands: Commands;
}

/** Collects lines, about one registry or about the cluster. */
export class Lines {
  readonly all: Line[] = [];

  constructor(private readonly registry?: DoctorRegistry) {}

  ok(code: string, message: string): void {
    this.add('ok', code, message);
  }

  wrong(code: string, message: string, command?: string): void {
    this.add('wrong', code, message, command);
  }

  unknown(code: string, message: string, command?: string): void {
    this.add('unknown', code, message, command);
  }

  /**
   * What was found, or nothing. Adds a line if a right is missing or the read failed.
   *
   * @param answer the result of the read
   * @param what the thing that was read, with its namespace
   */
  found<T>(answer: Answer<T>, what: string, commands: Commands): T | undefined {
    if (answer.kind === 'found') return answer.value;
    if (answer.kind === 'forbidden') {
      const { verb, resource, namespace } = answer.right;
      const everywhere = namespace === undefined && verb === 'list';
      const where = everywhere ? ' in all namespaces' : namespace === undefined ? '' : ` in ${namespace}`;
      this.unknown(
        'may-not-look',
        `${what}: not checked, as you do not have the right to ${verb} ${resource}${where}`,
        commands.kubectl(namespace, 'auth', 'can-i', verb, resource, ...(everywhere ? ['--all-namespaces'] : [])),
      );
    }
    if (answer.kind === 'failed') this.unknown('not-read', `${what}: not checked. kubectl says: ${answer.reason}`);
    return undefined;
  }

  private add(level: Line['level'], code: string, message: string, command?: string): void {
    const registry = this.registry === undefined ? {} : { registry: this.registry.name };
    this.all.push({ ...registry, level, code, message, ...(command === undefined ? {} : { command }) });
  }
}

const SIGNS = { ok: 'ok   ', wrong: 'WRONG', unknown: '?    ' };
const COLOURS = { ok: 'green', wrong: 'red', unknown: 'yellow' } as const;

/** The lines for people: first the cluster, then each registry. What is wrong comes first. */
export function formatDiagnosis(lines: readonly Line[], coloured = false): string {
  const sign = (level: Line['level']): string =>
    coloured ? styleText(COLOURS[level], SIGNS[level], { validateStream: false }) : SIGNS[level];
  const named = new Set(lines.flatMap(({ registry }) => registry ?? []));
  const titles = [...(lines.some(({ registry }) => registry === undefined) ? [undefined] : []), ...named];
  const order = ['wrong', 'unknown', 'ok'];
  const blocks = titles.map((title) => {
    const own = lines.filter(({ registry }) => registry === title);
    own.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
    const texts = own.map(({ level, message, command }) => {
      const label = level === 'wrong' ? 'fix' : 'look';
      return `  ${sign(level)} ${message}\n${command === undefined ? '' : `        ${label}: ${command}\n`}`;
    });
    return `${title ?? 'cluster'}\n${texts.join('')}`;
  });
  const count = (level: Line['level']): number => lines.filter((line) => line.level === level).length;
  return `${blocks.join('\n')}\n${count('wrong')} wrong, ${count('unknown')} unknown, ${count('ok')} right\n`;
}

/** A time span in words. */
export function age(from: Date, to: Date): string {
  const minutes = Math.round(Math.abs(to.getTime() - from.getTime()) / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 1440)} days`;
}
