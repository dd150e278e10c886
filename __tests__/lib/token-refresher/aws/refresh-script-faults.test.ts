import * as fs from 'fs';
import * as path from 'path';
import { GOOD, HOST, OTHER_HOST, PASSWORD, SHELLS, TOKEN, Run, refresh } from './refresh-script-runner';

const KEPT = 'Nothing was applied, a Secret that is there keeps its token.';
const NO_TOKEN = 'what AWS answered for eu-west-1 is no ECR token';

function answer(token: string, expires = '2026-01-01T12:00:00+00:00'): string {
  return `printf '%s\\t%s\\n' '${token}' '${expires}'`;
}

function encoded(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}

function expectNothingDone(run: Run): void {
  expect(run.status).toBe(1);
  expect(run.files).toEqual({});
  expect(run.lastLine).toMatch(/^FAILED: /);
  expect(run.lastLine).toContain(`${KEPT} To do: `);
  expect(run.lastLine).toMatch(/To refresh now: kubectl create job$/);
  for (const secret of [TOKEN, PASSWORD, PASSWORD.slice(0, 60)]) expect(run.output).not.toContain(secret);
}

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

test.each([
  ['(AccessDeniedException) when calling the GetAuthorizationToken operation', 'give the identity the IAM policy'],
  ['(AccessDenied) when calling the AssumeRoleWithWebIdentity operation', "let the role's trust policy name this"],
  ['(ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation', 'set the clock of the node'],
  ['(InvalidSignatureException): Signature not yet current', 'set the clock of the node'],
  ['(UnrecognizedClientException) when calling', 'enable the region in the account'],
  [
    '(InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: No OpenIDConnect provider found in your account for https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    "see that the account of the role has the cluster's OIDC identity provider",
  ],
  [
    "(InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Couldn't retrieve verification key from your identity provider",
    "see that the account of the role has the cluster's OIDC identity provider",
  ],
  [
    'Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 400 from container metadata: AccessDeniedException',
    'the role trusts pods.eks.amazonaws.com',
  ],
  ['(ThrottlingException) when calling: Rate exceeded', 'nothing, the next try comes by itself'],
  [
    'Could not connect to the endpoint URL: "https://api.ecr.eu-west-1.amazonaws.com/"',
    'let the pod reach ecr and sts',
  ],
  ['Read timeout on endpoint URL', 'let the pod reach ecr and sts'],
  ['Unable to locate credentials', 'a metadata hop limit of 2'],
  [
    'Error when retrieving credentials from container-role: Could not connect to the endpoint URL',
    'see that the add-on eks-pod-identity-agent runs',
  ],
  ['SSL validation failed: CERTIFICATE_VERIFY_FAILED', 'with caConfigMap'],
  ['(ThrottlingException) when calling the AssumeRoleWithWebIdentity operation', 'nothing, the next try comes by'],
  ['(ServerException) when calling the GetAuthorizationToken operation', 'nothing, the next try comes by itself'],
  ['(502) when calling the GetAuthorizationToken operation: Bad Gateway', 'nothing, the next try comes by itself'],
  ['Connection was closed before we received a valid response', 'let the pod reach ecr and sts'],
  ['Something new', 'see the line before'],
])('AWS fails: %s', (message, advice) => {
  const run = refresh({
    aws: `printf '\\n%s\\n' "$MESSAGE" >&2; exit 254`,
    env: { MESSAGE: `An error occurred ${message}` },
  });
  expectNothingDone(run);
  expect(run.output).toContain(`eu-west-1: An error occurred ${message}`);
  expect(run.lastLine).toContain('AWS gave no ECR token for eu-west-1');
  expect(run.lastLine).toContain(advice);
});

