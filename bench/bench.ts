import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { parse } from 'yaml';
import { tool } from '../__tests__/e2e/support/tools';

/**
 * Compares, in one run and in turns, `npm run synth`'s app with `helm template` of a chart of the same objects and with
 * an empty Node, and 3, 100 and 1,000 values files with each other. Reports ratios: absolute times of one machine mean
 * nothing on another.
 */

const REPOSITORY = path.join(__dirname, '..');
const ROUNDS = Number(process.env.ROUNDS ?? 7);

interface Command {
  readonly name: string;
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

/** A folder with so many values files of ECR registries, the kind with the most objects. */
function valuesFolder(root: string, count: number): string {
  const folder = path.join(root, `values-${count}`);
  fs.mkdirSync(folder);
  const text = fs.readFileSync(path.join(REPOSITORY, 'registries/ecr.yaml'), 'utf8');
  for (let i = 0; i < count; i++) {
    const content = text.replace('aws-registry', `aws-registry-${i}`);
    fs.writeFileSync(path.join(folder, `ecr-${i}.yaml`), content);
  }
  return folder;
}

/** A Helm chart that renders the objects of one of our manifests for each name in its values. */
function helmChart(root: string, manifest: string, count: number): string {
  const folder = path.join(root, `chart-${count}`);
  fs.mkdirSync(path.join(folder, 'templates'), { recursive: true });
  const template = fs
    .readFileSync(manifest, 'utf8')
    .replaceAll('ecr-0', '{{ .name }}')
    .replaceAll('aws-registry-0', '{{ .secret }}');
  const names = Array.from({ length: count }, (_, i) => ({ name: `ecr-${i}`, secret: `aws-registry-${i}` }));
  fs.writeFileSync(path.join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: registries\nversion: 0.1.0\n');
  fs.writeFileSync(path.join(folder, 'values.yaml'), JSON.stringify({ registries: names }));
  fs.writeFileSync(
    path.join(folder, 'templates/all.yaml'),
    `{{- range .Values.registries }}\n---\n${template}\n{{- end }}\n`,
  );
  return folder;
}

function app(values: string, out: string): string {
  const config = parse(fs.readFileSync(path.join(REPOSITORY, 'cdk8s.yaml'), 'utf8')) as { app: string };
  void out;
  return `${config.app} ${values}`;
}

function main(): void {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  try {
    const synth = (count: number): Command => {
      const out = path.join(root, `dist-${count}`);
      const argv = app(valuesFolder(root, count), out).split(' ');
      return { name: `synth of ${count} values files`, argv, env: { CDK8S_OUTDIR: out } };
    };
    const [three, hundred, thousand] = [3, 100, 1000].map(synth);
    seconds(three);
    const manifest = path.join(root, 'dist-3/ecr-0.k8s.yaml');
    const helm = (count: number): Command => ({
      name: `helm template of ${count} such registries`,
      argv: [
        tool('helm'),
        'template',
        'bench',
        helmChart(root, manifest, count),
        '--output-dir',
        path.join(root, `helm-${count}`),
      ],
    });
    const commands = [
      { name: 'node -e 0', argv: ['node', '-e', '0'] },
      helm(3),
      three,
      helm(100),
      hundred,
      helm(1000),
      thousand,
    ];
    const [empty, helm3, synth3, helm100, synth100, helm1000, synth1000] = medians(commands);
    const perRegistry = (1000 * (synth1000 - synth100)) / 900;
    console.log(`Medians of ${ROUNDS} rounds, ECR registries of 7 objects each. Ratios:`);
    const ratio = (label: string, value: number) => console.log(`${label.padEnd(46)} ${value.toFixed(1)}`);
    ratio('synth of 3 / node -e 0', synth3 / empty);
    ratio('synth of 3 / helm template of 3', synth3 / helm3);
    ratio('synth of 100 / helm template of 100', synth100 / helm100);
    ratio('synth of 1,000 / helm template of 1,000', synth1000 / helm1000);
    ratio('synth of 1,000 / synth of 100', synth1000 / synth100);
    ratio('each further registry, in milliseconds', perRegistry);
    ratio('each further registry / node -e 0', perRegistry / 1000 / empty);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

main();
