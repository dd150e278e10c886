import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { PassThrough, Readable } from 'stream';
import { parse } from 'yaml';
import { SealedPassword } from '../../../lib';
import { runCommand } from '../../../cli/program';
import { testCertificate } from '../../support/certificate';
import { REPOSITORY, temporaryFolder } from '../../support/run-app';
import { unseal } from '../../support/unseal';

const MARKER = 'marker-of-a-password';
const { pem, privateKey } = testCertificate();

const DOCKER_HUB = `# Docker Hub
customImage:
  registryEndpoint: docker.io
  registryUsername: team
  registryPasswordFrom: { env: DOCKERHUB_TOKEN } # set in CI
  pushRepo: docker.io/team/notebooks
`;

interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly text: string;
  readonly sealed: SealedPassword;
}

interface Options {
  readonly args?: string[];
  readonly env?: Record<string, string>;
  readonly input?: string;
  /** What happens between reading the file and the end of the input. */
  readonly meanwhile?: (file: string) => void;
}

/** Runs the command on a values file of this text, in this process. */
async function seal(text: string, { args = [], env = {}, input = '', meanwhile }: Options = {}): Promise<Run> {
  const { folder, file, cert } = files(text);
  const printed: Buffer[] = [];
  const sink = new PassThrough().on('data', (chunk: Buffer) => printed.push(chunk));
  // It is read from when the values file has been read.
  const stdin = new Readable({
    read() {
      meanwhile?.(file);
      if (input !== '') this.push(input);
      this.push(null);
    },
  });
  const before = process.env;
  process.env = { ...before, ...env };
  const certificate = args.includes('--cert') ? [] : ['--cert', cert];
  const status = await runCommand(['seal', file, ...args, ...certificate], { stdin, stdout: sink, stderr: sink });
  process.env = before;
  expect(fs.readdirSync(folder).sort()).toEqual(['cert.pem', 'dockerhub.yaml']);
  return ended(status, Buffer.concat(printed).toString(), file);
}

function files(text: string): { folder: string; file: string; cert: string } {
  const folder = temporaryFolder();
  const [file, cert] = [path.join(folder, 'dockerhub.yaml'), path.join(folder, 'cert.pem')];
  fs.writeFileSync(file, text);
  fs.writeFileSync(cert, pem);
  return { folder, file, cert };
}

function ended(status: number | null, output: string, file: string): Run {
  // The output must be safe to show on a screen and to keep in a pipeline's log.
  expect(output).not.toContain(MARKER);
  const text = fs.readFileSync(file, 'utf8');
  const values = parse(text) as { customImage?: { registryPasswordFrom?: { sealed?: SealedPassword } } };
  return { status, output, text, sealed: values.customImage?.registryPasswordFrom?.sealed as SealedPassword };
}

function config(host: string, login: string): string {
  return JSON.stringify({ auths: { [host]: { auth: Buffer.from(login).toString('base64') } } });
}

test('the password of the variable is sealed for each namespace, and the rest of the file stays', async () => {
  const { status, output, text, sealed } = await seal(`targetNamespace: [hub, lab]\n${DOCKER_HUB}`, {
    env: { DOCKERHUB_TOKEN: MARKER },
  });
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain(
    'for hub/dockerhub-push-secret and lab/dockerhub-push-secret (strict): the password of team at docker.io, from the environment variable DOCKERHUB_TOKEN\n',
  );
  expect(output).toContain('Next: run synth, and commit the values file and its output folder\n');
  expect(sealed).toMatchObject({
    scope: 'strict',
    secretName: 'dockerhub-push-secret',
    host: 'docker.io',
    username: 'team',
  });
  for (const namespace of ['hub', 'lab']) {
    const value = unseal(sealed.encryptedData[namespace], privateKey, `${namespace}/dockerhub-push-secret`);
    expect(value).toBe(config('https://index.docker.io/v1/', `team:${MARKER}`));
  }
  const [before, after] = text.split(/ {2}registryPasswordFrom:\n(?: {4}.*\n)+/);
  expect(before).toBe(
    'targetNamespace: [hub, lab]\n# Docker Hub\ncustomImage:\n  registryEndpoint: docker.io\n  registryUsername: team\n  # set in CI\n',
  );
  expect(after).toBe('  pushRepo: docker.io/team/notebooks\n');
});

