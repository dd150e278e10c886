import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { testCertificate } from './support/certificate';
import { REPOSITORY, program, readTree, temporaryFolder } from './support/run-app';

/**
 * Uses unique markers as passwords from every source, runs the commands on good and bad input, with and without DEBUG,
 * and searches every byte that they write or print. A marker may appear only in the ignored file.
 */

const MARKERS = {
  inline: 'mArK-iNlInE-7f3a"\\ü&<>%',
  env: 'mArK-eNv-91bc"\\ü&<>%',
  file: 'mArK-fIlE-5d2e"\\ü&<>%',
  key: 'mArK-kEy-c4d8',
  token: 'dckr_pat_mArKtOkEn6c3',
};

/** The part of a text's base64 that does not depend on the text before and after it, for each alignment. */
function base64Cores(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(text, 'utf8')]).toString('base64');
    return encoded.slice(before === 0 ? 0 : 4, -4);
  });
}

/** A marker and its encoded forms: JSON, URL, the `auth` of a docker config, the `data` of a Secret. */
function spellings(marker: string): string[] {
  const auths = base64Cores(marker);
  const data = auths.flatMap(base64Cores);
  return [marker.slice(0, 12), JSON.stringify(marker).slice(1, -1), encodeURIComponent(marker), ...auths, ...data];
}

function findMarkers(text: string): string[] {
  return Object.entries(MARKERS).flatMap(([name, marker]) =>
    spellings(marker).some((spelling) => text.includes(spelling)) ? [name] : [],
  );
}

const KEY = {
  type: 'service_account',
  project_id: 'example-project',
  private_key_id: '1',
  private_key: `-----BEGIN PRIVATE KEY-----\n${MARKERS.key}\n-----END PRIVATE KEY-----\n`,
  client_email: 'push@example-project.iam.gserviceaccount.com',
};
const LOGIN =
  'registryEndpoint: https://harbor.example.com\n  registryUsername: robot\n  pushRepo: harbor.example.com/team/notebooks';
const quoted = (password: string) => `'${password.replaceAll("'", "''")}'`;

/** Values files with a marker from each source. */
const GOOD: Record<string, string> = {
  'inline.yaml': `customImage:\n  ${LOGIN}\n  registryPassword: ${quoted(MARKERS.inline)}\n`,
  'env.yaml': `customImage:\n  ${LOGIN}\n  registryPasswordFrom: { env: MARKED }\n`,
  'file.yaml': `customImage:\n  ${LOGIN}\n  registryPasswordFrom: { file: password.txt }\n`,
  'key.yaml': `customImage:
  registryEndpoint: https://gcr.io
  registryUsername: _json_key
  registryPassword: ${JSON.stringify(KEY)}
  pushRepo: gcr.io/example-project/notebooks\n`,
};

/** The same values files, each with a mistake near the password. */
const BAD: Record<string, string> = {
  'trailing-newline.yaml': `customImage:\n  ${LOGIN}\n  registryPassword: ${JSON.stringify(`${MARKERS.inline}\n`)}\n`,
  'control.yaml': `customImage:\n  ${LOGIN}\n  registryPassword: ${JSON.stringify(`${MARKERS.inline}\u0001`)}\n`,
  'two-sources.yaml': `${GOOD['inline.yaml']}  registryPasswordFrom: { env: MARKED }\n`,
  'unknown-key.yaml': `customImage:\n  ${LOGIN}\n  password: ${quoted(MARKERS.inline)}\n  registryPassword: x\n`,
  'as-a-key.yaml': `customImage:\n  ${LOGIN}\n  registryPassword:\n    ${quoted(MARKERS.inline)}: x\n`,
  'not-closed.yaml': `customImage:\n  ${LOGIN}\n  registryPassword: '${MARKERS.inline}\n`,
  'in-a-list.yaml': `customImage:\n  ${LOGIN}\n  registryPassword: [${quoted(MARKERS.inline)}]\n`,
  'as-variable.yaml': `customImage:\n  ${LOGIN}\n  registryPasswordFrom: { env: ${quoted(MARKERS.inline)} }\n`,
  'as-path.yaml': `customImage:\n  ${LOGIN}\n  registryPasswordFrom: { file: ${quoted(`${MARKERS.inline}/{`)} }\n`,
  'token-as-variable.yaml': `customImage:\n  ${LOGIN}\n  registryPasswordFrom: { env: ${MARKERS.token} }\n`,
  'token-as-path.yaml': `customImage:\n  ${LOGIN}\n  registryPasswordFrom: { file: ${MARKERS.token} }\n`,
  'key-lacks.yaml': GOOD['key.yaml'].replace('"client_email"', '"no_email"'),
  'key-is-none.yaml': GOOD['env.yaml'].replace('robot', '_json_key'),
};

/** A folder of values files in a git repository. */
function writeFolder(files: Record<string, string>): string {
  const folder = path.join(temporaryFolder(), 'registries');
  fs.mkdirSync(folder);
  execFileSync('git', ['init', '--quiet'], { cwd: path.dirname(folder) });
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
  fs.writeFileSync(path.join(folder, 'password.txt'), `${MARKERS.file}\n`);
  return folder;
}

interface Run {
  readonly status: number | null;
  readonly printed: string;
}

function run(script: string, args: readonly string[], env: Record<string, string> = {}, input = ''): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program(script), ...args], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    input,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, MARKED: MARKERS.env, ...env },
  });
  return { status, printed: stdout + stderr };
}

