import * as fs from 'fs';
import * as path from 'path';
import {
  GOOD,
  HOST,
  OTHER_HOST,
  PASSWORD,
  SHELLS,
  TOKEN,
  expectNothingDone,
  readManifest,
  refresh,
} from './refresh-script-runner';

// The frame's part, mostly with AWS's.

const NO_TOKEN = 'what AWS answered for eu-west-1 is no ECR token';

function answer(token: string, expires = '2026-01-01T12:00:00+00:00'): string {
  return `printf '%s\\t%s\\n' '${token}' '${expires}'`;
}

function encoded(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}

describe.each(SHELLS)('in %s', (shell) => {
  test('writes one complete Secret, readable by its user alone', () => {
    const run = refresh({ shell, aws: GOOD });
    expect(run.status).toBe(0);
    expect(Object.keys(run.files)).toEqual(['hub.json']);
    const { metadata, type, config } = readManifest(run.files['hub.json']);
    expect(metadata).toEqual({
      name: 'aws-registry',
      namespace: 'hub',
      labels: { 'app.kubernetes.io/managed-by': 'token-refresher' },
      annotations: {
        'push-secret/refreshed-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
        'push-secret/expires-at': '2026-01-01T12:00:00.123000+00:00',
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

  test('makes no token an argument of any program', () => {
    const watched = ['base64', 'cat', 'cut', 'date', 'env', 'head', 'mv', 'rm', 'sed', 'sort', 'tail', 'timeout', 'tr'];
    const { status, calls } = refresh({ shell, aws: GOOD, watched });
    expect(status).toBe(0);
    expect(calls.some((call) => call.startsWith('base64'))).toBe(true);
    expect(calls.join('\n')).not.toContain(TOKEN.slice(0, 20));
    expect(calls.join('\n')).not.toContain(PASSWORD.slice(0, 20));
  });
});

test('the Secret expires with the first of its tokens', () => {
  const aws = `case "$*" in *us-east-1*) time=2026-01-01T09 ;; *) time=2026-01-01T11 ;; esac
    printf '%s\\t%s:00:00+00:00\\n' '${TOKEN}' $time`;
  const { files } = refresh({ aws, env: { REQUESTS: `eu-west-1=${HOST} us-east-1=${OTHER_HOST}` } });
  expect(files['hub.json']).toContain('"push-secret/expires-at":"2026-01-01T09:00:00+00:00"');
});

describe.each(SHELLS)('in %s', (shell) => {
  test.each([
    ['nothing', ':'],
    ['None, for an answer without authorizationData', 'echo None'],
    ['HTML', 'echo "<html><body>Sign in to the proxy</body></html>"'],
    ['a token without a time', `echo '${TOKEN}'`],
    ['a token whose time is None', answer(TOKEN, 'None')],
    ['a time with shell syntax', answer(TOKEN, '$(touch pwned)')],
    ['a token cut short', answer(TOKEN.slice(0, 41))],
    ['a token cut short within AWS', answer('QVdT')],
    ['two lines', `${GOOD}; ${GOOD}`],
    ['what is no base64', answer('AWS:password')],
    ['base64 of something else', answer(encoded('hello'))],
    ['AWS without a password', answer(encoded('AWS:'))],
    ['another user', answer(encoded('root:password'))],
    ['a password with a newline', answer(encoded('AWS:pass\nword'))],
    ['a newline at the end', answer(encoded('AWS:password\n'))],
    ['a password with a NUL', answer(encoded('AWS:pass\0word'))],
    ['a password beyond ASCII', answer(encoded('AWS:p\xe4ssword'))],
    ['a token with a command in it', answer('QVdT$(touch pwned)')],
    ['a token with backquotes in it', answer('`touch pwned`')],
    ['a token with JSON syntax in it', answer(`${encoded('AWS:password')}","x":"`)],
    ['base64 after the padding', answer(`${encoded('AWS:password1')}${encoded('AWS:x')}`)],
    ['a glob', answer('*')],
    ['a time that is none', `printf '%s\\t%s\\n' '${TOKEN}' .`],
  ])('AWS answers %s', (_what, aws) => {
    const run = refresh({ shell, aws });
    expectNothingDone(run);
    expect(run.lastLine).toContain(NO_TOKEN);
    expect(fs.existsSync('pwned') || fs.existsSync(path.join(run.folder, 'pwned'))).toBe(false);
  });

  test('shell syntax in a password is inert', () => {
    const password = '$(touch${IFS}pwned)`touch${IFS}pwned`;"\\\'*';
    const run = refresh({ shell, aws: answer(encoded(`AWS:${password}`)) });
    expect(run.status).toBe(0);
    expect(fs.existsSync('pwned')).toBe(false);
  });
});

test.each(SHELLS)('of what AWS says at length, the beginning and the end are logged, in %s', (shell) => {
  const lines = [
    'An error occurred (InvalidSignatureException)',
    ...'Canonical String should be '.repeat(60).split(' '),
  ];
  const run = refresh({
    shell,
    aws: `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} the end >&2; exit 254`,
  });
  expectNothingDone(run);
  expect(run.output).toMatch(
    /^eu-west-1: An error occurred \(InvalidSignatureException\) Canonical .{300,} \.\.\. .* the end$/m,
  );
  expect(run.lastLine).toContain('enable the region in the account');
});

test.each(SHELLS)('a shell that was told to trace logs no token, in %s', (shell) => {
  const run = refresh({ shell, aws: GOOD, env: { SHELLOPTS: 'xtrace', PS4: '+ ' } });
  expect(run.status).toBe(0);
  expect(run.output).not.toContain(TOKEN);
});

test('a failure without a word, as one that was ended for taking too long', () => {
  const run = refresh({ aws: 'exit 124' });
  expectNothingDone(run);
  expect(run.output).toContain('eu-west-1: no answer within two minutes');
});

test('what AWS says is logged without what could be a credential', () => {
  const run = refresh({ aws: `echo "error in {\\"token\\": \\"${TOKEN}\\"} of key ${'A1b2'.repeat(10)}" >&2; exit 1` });
  expectNothingDone(run);
  expect(run.output).toContain('eu-west-1: error in {"token": "[...]"} of key [...]');
});

test('one of several regions fails', () => {
  const aws = `case "$*" in *us-east-1*) echo broken >&2; exit 1 ;; *) ${GOOD} ;; esac`;
  const run = refresh({ aws, env: { REQUESTS: `eu-west-1=${HOST} us-east-1=${OTHER_HOST}`, NAMESPACES: 'hub ml' } });
  expectNothingDone(run);
  expect(run.lastLine).toContain('us-east-1');
});

test('one of several regions answers nonsense', () => {
  const aws = `case "$*" in *us-east-1*) echo nonsense ;; *) ${GOOD} ;; esac`;
  expectNothingDone(refresh({ aws, env: { REQUESTS: `eu-west-1=${HOST} us-east-1=${OTHER_HOST}` } }));
});

/** Takes not a byte; where there is no such device, no file can be made there. */
const FULL = fs.existsSync('/dev/full') ? '/dev/full' : '/nonexistent/full';

test.each(SHELLS)('the volume is full at the second namespace, in %s', (shell) => {
  const run = refresh({
    shell,
    aws: GOOD,
    env: { NAMESPACES: 'hub ml' },
    prepare: (manifests) => fs.symlinkSync(FULL, path.join(manifests, 'ml.partial')),
  });
  expectNothingDone(run);
  expect(run.lastLine).toContain('give the volume manifests a larger sizeLimit');
});

test('the AWS CLI has nowhere to write to', () => {
  const run = refresh({ aws: GOOD, prepare: (manifests) => fs.mkdirSync(path.join(manifests, '../home/aws-stderr')) });
  expect(run.files).toEqual({});
  expect(run.output).toMatch(/^FAILED: the volume .*\/home is full.* To do: give the volume tmp a larger sizeLimit\./m);
});

test('the first line tells about a log that was cut off', () => {
  const run = refresh({ aws: 'kill -9 $PPID' });
  expect(run.output).toMatch(
    /^Refreshing the Secret aws-registry, identity: ambient\. A log with neither OK nor FAILED at its end/,
  );
  expect(run.files).toEqual({});
});

test('there is nowhere to write to', () => {
  expectNothingDone(refresh({ aws: GOOD, env: { MANIFESTS_DIR: '/nonexistent' } }));
});

describe('another cloud', () => {
  const token = encoded('oauth2accesstoken:ya29.secret');
  const cloud = (fetch: string): string => `
cloud=Cloud
token_title='cloud token'
identify() { :; }
fetch_token() { ${fetch}; }
advice() { echo "ask for $1"; }
finish() { echo "finished"; }
`;
  const env = {
    TOKEN_USERNAME: 'oauth2accesstoken',
    REQUESTS: 'one=a.example.com one=b.example.com two=c.example.com',
  };

  test('brings its tokens, user name and last step', () => {
    const run = refresh({ cloud: cloud(`token=${token}; expires=1420070400; echo "asked for $1"`), env });
    expect(run.status).toBe(0);
    expect(run.output.match(/^asked for .*$/gm)).toEqual(['asked for one', 'asked for two']);
    expect(run.output).toMatch(/\nfinished\nOK\. /);
    const { config, metadata } = readManifest(run.files['hub.json']);
    const hosts = ['a.example.com', 'b.example.com', 'c.example.com'];
    expect(config).toEqual({ auths: Object.fromEntries(hosts.map((host) => [host, { auth: token }])) });
    expect(metadata.annotations).toMatchObject({ 'push-secret/expires-at': '2015-01-01T00:00:00Z' });
    expect(run.output).not.toContain(token);
  });

  test('whose token is for another user is refused under its own name', () => {
    const run = refresh({ cloud: cloud(`token=${TOKEN}; expires=1420070400`), env });
    expectNothingDone(run);
    expect(run.lastLine).toContain('what Cloud answered for one is no cloud token');
    expect(run.lastLine).toContain('see that the Cloud endpoint');
  });

  test('whose call fails gives its own advice, in lower case', () => {
    const run = refresh({ cloud: cloud(`echo 'No Entry' >"$HOME/said"; fail_call "$1" "$HOME/said"`), env });
    expectNothingDone(run);
    expect(run.output).toContain('\none: No Entry\n');
    expect(run.lastLine).toContain('Cloud gave no cloud token for one');
    expect(run.lastLine).toContain('To do: ask for no entry.');
  });
});