test('a pretty-printed key file is piped in and sealed on one line, cluster-wide', async () => {
  const key = {
    type: 'service_account',
    project_id: 'example-project',
    private_key_id: '1',
    private_key: `-----BEGIN PRIVATE KEY-----\n${MARKER}\n-----END PRIVATE KEY-----\n`,
    client_email: 'push@example-project.iam.gserviceaccount.com',
  };
  const text = `customImage:
  registryEndpoint: https://gcr.io
  registryUsername: _json_key
  pushRepo: gcr.io/example-project/notebooks
  pushSecretName: gcr
`;
  const { status, output, sealed } = await seal(text, {
    args: ['--scope', 'cluster-wide'],
    input: `${JSON.stringify(key, null, 2)}\n`,
  });
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain('_json_key at gcr.io, from standard input\n');
  expect(unseal(sealed.encryptedData.hub, privateKey, '')).toBe(config('gcr.io', `_json_key:${JSON.stringify(key)}`));
});

test('the password in the file that the values file names is sealed', async () => {
  const password = path.join(temporaryFolder(), 'token');
  fs.writeFileSync(password, `${MARKER}\n`);
  const text = DOCKER_HUB.replace('env: DOCKERHUB_TOKEN', `file: ../${path.basename(path.dirname(password))}/token`);
  const { status, output, sealed } = await seal(text);
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(unseal(sealed.encryptedData.hub, privateKey, 'hub/dockerhub-push-secret')).toBe(
    config('https://index.docker.io/v1/', `team:${MARKER}`),
  );
});

test('a good password replaces one in the file that no registry accepts', async () => {
  const text = DOCKER_HUB.replace(/registryPasswordFrom.*/, 'registryPassword: |\n    old');
  const { status, output, sealed } = await seal(text, { input: MARKER });
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(unseal(sealed.encryptedData.hub, privateKey, 'hub/dockerhub-push-secret')).toBe(
    config('https://index.docker.io/v1/', `team:${MARKER}`),
  );
  expect((await seal(text)).output).toContain('ends with a newline, which no registry accepts');
});

test('a byte order mark and the line ends of Windows stay', async () => {
  const text = `\ufeff${DOCKER_HUB.replaceAll('\n', '\r\n')}`;
  const { status, output, text: after } = await seal(text, { input: MARKER });
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(after.startsWith('\ufeff# Docker Hub\r\n')).toBe(true);
  expect(after.replaceAll('\r\n', '')).not.toContain('\n');
});

test('sealing again keeps the scope, unless another is given', async () => {
  const wide = await seal(DOCKER_HUB, { args: ['--scope', 'namespace-wide'], input: MARKER });
  const again = await seal(wide.text, { input: MARKER });
  expect(again.sealed.scope).toBe('namespace-wide');
  expect(unseal(again.sealed.encryptedData.hub, privateKey, 'hub')).toContain('auths');
  expect((await seal(again.text, { args: ['--scope', 'strict'], input: MARKER })).sealed.scope).toBe('strict');
});

test('a user name that may be the password is not shown', async () => {
  const text = DOCKER_HUB.replace('registryUsername: team', 'registryUsername: marker-A1b2C3d4E5f6G7');
  const { status, output } = await seal(text, { input: 'team' });
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain('the password for docker.io, from standard input');
});

test('a token instead of the user name is refused, as it would be committed', async () => {
  const text = DOCKER_HUB.replace('registryUsername: team', `registryUsername: dckr_pat_${MARKER}`);
  const { status, output } = await seal(text, { input: 'team' });
  expect(status).toBe(1);
  expect(output).toContain('customImage.registryUsername\n');
});

test('a file that changed since it was read is not written', async () => {
  const meanwhile = (file: string) => fs.appendFileSync(file, '# edited\n');
  const { status, output, text } = await seal(DOCKER_HUB, { input: MARKER, meanwhile });
  expect(status).toBe(1);
  expect(output).toContain('dockerhub.yaml changed while this command ran, so nothing was written: seal again');
  expect(text).toBe(`${DOCKER_HUB}# edited\n`);
});