test.each(Object.entries(MARKERS))('the search finds the marker %s in each form', (name, marker) => {
  const auth = Buffer.from(`robot:${marker}`).toString('base64');
  const data = Buffer.from(JSON.stringify({ auths: { 'harbor.example.com': { auth } } })).toString('base64');
  for (const text of [marker, JSON.stringify(marker), encodeURIComponent(marker), auth, data]) {
    expect(findMarkers(`before ${text} after`)).toEqual([name]);
  }
});

describe.each<Record<string, string>>([{}, { DEBUG: '*', NODE_DEBUG: 'module,child_process' }])(
  'with the environment %j',
  (env) => {
    test('synth writes each password only into its ignored file, and check writes none', () => {
      const folder = writeFolder(GOOD);
      const out = path.join(temporaryFolder(), 'dist');
      const synth = run('main.ts', [folder], { ...env, CDK8S_OUTDIR: out });
      const check = run('cli/index.ts', ['check', folder], { ...env, CDK8S_OUTDIR: out });
      expect([synth.status, check.status]).toEqual([0, 0]);
      expect(findMarkers(synth.printed + check.printed)).toEqual([]);
      const tree = readTree(out);
      const secrets = Object.keys(tree).filter((file) => file.endsWith('-push-secret.k8s.yaml'));
      expect(secrets).toEqual(['env', 'file', 'inline', 'key'].map((name) => `${name}-push-secret.k8s.yaml`));
      for (const [file, content] of Object.entries(tree)) {
        if (secrets.includes(file))
          expect(reveal(content)).toContain(
            file.split('-')[0] === 'key' ? MARKERS.key : MARKERS[file.split('-')[0] as 'env'],
          );
        else expect({ file, found: findMarkers(content) }).toEqual({ file, found: [] });
      }
    });

    test('a report on bad input names each file and shows no password', () => {
      const folder = writeFolder(BAD);
      const out = path.join(temporaryFolder(), 'dist');
      for (const args of [
        ['synth', folder],
        ['check', folder],
        ['check', folder, '--json'],
      ]) {
        const { status, printed } = run('cli/index.ts', args, { ...env, CDK8S_OUTDIR: out });
        expect({ status, found: findMarkers(printed) }).toEqual({ status: 1, found: [] });
        for (const name of Object.keys(BAD)) expect(printed).toContain(name);
      }
      expect(fs.existsSync(out)).toBe(false);
    });
  },
);

test.each(['synth', 'check'])(
  'as `npm run %s` runs it, with NODE_DEBUG and without a cache of the loader',
  (name) => {
    const folder = writeFolder(GOOD);
    const scripts = (JSON.parse(fs.readFileSync(path.join(REPOSITORY, 'package.json'), 'utf8')) as Scripts).scripts;
    const [node, ...args] = scripts[name].split(' ');
    expect(node).toBe('node');
    const env = {
      ...{ PATH: process.env.PATH, HOME: temporaryFolder(), TMPDIR: temporaryFolder(), MARKED: MARKERS.env },
      ...{ CDK8S_OUTDIR: path.join(folder, '../dist'), NODE_DEBUG: 'child_process,module', DEBUG: '*' },
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [...args, folder], {
      cwd: REPOSITORY,
      encoding: 'utf8',
      env,
    });
    expect({ status, found: findMarkers(stdout + stderr) }).toEqual({ status: 0, found: [] });
  },
  60_000,
);

