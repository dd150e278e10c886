import * as fs from 'fs';
import * as path from 'path';
import {
  EXPIRES,
  GOOD,
  HOST,
  OTHER_HOST,
  SHELLS,
  TOKEN,
  expectNothingDone,
  readManifest,
  refresh,
} from '../script/refresh-script-runner';

// AWS's part of the script, between the frame's.

describe.each(SHELLS)('in %s', (shell) => {
  test('understands the time of the AWS CLI v1, with and without decimals', () => {
    const end = String(Date.parse(EXPIRES) / 1000);
    for (const seconds of [end, `${end}.123`]) {
      const run = refresh({ shell, aws: `printf '%s\\t%s\\n' '${TOKEN}' ${seconds}` });
      expect(readManifest(run.files['hub.json']).metadata.annotations).toMatchObject({
        'push-secret/expires-at': EXPIRES,
      });
    }
  });
});

test('asks once a region, with timeouts and without the deprecated registry ids', () => {
  const { status, files, calls } = refresh({
    aws: GOOD,
    env: { REQUESTS: `eu-west-1=${HOST}\neu-west-1=1${HOST}\nus-east-1=${OTHER_HOST}`, NAMESPACES: 'hub ml' },
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

  test('says nothing about an existing one', () => {
    const exists = 'echo "An error occurred (RepositoryAlreadyExistsException) when calling" >&2; exit 254';
    const { status, output } = refresh({ aws: aws(exists), env: { ENSURE_REPOSITORIES } });
    expect(status).toBe(0);
    expect(output).not.toContain('ml/notebooks');
  });

  test('logs a refusal and still refreshes the token', () => {
    const denied = 'echo "An error occurred (AccessDeniedException): ecr:CreateRepository" >&2; exit 254';
    const { status, files, output } = refresh({ aws: aws(denied), env: { ENSURE_REPOSITORIES } });
    expect(status).toBe(0);
    expect(Object.keys(files)).toEqual(['hub.json']);
    expect(output).toContain(
      'ml/notebooks: repository not created in 123456789012, eu-west-1; the token is refreshed anyway: An err',
    );
  });
});

const DENIED =
  '(AccessDeniedException) when calling the GetAuthorizationToken operation: User: arn:aws:sts::123456789012:assumed-role/push/1 is not authorized to perform: ecr:GetAuthorizationToken on resource: *';

// @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
test.each([
  [
    `${DENIED} because no VPC endpoint policy allows the ecr:GetAuthorizationToken action`,
    'the policy of the VPC endpoint',
  ],
  [`${DENIED} with an explicit deny in a VPC endpoint policy`, 'the policy of the VPC endpoint'],
  [`${DENIED} with an explicit deny in a service control policy`, 'the policy of the AWS organization'],
  [
    `${DENIED} with an explicit deny in a service control policy: arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd`,
    'the policy of the AWS organization',
  ],
  [
    '(AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity with an explicit deny in a resource control policy',
    'the policy of the AWS organization',
  ],
  [
    `${DENIED} because no permissions boundary allows the ecr:GetAuthorizationToken action`,
    'the permissions boundary of',
  ],
  [`${DENIED} with an explicit deny in a permissions boundary`, 'the permissions boundary of the identity'],
  [`${DENIED} with an explicit deny in an identity-based policy`, 'remove the explicit deny from the policy'],
  [
    `${DENIED} because no identity-based policy allows the ecr:GetAuthorizationToken action`,
    'the IAM policy in dist/aws',
  ],
  [
    '(InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Incorrect token audience',
    'add sts.amazonaws.com to the audiences (client ids)',
  ],
  [
    '(RegionDisabledException) when calling the AssumeRoleWithWebIdentity operation: STS is not activated in this region for account:123456789012. Your account administrator can activate STS in this region using the IAM Console.',
    'activate STS for this region',
  ],
  ['(AccessDeniedException) when calling the GetAuthorizationToken operation', 'give the identity the IAM policy'],
  ['(AccessDenied) when calling the AssumeRoleWithWebIdentity operation', "in the role's trust policy"],
  ['(ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation', 'set the clock of the node'],
  ['(InvalidSignatureException): Signature not yet current', 'set the clock of the node'],
  ['(RequestTimeTooSkewed) when calling', 'set the clock of the node'],
  ['(ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation: Token expired', 'set the clock'],
  ['(UnrecognizedClientException) when calling', 'enable the region in the account'],
  [
    '(InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: No OpenIDConnect provider found in your account for https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    "check that the role's account has the cluster's OIDC identity provider",
  ],
  [
    "(InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Couldn't retrieve verification key from your identity provider",
    "check that the role's account has the cluster's OIDC identity provider",
  ],
  [
    'Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200 response 400 from container metadata: AccessDeniedException',
    'the role trusts pods.eks.amazonaws.com',
  ],
  ['(ThrottlingException) when calling: Rate exceeded', 'nothing, the refresher retries by itself'],
  [
    'Could not connect to the endpoint URL: "https://api.ecr.eu-west-1.amazonaws.com/"',
    'let the pod reach ECR and STS',
  ],
  ['Read timeout on endpoint URL', 'let the pod reach ECR and STS'],
  ['Unable to locate credentials', 'set its metadata hop limit to 2'],
  [
    'Error when retrieving credentials from container-role: Could not connect to the endpoint URL',
    'check that the add-on eks-pod-identity-agent runs',
  ],
  ['SSL validation failed: CERTIFICATE_VERIFY_FAILED', 'with caConfigMap'],
  ['(ThrottlingException) when calling the AssumeRoleWithWebIdentity operation', 'nothing, the refresher retries by'],
  ['(ServerException) when calling the GetAuthorizationToken operation', 'nothing, the refresher retries by itself'],
  ['(502) when calling the GetAuthorizationToken operation: Bad Gateway', 'nothing, the refresher retries by itself'],
  ['Connection was closed before we received a valid response', 'let the pod reach ECR and STS'],
  [
    "An HTTP Client raised an unhandled exception: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
    'let the pod reach ECR and STS',
  ],
  ['An HTTP Client failed to establish a connection: [Errno 101] Network is unreachable', 'let the pod reach ECR and'],
  ['An error occurred while reading from response stream: IncompleteRead(96 bytes read)', 'let the pod reach ECR and'],
  ['4 read, but total bytes expected is 100.', 'let the pod reach ECR and STS'],
  [
    'SSL validation failed for https://sts.example/ EOF occurred in violation of protocol (_ssl.c:1129)',
    'let the pod reach ECR and STS',
  ],
  [
    'SSL validation failed for https://sts.example/ [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1129)',
    'let the pod reach ECR and STS',
  ],
  [
    'SSL validation failed for https://sts.example/ [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1129)',
    'with caConfigMap',
  ],
  ['Something new', 'see the line above'],
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

describe('the right identity or none', () => {
  const ROLE_ARN = 'arn:aws:iam::123456789012:role/ecr-push';
  // any file that is not empty stands for the token
  const irsa = { IDENTITY: 'irsa', AWS_ROLE_ARN: ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE: __filename };
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
    ['irsa, and the role is gone', { ...irsa, AWS_ROLE_ARN: '' }, 'the pod has no token of its own for AWS'],
    [
      'irsa, and there is no token',
      { ...irsa, AWS_WEB_IDENTITY_TOKEN_FILE: '/none' },
      'the pod has no token of its own',
    ],
    ['Pod Identity, and the webhook missed the pod', { IDENTITY: 'pod-identity' }, 'the pod has no EKS Pod Identity'],
    ['access keys, and one is empty', { ...keys, AWS_SECRET_ACCESS_KEY: '\n' }, 'an empty AWS_ACCESS_KEY_ID or'],
    ['an identity that is not valid', { IDENTITY: 'root' }, "IDENTITY has the unknown value 'root'"],
  ])('%s: AWS is not even asked', (_what, env, message) => {
    const run = refresh({ aws: GOOD, env });
    expectNothingDone(run);
    expect(run.lastLine).toContain(message);
    expect(run.calls).toEqual([]);
  });

  test.each([
    ['irsa', irsa, [`AWS_ROLE_ARN=${ROLE_ARN}`, `AWS_WEB_IDENTITY_TOKEN_FILE=${__filename}`]],
    ['Pod Identity', podIdentity, ['AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1']],
    ['access keys', keys, ['AWS_ACCESS_KEY_ID=AKIA1', 'AWS_SECRET_ACCESS_KEY=abc/+']],
  ])('with %s no other identity is left for the AWS CLI to find', (_what, env, left) => {
    const run = refresh({ aws: `env >"$HOME/env"; ${GOOD}`, env: { ...others, ...env } });
    expect(run.status).toBe(0);
    const seen = fs.readFileSync(path.join(run.folder, 'home/env'), 'utf8').split('\n');
    expect(seen.filter((line) => /^AWS_/.test(line)).sort()).toEqual(left);
  });
});

describe('the push check', () => {
  const ask = (aws: string) =>
    refresh({ aws, pushCheck: true, env: { PUSH_TARGETS: `eu-west-1=${HOST}/ml/notebooks` } });
  const says = (message: string) => `echo "An error occurred (${message}" >&2; exit 254`;

  test('begins an upload to the repository, in the account and region of the registry', () => {
    const run = ask('echo upload-id');
    expect(run.status).toBe(0);
    expect(run.lastLine).toBe('OK. The token is fresh and may push.');
    expect(run.calls).toEqual([
      expect.stringMatching(
        /^aws ecr initiate-layer-upload --region eu-west-1 --registry-id 123456789012 --repository-name ml\/notebooks /,
      ),
    ]);
  });

  test.each([
    ['a repository that is missing', 'RepositoryNotFoundException) when calling', 3, 'create the repository'],
    ['an identity that may not', 'AccessDeniedException) when calling: User is not', 3, 'the IAM policy in dist/aws'],
    [
      'an endpoint whose policy forbids it',
      'AccessDeniedException) when calling: User is not authorized because no VPC endpoint policy allows the action',
      3,
      'the policy of the VPC endpoint',
    ],
    [
      'an organization that forbids it',
      'AccessDeniedException) when calling: User is not authorized with an explicit deny in a service control policy',
      3,
      'the policy of the AWS organization',
    ],
    ['a registry that is overloaded', 'ThrottlingException) when calling: Rate exceeded', 1, 'the refresher retries'],
  ])('%s', (_what, message, status, todo) => {
    const run = ask(says(message));
    expect(run.status).toBe(status);
    expect(run.lastLine).toContain(`To do: ${HOST}/ml/notebooks: `);
    expect(run.lastLine).toContain(todo);
    expect(run.lastLine).toContain('The Secret aws-registry has a fresh token, so pulls keep working.');
  });
});
