import * as fs from 'fs';
import * as path from 'path';
import { REFRESH_SCRIPT } from '../../../../lib/token-refresher/refresh-script';
import { embeddedModule } from '../../../../scripts/embed-refresh-script';
import { GOOD, HOST, OTHER_HOST, PASSWORD, SHELLS, TOKEN, readManifest, refresh } from './refresh-script-runner';

const LIB = path.join(__dirname, '../../../../lib/token-refresher');

test('the embedded script is the one of the file: npm run generate:script', () => {
  expect(fs.readFileSync(path.join(LIB, 'refresh-script.ts'), 'utf8')).toBe(embeddedModule());
});

test('nothing in it is for Kubernetes to replace', () => {
  expect(REFRESH_SCRIPT).not.toContain('$$');
  expect(REFRESH_SCRIPT).not.toMatch(/\$\([A-Za-z_][A-Za-z0-9_.-]*\)/);
});

describe.each(SHELLS)('in %s', (shell) => {
  test('writes one complete Secret, readable by its user alone', () => {
    const run = refresh({ shell, aws: GOOD });
    expect(run.status).toBe(0);
    expect(Object.keys(run.files)).toEqual(['hub.json']);
    const { metadata, type, config } = readManifest(run.files['hub.json']);
    expect(metadata).toEqual({
      name: 'aws-registry',
      namespace: 'hub',
      labels: { 'app.kubernetes.io/managed-by': 'ecr-token-refresher' },
      annotations: {
        'ecr-token/refreshed-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
        'ecr-token/expires-at': '2026-01-01T12:00:00.123000+00:00',
      },
    });
    expect(type).toBe('kubernetes.io/dockerconfigjson');
    expect(config).toEqual({ auths: { [HOST]: { auth: TOKEN } } });
    expect(fs.statSync(path.join(run.folder, 'manifests/hub.json')).mode & 0o777).toBe(0o600);
    expect(run.output).toContain(`${HOST}: new token, expires 2026-01-01T12:00:00.123000+00:00\n`);
    expect(run.lastLine).toMatch(/^OK\. The container kubectl now applies the Secret aws-registry in: hub\./);
    expect(run.output).not.toContain(TOKEN);
    expect(run.output).not.toContain(PASSWORD);
  });

  test('understands the time of the AWS CLI v1, with and without decimals', () => {
    for (const seconds of ['1420070400', '1420070400.123']) {
      const run = refresh({ shell, aws: `printf '%s\\t%s\\n' '${TOKEN}' ${seconds}` });
      expect(readManifest(run.files['hub.json']).metadata.annotations).toMatchObject({
        'ecr-token/expires-at': '2015-01-01T00:00:00Z',
      });
    }
  });

  test('makes no token an argument of any program', () => {
    const watched = ['base64', 'cat', 'cut', 'date', 'env', 'head', 'mv', 'rm', 'sed', 'sort', 'tail', 'timeout', 'tr'];
    const { status, calls } = refresh({ shell, aws: GOOD, watched });
    expect(status).toBe(0);
    expect(calls.some((call) => call.startsWith('base64'))).toBe(true);
    expect(calls.join('\n')).not.toContain(TOKEN.slice(0, 20));
    expect(calls.join('\n')).not.toContain(PASSWORD.slice(0, 20));
  });
});

test('asks once a region, with timeouts and without the deprecated registry ids', () => {
  const { status, files, calls } = refresh({
    aws: GOOD,
    env: { REGISTRIES: `eu-west-1=${HOST}\neu-west-1=1${HOST}\nus-east-1=${OTHER_HOST}`, NAMESPACES: 'hub ml' },
  });
  expect(status).toBe(0);
  expect(calls).toHaveLength(2);
  expect(calls[0]).toMatch(/^aws ecr get-authorization-token --region eu-west-1 .*--cli-connect-timeout 10 --cli-read/);
  expect(calls[1]).toContain('--region us-east-1');
  expect(calls.join()).not.toContain('registry-ids');
  expect(Object.keys(files)).toEqual(['hub.json', 'ml.json']);
  const { config } = readManifest(files['ml.json']);
  expect(Object.keys((config as { auths: object }).auths)).toEqual([HOST, `1${HOST}`, OTHER_HOST]);
});

test('the Secret expires with the first of its tokens', () => {
  const aws = `case "$*" in *us-east-1*) time=2026-01-01T09 ;; *) time=2026-01-01T11 ;; esac
    printf '%s\\t%s:00:00+00:00\\n' '${TOKEN}' $time`;
  const { files } = refresh({ aws, env: { REGISTRIES: `eu-west-1=${HOST} us-east-1=${OTHER_HOST}` } });
  expect(files['hub.json']).toContain('"ecr-token/expires-at":"2026-01-01T09:00:00+00:00"');
});

describe('ensureRepository', () => {
  const ENSURE_REPOSITORIES = 'eu-west-1=123456789012=ml/notebooks';
  const aws = (create: string): string => `if [ "$2" = create-repository ]; then ${create}; else ${GOOD}; fi`;

  test('creates a repository that is missing', () => {
    const { status, output, calls } = refresh({ aws: aws(':'), env: { ENSURE_REPOSITORIES } });
    expect(status).toBe(0);
    expect(calls[1]).toMatch(
      /^aws ecr create-repository --region eu-west-1 --registry-id 123456789012 --repository-name ml\/notebooks /,
    );
    expect(output).toContain('ml/notebooks: repository created in 123456789012, eu-west-1\n');
  });

  test('says nothing of one that is there', () => {
    const exists = 'echo "An error occurred (RepositoryAlreadyExistsException) when calling" >&2; exit 254';
    const { status, output } = refresh({ aws: aws(exists), env: { ENSURE_REPOSITORIES } });
    expect(status).toBe(0);
    expect(output).not.toContain('ml/notebooks');
  });

  test('a refusal is logged and costs no token', () => {
    const denied = 'echo "An error occurred (AccessDeniedException): ecr:CreateRepository" >&2; exit 254';
    const { status, files, output } = refresh({ aws: aws(denied), env: { ENSURE_REPOSITORIES } });
    expect(status).toBe(0);
    expect(Object.keys(files)).toEqual(['hub.json']);
    expect(output).toContain(
      'ml/notebooks: repository not created in 123456789012, eu-west-1, the token goes on: An err',
    );
  });
});