interface Scripts {
  readonly scripts: Record<string, string>;
}

test('seal shows no password, whether it succeeds or fails, and writes none', () => {
  const folder = writeFolder(GOOD);
  const certificate = path.join(folder, 'certificate.pem');
  fs.writeFileSync(certificate, testCertificate().pem);
  const none = path.join(folder, 'none.pem');
  fs.writeFileSync(none, 'no certificate');
  for (const name of ['env.yaml', 'file.yaml', 'inline.yaml']) {
    const file = path.join(folder, name);
    const failed = run('cli/index.ts', ['seal', file, '--cert', none], { DEBUG: '*' });
    const sealed = run('cli/index.ts', ['seal', file, '--cert', certificate], { DEBUG: '*' });
    expect([failed.status, sealed.status]).toEqual([1, 0]);
    expect(findMarkers(failed.printed + sealed.printed + fs.readFileSync(file, 'utf8'))).toEqual([]);
  }
  const swapped = path.join(folder, 'swapped.yaml');
  fs.writeFileSync(swapped, GOOD['env.yaml'].replace('robot', MARKERS.token));
  for (const file of [path.join(folder, 'env.yaml'), swapped]) {
    const piped = run('cli/index.ts', ['seal', file, '--cert', certificate], {}, MARKERS.inline);
    expect({ status: piped.status, found: findMarkers(piped.printed) }).toEqual({ status: 0, found: [] });
  }
});

test('seal shows no password of a values file with a mistake or with a password that no registry accepts', () => {
  const folder = writeFolder({ ...BAD, 'env.yaml': GOOD['env.yaml'] });
  const certificate = path.join(folder, 'certificate.pem');
  fs.writeFileSync(certificate, testCertificate().pem);
  for (const [name, input] of [...Object.keys(BAD).map((name) => [name, '']), ['env.yaml', `${MARKERS.inline}\n\n`]]) {
    const env = { DEBUG: '*', NODE_DEBUG: 'child_process' };
    const { status, printed } = run(
      'cli/index.ts',
      ['seal', path.join(folder, name), '--cert', certificate],
      env,
      input,
    );
    expect({ name, status, found: findMarkers(printed) }).toEqual({ name, status: 1, found: [] });
  }
});

test('git add -A after a synth with all passwords stages no credential without a warning', () => {
  const folder = writeFolder({
    'env.yaml': GOOD['env.yaml'],
    'file.yaml': GOOD['file.yaml'].replace('password.txt', '../secrets/password.txt'),
  });
  const root = path.dirname(folder);
  fs.mkdirSync(path.join(root, 'secrets'));
  fs.renameSync(path.join(folder, 'password.txt'), path.join(root, 'secrets/password.txt'));
  fs.copyFileSync(path.join(REPOSITORY, '.gitignore'), path.join(root, '.gitignore'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  const synth = () => run('main.ts', [folder], { CDK8S_OUTDIR: path.join(root, 'dist') });

  const ignored = synth();
  expect({ ...ignored, printed: expect.not.stringContaining('Warning') as string }).toEqual({ ...ignored, status: 0 });
  git('add', '-A');
  const staged = git('ls-files').split('\n');
  expect(staged).toContain('dist/env.k8s.yaml');
  expect(staged.filter((file) => file.includes('push-secret') || file.includes('secrets'))).toEqual([]);
  expect(findMarkers(git('grep', '--cached', '-I', '-h', ''))).toEqual([]);

  fs.writeFileSync(path.join(folder, 'inline.yaml'), GOOD['inline.yaml']);
  fs.writeFileSync(path.join(folder, 'file.yaml'), GOOD['file.yaml']);
  fs.copyFileSync(path.join(root, 'secrets/password.txt'), path.join(folder, 'password.txt'));
  const { printed } = synth();
  expect(printed).toMatch(/Warning: .*inline\.yaml:\d+:\d+ {2}customImage\.registryPassword\b/);
  expect(printed).toMatch(/Warning: .*file\.yaml:\d+:\d+ {2}customImage\.registryPasswordFrom\.file\b/);
});

/** The login in the file of a push Secret. */
function reveal(yaml: string): string {
  const data = /\.dockerconfigjson: (\S+)/.exec(yaml)?.[1] ?? '';
  const config = JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as {
    auths: Record<string, { auth: string }>;
  };
  return Object.values(config.auths)
    .map(({ auth }) => Buffer.from(auth, 'base64').toString('utf8'))
    .join();
}