describe('with access keys', () => {
  const env = { IDENTITY: 'access-keys', AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
  test.each([
    '(UnrecognizedClientException) when calling',
    '(InvalidClientTokenId) when calling',
    '(InvalidSignatureException) when calling the GetAuthorizationToken operation: The request signature we calculated does not match',
    '(SignatureDoesNotMatch) when calling',
  ])('AWS fails: %s', (message) => {
    const run = refresh({ aws: `echo 'An error occurred ${message}' >&2; exit 254`, env });
    expectNothingDone(run);
    expect(run.lastLine).toContain('To do: renew the access keys.');
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
  const run = refresh({ aws, env: { REGISTRIES: `eu-west-1=${HOST} us-east-1=${OTHER_HOST}`, NAMESPACES: 'hub ml' } });
  expectNothingDone(run);
  expect(run.lastLine).toContain('us-east-1');
});

test('one of several regions answers nonsense', () => {
  const aws = `case "$*" in *us-east-1*) echo nonsense ;; *) ${GOOD} ;; esac`;
  expectNothingDone(refresh({ aws, env: { REGISTRIES: `eu-west-1=${HOST} us-east-1=${OTHER_HOST}` } }));
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

describe('the right identity or none', () => {
  const ROLE_ARN = 'arn:aws:iam::123456789012:role/ecr-push';
  const irsa = { IDENTITY: 'irsa', ROLE_ARN, AWS_ROLE_ARN: ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE: '/token' };
  const podIdentity = { IDENTITY: 'pod-identity', AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1' };
  const keys = { IDENTITY: 'access-keys', AWS_ACCESS_KEY_ID: 'AKIA1\n', AWS_SECRET_ACCESS_KEY: 'abc/+\r\n' };
  const others = {
    AWS_ACCESS_KEY_ID: 'other',
    AWS_SECRET_ACCESS_KEY: 'other',
    AWS_SESSION_TOKEN: 'other',
    AWS_ROLE_ARN: 'other',
    AWS_WEB_IDENTITY_TOKEN_FILE: 'other',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'other',
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: 'other',
  };

  test.each([
    ['irsa, and the webhook missed the pod', { IDENTITY: 'irsa', ROLE_ARN }, "the role '', not 'arn:aws"],
    ['irsa, and the role is another', { ...irsa, AWS_ROLE_ARN: `${ROLE_ARN}-2` }, `the role '${ROLE_ARN}-2', not`],
    ['irsa, and there is no token', { ...irsa, AWS_WEB_IDENTITY_TOKEN_FILE: '' }, 'FAILED: the pod has the role'],
    ['Pod Identity, and the webhook missed the pod', { IDENTITY: 'pod-identity' }, 'the pod has no EKS Pod Identity'],
    ['access keys, and one is empty', { ...keys, AWS_SECRET_ACCESS_KEY: '\n' }, 'an empty AWS_ACCESS_KEY_ID or'],
    ['an identity that is none', { IDENTITY: 'root' }, "IDENTITY is 'root'"],
  ])('%s: AWS is not even asked', (_what, env, message) => {
    const run = refresh({ aws: GOOD, env });
    expectNothingDone(run);
    expect(run.lastLine).toContain(message);
    expect(run.calls).toEqual([]);
  });

  test.each([
    ['irsa', irsa, ['AWS_ROLE_ARN=arn:aws:iam::123456789012:role/ecr-push', 'AWS_WEB_IDENTITY_TOKEN_FILE=/token']],
    ['Pod Identity', podIdentity, ['AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1']],
    ['access keys', keys, ['AWS_ACCESS_KEY_ID=AKIA1', 'AWS_SECRET_ACCESS_KEY=abc/+']],
  ])('with %s no other identity is left for the AWS CLI to find', (_what, env, left) => {
    const run = refresh({ aws: `env >"$HOME/env"; ${GOOD}`, env: { ...others, ...env } });
    expect(run.status).toBe(0);
    const seen = fs.readFileSync(path.join(run.folder, 'home/env'), 'utf8').split('\n');
    expect(seen.filter((line) => /^AWS_/.test(line)).sort()).toEqual(left);
  });
});
