import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessSnapshot {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly environ: readonly string[];
  /** Whether it is process 1 of its own process namespace. */
  readonly isFirstOfContainer: boolean;
}

/** A process and all its children that still run. */
export function descendants(root: number): ProcessSnapshot[] {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const parent = /^PPid:\s*(\d+)$/m.exec(read(pid, 'status'))?.[1];
    if (parent !== undefined) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), pid]);
  }
  const found: ProcessSnapshot[] = [];
  const visit = (pid: number): void => {
    found.push({
      pid,
      argv: list(read(pid, 'cmdline')),
      environ: list(read(pid, 'environ')),
      isFirstOfContainer: /^NSpid:\s*\d+.*\s1$/m.test(read(pid, 'status')),
    });
    children.get(pid)?.forEach(visit);
  };
  visit(root);
  return found;
}

/** Empty if the process has just ended. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function list(text: string): string[] {
  return text.split('\0').slice(0, -1);
}
