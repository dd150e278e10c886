import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SealedSecretSpec } from '../../imports/bitnami.com';
import { SealingScope } from '../../lib';
import { dockerConfigJson } from '../../lib/push-secret/docker-config';
import { testCertificate } from '../support/certificate';
import { loadAll } from '../support/load-all';
import { Manifest } from '../support/manifests';
import { REPOSITORY, runApp } from '../support/run-app';
import { type Outcome, removeFolder, run, temporaryFolder } from './support/process';
import { requireTools, tool } from './support/tools';

// Sealed Secrets' own code opens what `npm run seal` writes, and our values file accepts what kubeseal writes.

jest.setTimeout(120_000);

const PASSWORD = `marker "ü" \\ {{ x }} %`;
const CONFIG = dockerConfigJson([{ host: 'docker.io', username: 'acmebot', password: PASSWORD }]);
const SCOPES = Object.values(SealingScope);
const SEAL = ['--require', '@swc-node/register', 'cli/index.ts', 'seal'];
const VALUES = `# kept
targetNamespace: [hub, lab]
customImage:
  registryEndpoint: docker.io
  registryUsername: acmebot
  pushRepo: docker.io/acme/notebooks
`;

let folder: string;
let certificate: string;
let privateKey: string;

beforeAll(() => {
  requireTools('kubeseal', 'script');
  folder = temporaryFolder('sealed-secret');
  [certificate, privateKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  // the controller's keys have 4096 bits
  const made = testCertificate({ bits: 4096 });
  writeFileSync(certificate, made.pem);
  writeFileSync(privateKey, made.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
});

afterAll(() => removeFolder(folder));

type SealedSecret = Manifest<SealedSecretSpec>;

/** A folder of values files that contains this one. */
function valuesFolder(name: string, text: string): { registries: string; file: string } {
  const registries = join(folder, name);
  mkdirSync(registries);
  const file = join(registries, 'dockerhub.yaml');
  writeFileSync(file, text);
  return { registries, file };
}

function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: folder };
}

function seal(file: string, ...args: string[]): Promise<Outcome> {
  const command = [...SEAL, file, '--cert', certificate, ...args];
  return run(process.execPath, command, { cwd: REPOSITORY, env: environment(), input: PASSWORD });
}

/** Runs the app and returns the SealedSecrets in its output. */
function synthesize(registries: string): SealedSecret[] {
  const dist = join(registries, 'dist');
  expect(runApp([registries], { CDK8S_OUTDIR: dist, REQUIRE_PASSWORDS: '1' })).toMatchObject({ status: 0 });
  expect(readdirSync(dist).filter((name) => name.includes('push-secret'))).toEqual([]);
  return loadAll<SealedSecret>(join(dist, 'dockerhub.k8s.yaml')).filter(({ kind }) => kind === 'SealedSecret');
}

/** Opens a SealedSecret with the controller's key, and returns the Secret that the controller would make. */
function unseal(object: SealedSecret): Promise<Outcome> {
  const args = ['--recovery-unseal', '--recovery-private-key', privateKey];
  return run(tool('kubeseal'), args, { env: environment(), input: JSON.stringify(object) });
}

async function unsealed(
  object: SealedSecret,
): Promise<Manifest<never> & { type: string; data: Record<string, string> }> {
  const { code, stdout, stderr } = await unseal(object);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Manifest<never> & { type: string; data: Record<string, string> };
}

function moved(object: SealedSecret, to: { name?: string; namespace?: string }): SealedSecret {
  return { ...object, metadata: { ...object.metadata, ...to } };
}

