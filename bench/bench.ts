import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { isDeepStrictEqual } from 'util';
import { tool } from '../__tests__/e2e/support/tools';
import { buildCommand } from '../scripts/build-command';

/**
 * Compares the built command with `helm template` of a chart that renders the same bytes, and with an empty Node
 * program. All run in turns. Reports ratios, since absolute times of one machine mean nothing on another.
 */

const REPOSITORY = path.join(__dirname, '..');
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const ECR = ['ecr'];
const ALL_KINDS = ['dockerhub', 'gcr', 'ecr'];
/** The file in which a child process writes its peak memory. */
const MEMORY_FD = 3;

/** A command that is timed. */
type Command = readonly string[];

function run([program, ...args]: Command): (string | null)[] {
  const stdio: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'pipe', 'pipe'];
  const options = { cwd: REPOSITORY, maxBuffer: 1 << 30, encoding: 'utf8', stdio } as const;
  const { status, stderr, output } = spawnSync(program, args, options);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stderr}`);
  return output;
}

/**
 * The median of each command in seconds. All commands have run before. They run in turns, so that a slow moment of the
 * machine affects all of them.
 */
function medians<Name extends string>(commands: Readonly<Record<Name, Command>>): Record<Name, number> {
  const names = Object.keys(commands) as Name[];
  const rounds = Array.from({ length: ROUNDS }, () => names.map((name) => seconds(commands[name])));
  const median = (i: number) => rounds.map((round) => round[i]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  return Object.fromEntries(names.map((name, i) => [name, median(i)])) as Record<Name, number>;
}

function seconds(command: Command): number {
  const start = process.hrtime.bigint();
  run(command);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** The peak memory of a Node command, in MB. */
function peakMemory([node, ...args]: Command): number {
  const write = `fs.writeSync(${MEMORY_FD}, String(process.resourceUsage().maxRSS))`;
  const preload = `import fs from 'node:fs'; process.on('exit', () => ${write});`;
  const output = run([node, '--import', `data:text/javascript,${encodeURIComponent(preload)}`, ...args]);
  return (Number(output[MEMORY_FD]) * 1024) / 1e6;
}

/** The registries of a run: copies of the values files of some kinds, in turn. Each writes its own Secret. */
function registries(kinds: readonly string[], count: number): { kind: string; name: string; secret: string }[] {
  return Array.from({ length: count }, (_, i) => {
    const kind = kinds[i % kinds.length];
    return { kind, name: `${kind}-${i}`, secret: `aws-${i}` };
  });
}

/** The folder with the files of a run. */
class Files {
  private readonly name: string;
  readonly values: string;
  readonly dist: string;
  readonly chart: string;
  readonly rendered: string;

  constructor(
    root: string,
    private readonly kinds: readonly string[],
    private readonly count: number,
  ) {
    this.name = `${kinds.join('-')}-${count}`;
    [this.values, this.dist, this.chart, this.rendered] = ['values', 'dist', 'chart', 'rendered'].map((folder) =>
      path.join(root, folder, this.name),
    );
  }

  /** The command that synthesizes the registries. */
  synth(command: string): Command {
    fs.mkdirSync(this.values, { recursive: true });
    for (const { kind, name, secret } of registries(this.kinds, this.count)) {
      const text = fs.readFileSync(path.join(REPOSITORY, 'registries', `${kind}.yaml`), 'utf8');
      fs.writeFileSync(path.join(this.values, `${name}.yaml`), text.replace('aws-registry', secret));
    }
    return ['node', command, 'synth', this.values, '--out', this.dist];
  }

  /** The command that renders the same manifests with Helm as synth writes. Synth must have run before. */
  helm(): Command {
    const templates = path.join(this.chart, 'templates');
    fs.mkdirSync(templates, { recursive: true });
    const all = registries(this.kinds, this.count).map((one) => ({ ...one, ...ownTexts(this.manifest(one.name)) }));
    fs.writeFileSync(path.join(this.chart, 'Chart.yaml'), 'apiVersion: v2\nname: registries\nversion: 0.1.0\n');
    fs.writeFileSync(path.join(this.chart, 'values.yaml'), JSON.stringify({ registries: all }));
    const cases = all.slice(0, this.kinds.length).map((one) => {
      const keys = ['name', 'secret', 'hash', 'schedule'] as const;
      const manifest = keys.reduce(
        (text, key) => (one[key] === undefined ? text : text.replaceAll(one[key], `{{ .${key} }}`)),
        this.manifest(one.name),
      );
      return `{{- if eq .kind "${one.kind}" }}\n${manifest}{{- end }}\n`;
    });
    const template = `{{- range .Values.registries }}\n${cases.join('')}{{- end }}\n`;
    fs.writeFileSync(path.join(templates, 'all.yaml'), template);
    this.checkThatHelmRendersTheSame();
    return [tool('helm'), 'template', 'bench', this.chart, '--output-dir', this.rendered];
  }

  private checkThatHelmRendersTheSame(): void {
    const rendered = run([tool('helm'), 'template', 'bench', this.chart])[1] ?? '';
    const made = registries(this.kinds, this.count).map(({ name }) => this.manifest(name));
    if (!isDeepStrictEqual(documents(rendered), documents(made.join('')))) {
      throw new Error(`Helm and synth render different manifests: compare ${this.chart} with ${this.dist}`);
    }
  }

  private manifest(name: string): string {
    return fs.readFileSync(path.join(this.dist, `${name}.k8s.yaml`), 'utf8');
  }
}

/**
 * What differs between the manifests of two registries besides names: the hash of the Job, the minute of the CronJob.
 */
function ownTexts(manifest: string): { hash?: string; schedule?: string } {
  const [, hash] = /-token-([0-9a-f]{8})$/m.exec(manifest) ?? [];
  const [, schedule] = /^ {2}schedule: (.+)$/m.exec(manifest) ?? [];
  return { hash, schedule };
}

/** The documents of a YAML text. Helm sorts them by kind, and adds a line that says where each is from. */
function documents(text: string): string[] {
  return text
    .split(/^---\n/m)
    .map((document) => document.replace(/^# Source: .*\n/m, '').trimEnd())
    .filter((document) => document !== '')
    .sort();
}

async function main(): Promise<void> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  try {
    const command = path.join(root, 'cli/index.js');
    await buildCommand(path.dirname(command));
    const synths = (kinds: readonly string[], count: number) => new Files(root, kinds, count).synth(command);
    const helms = (kinds: readonly string[], count: number) => new Files(root, kinds, count).helm();
    const synth = {
      ecr3: synths(ECR, 3),
      ecr1000: synths(ECR, 1000),
      ecr10000: synths(ECR, 10_000),
      mixed3: synths(ALL_KINDS, 3),
      mixed1000: synths(ALL_KINDS, 1000),
    };
    Object.values(synth).forEach(run);
    const times = medians({
      empty: ['node', '-e', '0'],
      ...synth,
      helmEcr3: helms(ECR, 3),
      helmEcr1000: helms(ECR, 1000),
      helmMixed3: helms(ALL_KINDS, 3),
      helmMixed1000: helms(ALL_KINDS, 1000),
    });
    const report = (label: string, value: number, digits = 2): void =>
      console.log(`${label.padEnd(50)} ${value.toFixed(digits)}`);
    console.log(`Medians of ${ROUNDS} rounds. Ratios:`);
    report('synth of 3 ECR / helm template of 3 ECR', times.ecr3 / times.helmEcr3);
    report('synth of 1,000 ECR / helm template of 1,000 ECR', times.ecr1000 / times.helmEcr1000);
    report('synth of 10,000 ECR / synth of 1,000 ECR', times.ecr10000 / times.ecr1000);
    report('synth of 3 kinds / helm template of 3 kinds', times.mixed3 / times.helmMixed3);
    report('synth of 1,000 mixed / helm template of 1,000', times.mixed1000 / times.helmMixed1000);
    report('synth of 3 ECR / node -e 0', times.ecr3 / times.empty);
    report('helm template of 3 ECR / node -e 0', times.helmEcr3 / times.empty);
    report('each further ECR registry, in milliseconds', (times.ecr10000 - times.ecr1000) / 9);
    report('peak memory with 10,000 ECR, in MB', peakMemory(synth.ecr10000), 0);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

void main();
