import * as fs from 'fs';
import * as path from 'path';
import { AWS } from '../../../../lib/token-refresher/aws/ecr-tokens';
import { PRELUDE } from '../../../../lib/token-refresher/script/prelude-sh';
import { refreshScript } from '../../../../lib/token-refresher/script/refresh-script';
import {
  EXPIRES,
  GOOD,
  HOST,
  OTHER_HOST,
  PASSWORD,
  SHELLS,
  TOKEN,
  expectNothingDone,
  inHours,
  readManifest,
  refresh,
} from './refresh-script-runner';

// The frame's part of the script, mostly with AWS's part.

const TWO = `eu-west-1=${HOST} us-east-1=${OTHER_HOST}`;
const NO_TOKEN = 'the answer of AWS for eu-west-1 is not a valid ECR token';

function answer(token: string, expires = EXPIRES): string {
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
        'push-secret/expires-at': EXPIRES,
      },
    });
    expect(type).toBe('kubernetes.io/dockerconfigjson');
    expect(config).toEqual({ auths: { [HOST]: { auth: TOKEN } } });
    expect(fs.statSync(path.join(run.folder, 'manifests/hub.json')).mode & 0o777).toBe(0o600);
    expect(run.output).toContain(`${HOST}: new token, expires ${EXPIRES}\n`);
    expect(run.lastLine).toMatch(/^OK\. The container kubectl now applies the Secret aws-registry in: hub\./);
    expect(run.output).not.toContain(TOKEN);
    expect(run.output).not.toContain(PASSWORD);
  });

  test("never passes a token as a program's argument", () => {
    const watched = ['base64', 'cat', 'cut', 'date', 'env', 'head', 'mv', 'rm', 'sed', 'sort', 'tail', 'timeout', 'tr'];
    const { status, calls } = refresh({ shell, aws: GOOD, watched });
    expect(status).toBe(0);
    // busybox has its own programs built in
    expect(calls.some((call) => call.startsWith('base64'))).toBe(shell !== 'busybox');
    expect(calls.join('\n')).not.toContain(TOKEN.slice(0, 20));
    expect(calls.join('\n')).not.toContain(PASSWORD.slice(0, 20));
  });
});

