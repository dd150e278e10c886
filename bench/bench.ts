import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { tool } from '../__tests__/e2e/support/tools';
import { buildCommand } from '../scripts/build-command';

/**
 * Compares, in one run and in turns, the built command on the three values files, and on 100 and 1,000 copies of them, with
 * `helm template` of a chart of the same objects and with an empty Node. Reports ratios: absolute times of one machine
 * mean nothing on another.
 */

const REPOSITORY = path.join(__dirname, '..');
const ROUNDS = Number(process.env.ROUNDS ?? 7);

interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function seconds({ argv, env }: Command): number {
  const start = process.hrtime.bigint();
  const options = { cwd: REPOSITORY, env: { ...process.env, ...env }, maxBuffer: 1 << 30 };
  const { status, stderr } = spawnSync(argv[0], argv.slice(1), options);
  if (status !== 0) throw new Error(`${argv.join(' ')} failed:\n${stderr.toString()}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Runs the commands in turns, so that a slow moment of the machine hits all of them. */
function medians(commands: readonly Command[]): number[] {
  commands.forEach(seconds);
  const rounds = Array.from({ length: ROUNDS }, () => commands.map(seconds));
  return commands.map((_, i) => rounds.map((round) => round[i]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]);
}

const KINDS = ['dockerhub', 'gcr', 'ecr'];

/** A folder with copies of the values files of these registries, in turn; each writes a Secret of its own. */
function valuesFolder(folder: string, kinds: readonly string[], count: number): string {
  fs.mkdirSync(folder);
  const texts = kinds.map((kind) => fs.readFileSync(path.join(REPOSITORY, 'registries', `${kind}.yaml`), 'utf8'));
  for (let i = 0; i < count; i++) {
    const kind = i % kinds.length;
    fs.writeFileSync(path.join(folder, `${kinds[kind]}-${i}.yaml`), texts[kind].replace('aws-registry', `aws-${i}`));
  }
  return folder;
}

/** A Helm chart that renders the objects that synth made of the first of each kind, for so many registries in turn. */
function helmChart(folder: string, dist: string, kinds: readonly string[], count: number): string {
  const template = kinds
    .map((kind, i) => {
      const manifest = fs.readFileSync(path.join(dist, `${kind}-${i}.k8s.yaml`), 'utf8');
      const named = manifest.replaceAll(`${kind}-${i}`, '{{ .name }}').replaceAll(`aws-${i}`, '{{ .secret }}');
      return `{{- if eq .kind "${kind}" }}\n---\n${named}\n{{- end }}\n`;
    })
    .join('');
  const registries = Array.from({ length: count }, (_, i) => {
    const kind = kinds[i % kinds.length];
    return { kind, name: `${kind}-${i}`, secret: `aws-${i}` };
  });
  fs.mkdirSync(path.join(folder, 'templates'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: registries\nversion: 0.1.0\n');
  fs.writeFileSync(path.join(folder, 'values.yaml'), JSON.stringify({ registries }));
  fs.writeFileSync(path.join(folder, 'templates/all.yaml'), `{{- range .Values.registries }}\n${template}{{- end }}\n`);
  return folder;
}

function synth(root: string, kinds: readonly string[], count: number): Command {
  const name = `${kinds.join('-')}-${count}`;
  const dist = path.join(root, `dist-${name}`);
  const argv = ['node', path.join(root, 'cli/index.js'), 'synth', valuesFolder(path.join(root, name), kinds, count)];
  return { argv: [...argv, '--out', dist], env: { CDK8S_OUTDIR: dist } };
}

function helm(root: string, dist: string, kinds: readonly string[], count: number): Command {
  const name = `${kinds.join('-')}-${count}`;
  const chart = helmChart(path.join(root, `chart-${name}`), dist, kinds, count);
  const folder = path.join(root, `helm-${name}`);
  return { argv: [tool('helm'), 'template', 'bench', chart, '--output-dir', folder] };
}

function main(): void {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  try {
    buildCommand(path.join(root, 'cli'));
    const synths = [3, 100, 1000].map((count) => synth(root, KINDS, count));
    const ecrs = [100, 1000].map((count) => synth(root, ['ecr'], count));
    seconds(synths[0]);
    const helms = [3, 100, 1000].map((count) => helm(root, synths[0].env!.CDK8S_OUTDIR, KINDS, count));
    seconds(ecrs[0]);
    const helmEcr = helm(root, ecrs[0].env!.CDK8S_OUTDIR, ['ecr'], 1000);
    const [empty, synth3, synth100, synth1000, ecr100, ecr1000, helm3, helm100, helm1000, helmEcr1000] = medians([
      { argv: ['node', '-e', '0'] },
      ...[...synths, ...ecrs, ...helms, helmEcr],
    ]);
    const further = (hundred: number, thousand: number): number => (1000 * (thousand - hundred)) / 900;
    console.log(`Medians of ${ROUNDS} rounds. Ratios:`);
    const report = (label: string, value: number): void => console.log(`${label.padEnd(46)} ${value.toFixed(1)}`);
    report('synth of 3 / node -e 0', synth3 / empty);
    report('synth of 3 / helm template of 3', synth3 / helm3);
    report('synth of 100 / helm template of 100', synth100 / helm100);
    report('synth of 1,000 / helm template of 1,000', synth1000 / helm1000);
    report('synth of 1,000 ECR / helm template of 1,000 ECR', ecr1000 / helmEcr1000);
    report('synth of 1,000 / synth of 100', synth1000 / synth100);
    report('each further registry, in milliseconds', further(synth100, synth1000));
    report('each further ECR registry, in milliseconds', further(ecr100, ecr1000));
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

main();