test('a folder that is not writable is not reported as a bug', async () => {
  const isRoot = process.getuid?.() === 0;
  let folder = '';
  const meanwhile = (file: string) => {
    folder = path.dirname(file);
    fs.chmodSync(folder, 0o555);
    // The mode of a folder does not stop root.
    if (isRoot) process.seteuid?.(65534);
  };
  const { status, output, text } = await seal(DOCKER_HUB, { input: MARKER, meanwhile });
  if (isRoot) process.seteuid?.(0);
  fs.chmodSync(folder, 0o755);
  expect(status).toBe(1);
  expect(output).toContain(
    'dockerhub.yaml cannot be written: EACCES. A new file replaces it, so its folder must be writable too',
  );
  expect(text).toBe(DOCKER_HUB);
});

test('an inline password is sealed and removed, and the command says that git still has it', async () => {
  const text = DOCKER_HUB.replace(/registryPasswordFrom.*/, `registryPassword: ${MARKER}`);
  const { status, output, text: after, sealed } = await seal(text);
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain('git may have it in its history');
  expect(after).not.toContain(MARKER);
  expect(unseal(sealed.encryptedData.hub, privateKey, 'hub/dockerhub-push-secret')).toContain('"auth"');
});

test.each<[string, string, Options, string]>([
  ['no password', DOCKER_HUB, {}, 'the environment variable DOCKERHUB_TOKEN is missing'],
  [
    'a password that no registry accepts',
    DOCKER_HUB,
    { input: `${MARKER}\n\n` },
    'from standard input ends with a newline',
  ],
  ['an empty password', DOCKER_HUB, { input: '\n' }, 'from standard input is empty'],
  ['a bad values file', DOCKER_HUB.replace('pushRepo:', 'pushRepos:'), { input: MARKER }, 'did you mean pushRepo?'],
  [
    'the address of a certificate',
    DOCKER_HUB,
    { args: ['--cert', 'https://x.example/v1/cert.pem'] },
    '--cert must be a file',
  ],
  [
    'a certificate file that does not exist',
    DOCKER_HUB,
    { args: ['--cert', 'nowhere.pem'] },
    'nowhere.pem cannot be read: ENOENT',
  ],
])('%s: an error, and the file stays as it was', async (_, before, options, message) => {
  const { status, output, text } = await seal(before, options);
  expect({ status, output }).toMatchObject({ status: 1 });
  expect(output).toContain(message);
  expect(output).not.toMatch(/^ +at /m);
  expect(text).toBe(before);
});

test.each<[string, string[], string]>([
  ['an unknown scope', ['--scope', 'galaxy-wide'], 'Allowed choices are strict, namespace-wide, cluster-wide'],
  ['the password as an argument', [MARKER], "too many arguments for 'seal'"],
  ['the password as an option', [`--password=${MARKER}`], 'unknown option (not shown)'],
  ['the password in place of an option', [`--${MARKER}1`], 'unknown option (not shown)'],
  ['a certificate without a name', ['--cert', ''], '--cert is empty: check the variable that it comes from'],
])('%s: the usage, exit status 2, and the file stays as it was', async (_, args, message) => {
  const { status, output, text } = await seal(DOCKER_HUB, { args, input: MARKER });
  expect({ status, output }).toMatchObject({ status: 2 });
  expect(output).toContain(message);
  expect(output).toContain('Usage: primehub-image-registries seal');
  expect(text).toBe(DOCKER_HUB);
});

test('without --cert the usage says where it comes from', async () => {
  const { file } = files(DOCKER_HUB);
  const stderr = new PassThrough();
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
  expect(await runCommand(['seal', file], streams)).toBe(2);
  const said = String(stderr.read());
  expect(said).toContain("required option '--cert <pem>' not specified");
  expect(said).toMatch(/kubeseal --fetch-cert >\s+cert.pem/);
});

test('as `npm run seal` runs it, from a pipe, with DEBUG set', () => {
  const { file, cert } = files(DOCKER_HUB);
  const args = [
    '--require',
    '@swc-node/register',
    'cli/index.ts',
    'seal',
    file,
    '--cert',
    cert,
    '--scope',
    'namespace-wide',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: REPOSITORY,
    encoding: 'utf8',
    input: `${MARKER}\n`,
    env: { PATH: process.env.PATH, DEBUG: '*' },
  });
  const run = ended(status, stdout + stderr, file);
  expect({ ...run, stdout }).toMatchObject({ status: 0, stdout: '' });
  expect(unseal(run.sealed.encryptedData.hub, privateKey, 'hub')).toBe(
    config('https://index.docker.io/v1/', `team:${MARKER}`),
  );
});