test('the Secret expires with the first of its tokens', () => {
  const aws = `case "$*" in *us-east-1*) time=${inHours(9)} ;; *) time=${inHours(11)} ;; esac
    printf '%s\\t%s\\n' '${TOKEN}' $time`;
  const { files } = refresh({ aws, env: { REQUESTS: `eu-west-1=${HOST} us-east-1=${OTHER_HOST}` } });
  expect(files['hub.json']).toMatch(`"push-secret/expires-at":"${inHours(9).slice(0, 16)}`);
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
    ['a text that is not base64', answer('AWS:password')],
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
    ['a time that is not valid', `printf '%s\\t%s\\n' '${TOKEN}' .`],
    ['a time without its zone', answer(TOKEN, EXPIRES.slice(0, -1))],
    ['a time with a thirteenth month', answer(TOKEN, '2999-13-01T00:00:00Z')],
    ['seconds with too many digits', answer(TOKEN, '9'.repeat(30))],
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

/** The name of each variable that the script sets. */
const OWN_NAMES = [
  ...new Set(
    [...refreshScript(AWS.scripts).matchAll(/(?:^|[\s;{(])(?:for )?([a-z_]+)(?:=| in )/gm)].map(([, name]) => name),
  ),
];

test.each(SHELLS)('no variable of the script reaches a program, whatever the environment contains, in %s', (shell) => {
  expect(OWN_NAMES).toEqual(expect.arrayContaining(['token', 'auths', 'answer', 'decoded', 'config', 'manifest']));
  const environment = Object.fromEntries(OWN_NAMES.map((name) => [name, 'x_proxy=x\ny=z']));
  const note = (name: string): string => `env >>"$HOME/environment-of-${name}"`;
  const run = refresh({
    shell,
    aws: `${note('aws')}\n${GOOD}`,
    // the script's programs that run after it has the token
    noting: ['base64', 'date', 'cat', 'mv'],
    env: { ...environment, SHELLOPTS: 'allexport', https_proxy: 'http://proxy:3128', REQUESTS: TWO },
  });
  expect(run.status).toBe(0);
  const seen = fs.readdirSync(path.join(run.folder, 'home')).filter((name) => name.startsWith('environment-of-'));
  expect(seen).toHaveLength(shell === 'busybox' ? 1 : 5);
  for (const file of seen) {
    const lines = fs.readFileSync(path.join(run.folder, 'home', file), 'utf8').split('\n');
    const names = lines.map((line) => line.split('=')[0]);
    expect(names).toContain('https_proxy');
    expect(OWN_NAMES.filter((name) => names.includes(name))).toEqual([]);
    expect(lines.join()).not.toContain(TOKEN.slice(0, 40));
  }
});

describe.each(SHELLS)('the end of a token, in %s', (shell) => {
  test.each([
    ['2015-01-01T00:00:00Z', 'in 2015'],
    ['1420070400', 'in 2015, in seconds'],
    [inHours(0), 'now'],
    [inHours(1).replace('Z', '+02:00'), 'an hour ago, in another zone'],
  ])('%s: one that has expired is refused, %s', (expires) => {
    const run = refresh({ shell, aws: answer(TOKEN, expires) });
    expectNothingDone(run);
    expect(run.lastLine).toMatch(/the ECR token that AWS gave for eu-west-1 already expired at \d{4}-\d\d-.*Z\. /);
    expect(run.lastLine).toContain('To do: set the clock of the node;');
  });

  test('one that expires before the next run is applied with a warning, a longer one without', () => {
    const [short, long] = [3, 5].map((hours) => refresh({ shell, aws: answer(TOKEN, inHours(hours)) }));
    expect([short.status, long.status]).toEqual([0, 0]);
    expect(Object.keys(short.files)).toEqual(['hub.json']);
    const line =
      /^WARNING: 1234.*: the token expires in 1(?:[67]\d|80) minutes, but the next run may start only in 240 minutes\./m;
    expect(short.output).toMatch(line);
    expect(long.output).not.toContain('WARNING');
  });

  test('is read as Date.parse reads it', () => {
    const times = Array.from({ length: 60 }, (_, i) => {
      const text = new Date(i * 86_400_000 * 487.3 + 1_000_000_000_000).toISOString();
      const zone =
        i % 3 === 0 ? 'Z' : `${i % 2 === 0 ? '+' : '-'}${String(i % 15).padStart(2, '0')}:${i % 4 === 0 ? '08' : '30'}`;
      return (i % 5 === 0 ? text : `${text.slice(0, 19)}Z`).replace('Z', zone);
    });
    times.push('2028-02-29T08:09:08Z', '2100-03-01T00:00:00Z', '2099-12-31T23:59:59+00:00');
    const ask = `for time in ${times.join(' ')}; do seconds_of "$time"; done`;
    const { output } = refresh({ shell, script: `${PRELUDE}\n${ask}` });
    expect(output.trim().split('\n')).toEqual(times.map((time) => String(Math.floor(Date.parse(time) / 1000))));
  });
});

describe.each(SHELLS)('what is too large, in %s', (shell) => {
  const long = (size: number): string =>
    `{ printf 'AWS:'; head -c ${size} /dev/zero | tr '\\0' x; } | base64 | tr -d '\\n'`;

  test('a token of a megabyte is refused', () => {
    // dash takes minutes to split a text of that size, and is killed after one
    const run = refresh({ shell, aws: `printf '%s\\t%s\\n' "$(${long(1_000_000)})" '${EXPIRES}'` });
    expectNothingDone(run);
    expect(run.lastLine).toContain(NO_TOKEN);
  });

  test('refuses tokens that together make a Secret of more than a megabyte', () => {
    const REQUESTS = Array.from({ length: 36 }, (_, i) => `r${i}=r${i}.example.com`).join(' ');
    const big = encoded(`AWS:${'x'.repeat(22_000)}`);
    const cloud = `${AWS.scripts.identity}\nfetch_token() { token=${big}; expires=${EXPIRES}; }\nfinish() { :; }`;
    const run = refresh({ shell, cloud, env: { REQUESTS } });
    expectNothingDone(run);
    expect(run.lastLine).toContain('too large for one Secret');
  });
});

test.each(SHELLS)('logs the beginning and the end of a long message of AWS, in %s', (shell) => {
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

test.each(SHELLS)('a shell that traces its commands stops before it knows a token, in %s', (shell) => {
  const run = refresh({ shell, aws: GOOD, env: { SHELLOPTS: 'xtrace', PS4: '+ ' } });
  expect(run.status).toBe(0);
  expect(run.output).not.toMatch(/^\+/m);
});

test('the exit status shows which silent calls took too long, and which ran out of memory', () => {
  const [slow, killed, other] = ['exit 124', 'kill -9 $$', 'exit 3'].map((aws) => refresh({ aws }));
  for (const run of [slow, killed, other]) expectNothingDone(run);
  expect(slow.output).toContain('eu-west-1: no answer within two minutes\n');
  expect(slow.lastLine).toContain('let the pod reach ECR and STS');
  expect(killed.output).toContain(
    'eu-west-1: the program was killed (status 137), probably because it ran out of memory',
  );
  expect(killed.lastLine).toContain('To do: give the container a larger memory limit.');
  expect(other.output).toContain('eu-west-1: it ended with status 3 and no message\n');
});

test('keeps what a call said before it took too long', () => {
  const { output } = refresh({ aws: 'echo "Retry needed" >&2; exit 124' });
  expect(output).toContain('eu-west-1: no answer within two minutes, after Retry needed\n');
});

test('logs the messages of AWS without what could be a credential', () => {
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

/** Accepts no byte. Without this device, no file can be created there either. */
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

test('the first line explains a log that ends too early', () => {
  const run = refresh({ aws: 'kill -9 $PPID' });
  expect(run.output).toMatch(
    /^Refreshing the Secret aws-registry, identity: ambient\. If this log ends without OK or FAILED/,
  );
  expect(run.files).toEqual({});
});

test('there is nowhere to write to', () => {
  expectNothingDone(refresh({ aws: GOOD, env: { MANIFESTS_DIR: '/nonexistent' } }));
});

describe('another cloud', () => {
  const token = encoded('oauth2accesstoken:ya29.secret');
  const END = Date.parse(EXPIRES) / 1000;
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

  test('has its own tokens, user name and last step', () => {
    const run = refresh({ cloud: cloud(`token=${token}; expires=${END}; echo "asked for $1"`), env });
    expect(run.status).toBe(0);
    expect(run.output.match(/^asked for .*$/gm)).toEqual(['asked for one', 'asked for two']);
    expect(run.output).toMatch(/\nfinished\nOK\. /);
    const { config, metadata } = readManifest(run.files['hub.json']);
    const hosts = ['a.example.com', 'b.example.com', 'c.example.com'];
    expect(config).toEqual({ auths: Object.fromEntries(hosts.map((host) => [host, { auth: token }])) });
    expect(metadata.annotations).toMatchObject({ 'push-secret/expires-at': EXPIRES });
    expect(run.output).not.toContain(token);
  });

  test('whose token is for another user is refused, with the name of the cloud', () => {
    const run = refresh({ cloud: cloud(`token=${TOKEN}; expires=${END}`), env });
    expectNothingDone(run);
    expect(run.lastLine).toContain('the answer of Cloud for one is not a valid cloud token');
    expect(run.lastLine).toContain('check that the Cloud endpoint');
  });

  test('whose call fails gives its own advice for the message in lower case', () => {
    const run = refresh({ cloud: cloud(`echo 'No Entry' >"$HOME/said"; fail_call "$1" "$HOME/said"`), env });
    expectNothingDone(run);
    expect(run.output).toContain('\none: No Entry\n');
    expect(run.lastLine).toContain('Cloud gave no cloud token for one');
    expect(run.lastLine).toContain('To do: ask for no entry.');
  });
});