describe.each(SCOPES)('in the scope %s', (scope) => {
  let objects: SealedSecret[];

  beforeAll(async () => {
    const { registries, file } = valuesFolder(scope, VALUES);
    expect(await seal(file, '--scope', scope)).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8').startsWith(VALUES.split('  pushRepo')[0])).toBe(true);
    objects = synthesize(registries);
  });

  test('Sealed Secrets opens the sealed password as the push Secret of each namespace', async () => {
    expect(objects.map(({ metadata }) => metadata.namespace)).toEqual(['hub', 'lab']);
    for (const object of objects) {
      const { metadata, type, data } = await unsealed(object);
      expect(metadata).toMatchObject({ name: 'dockerhub-push-secret', namespace: object.metadata.namespace });
      // with the chart's labels, Argo CD would treat the Secret as its own
      expect(metadata.labels).toBeUndefined();
      expect(type).toBe('kubernetes.io/dockerconfigjson');
      expect(Object.keys(data)).toEqual(['.dockerconfigjson']);
      expect(Buffer.from(data['.dockerconfigjson'], 'base64').toString('utf8')).toBe(CONFIG);
    }
  });

  test('Sealed Secrets refuses what the scope does not allow', async () => {
    const [{ code: renamed }, { code: elsewhere }] = await Promise.all([
      unseal(moved(objects[0], { name: 'another' })),
      unseal(moved(objects[0], { namespace: 'lab' })),
    ]);
    expect({ renamed: renamed === 0, elsewhere: elsewhere === 0 }).toEqual({
      renamed: scope !== SealingScope.STRICT,
      elsewhere: scope === SealingScope.CLUSTER_WIDE,
    });
  });

  test("kubeseal's own ciphertext works in the values file", async () => {
    const config = join(folder, `${scope}.json`);
    writeFileSync(config, CONFIG);
    const seal = (namespace: string): Promise<Outcome> => {
      const target = ['--name', 'dockerhub-push-secret', '--namespace', namespace, '--scope', scope];
      const args = ['--raw', '--from-file', config, '--cert', certificate, ...target];
      return run(tool('kubeseal'), args, { env: environment() });
    };
    const [hub, lab] = [await seal('hub'), await seal('lab')];
    const { registries } = valuesFolder(
      `${scope}-kubeseal`,
      `${VALUES}  registryPasswordFrom:
    sealed:
      scope: ${scope}
      secretName: dockerhub-push-secret
      host: docker.io
      username: acmebot
      encryptedData:
        hub: ${hub.stdout}
        lab: ${lab.stdout}
`,
    );

    for (const object of synthesize(registries)) {
      const { data } = await unsealed(object);
      expect(Buffer.from(data['.dockerconfigjson'], 'base64').toString('utf8')).toBe(CONFIG);
    }
  });
});

test('synth finds a user name that was changed after sealing', async () => {
  const { registries, file } = valuesFolder('changed', VALUES);
  expect(await seal(file)).toMatchObject({ code: 0 });
  writeFileSync(file, readFileSync(file, 'utf8').replace('registryUsername: acmebot', 'registryUsername: other'));

  const { status, stderr } = runApp([registries], { CDK8S_OUTDIR: join(registries, 'dist') });

  expect(status).toBe(1);
  expect(stderr).toContain('sealed with the user name "acmebot", not "other": run `npm run seal` again');
});

/** Runs a shell script on a terminal, and pastes these pieces when it asks for the password. */
async function onTerminal(script: string, pieces: readonly string[]): Promise<{ code: number | null; shown: string }> {
  const terminal = spawn(tool('script'), ['--quiet', '--return', '--command', script, '/dev/null'], {
    cwd: REPOSITORY,
    env: environment(),
  });
  let shown = '';
  const ended = new Promise<number | null>((resolve, reject) => {
    terminal.once('error', reject).once('close', resolve);
  });
  await new Promise<void>((resolve) => {
    void ended.finally(resolve);
    terminal.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (shown.includes('(not shown)')) resolve();
    });
  });
  for (const piece of pieces) terminal.stdin.write(piece);
  return { code: await ended, shown };
}

function sealCommand(file: string): string {
  return [process.execPath, ...SEAL, file, '--cert', certificate].join(' ');
}

test('on a real terminal, seal asks for the password and does not show it', async () => {
  const { file } = valuesFolder('terminal', VALUES);
  const { code, shown } = await onTerminal(sealCommand(file), ['marker-typed\r']);
  expect({ code, shown }).toEqual({
    code: 0,
    shown: expect.stringContaining('the password of acmebot at docker.io, from the terminal') as string,
  });
  expect(shown).toContain('Password of acmebot at docker.io (not shown): \r\n');
  expect(shown).not.toContain('marker');
});

test('nothing of a paste of several lines is shown or reaches the shell', async () => {
  const { file } = valuesFolder('pasted', VALUES);
  const script = `${sealCommand(file)}; read -r -t 1 rest; echo "left: <$rest>"`;
  const pasted = ['{\r', '  "marker-1": 1,\r', '  "marker-2": 2\r', '}\r'];
  const { shown } = await onTerminal(`bash -c '${script}'`, pasted);
  expect(shown).toContain('more than one line was given');
  expect(shown).toContain('left: <>');
  expect(shown).not.toContain('marker');
  expect(readFileSync(file, 'utf8')).toBe(VALUES);
});
