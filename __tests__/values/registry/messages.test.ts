import * as path from 'path';
import { missingPasswords, requirePasswords } from '../../../values/registry/missing-passwords';
import { readSealTarget } from '../../../values/registry/seal-target';
import { Findings } from '../../../values/report/findings';
import { testSentences } from '../support/sentences';
import { dockerHub, ecr, readValues, writeValues } from '../support/values-folder';

const from = (registryPasswordFrom: string) => dockerHub({ registryPassword: undefined, registryPasswordFrom });
const password = (registryPassword: string, change: Record<string, string> = {}) =>
  dockerHub({ registryPassword, ...change });
const repository = (pushRepo: string) => dockerHub({ pushRepo });
const endpoint = (registryEndpoint: string) =>
  dockerHub({ registryEndpoint, pushRepo: 'harbor.example.com/team/notebooks' });
const sealing = (values: string) => () => {
  const findings = new Findings();
  readSealTarget(path.join(writeValues(values), 'dockerhub.yaml'), findings);
  return findings.problems;
};
const required = (values: string) => () => {
  const read = readValues(values);
  requirePasswords(missingPasswords(read.registries), read.reports);
  return read.findings.problems;
};
const REPOSITORY_RULE =
  'components joined by "/", each of lower-case letters and digits that ".", "_", "__" or dashes may separate, at most 255 characters in all, without scheme, tag or digest';
const NOT_AN_ADDRESS = 'is not the address of a registry:';
const KEY_FILE = 'with _json_key the password must be the whole key file of a service account';
const gcr = (registryPassword: string) =>
  dockerHub({
    registryEndpoint: 'gcr.io',
    registryUsername: '_json_key',
    registryPassword,
    pushRepo: 'gcr.io/abcdef/x',
  });

// The exact sentences about the push target and the login. Those about git are in git.test.ts.
testSentences(
  ['login.ts', 'missing-passwords.ts', 'place.ts', 'reference.ts', 'registry.ts', 'seal-target.ts', 'target.ts'].map(
    (file) => `registry/${file}`,
  ),
  [
    // the endpoint and the push target
    [
      'missing: PrimeHub offers custom images only if it is set; for this pushRepo, set `registryEndpoint: docker.io`',
      dockerHub({ registryEndpoint: undefined }),
    ],
    ['missing: set it to the repository to push images to, or set pushRepoPrefix', 'customImage: {}\n'],
    [
      'missing: set it to the repository to push images to (`docker.io/...`), or set pushRepoPrefix',
      dockerHub({ pushRepo: undefined }),
    ],
    ['empty: expected a host, like `docker.io` or `https://gcr.io`', dockerHub({ registryEndpoint: '""' })],
    ['empty: expected a host and a path, like `docker.io/...`', repository('""')],
    [
      'an endpoint must not contain a login; `docker.io` would be right',
      endpoint('https://exampleteam:secret@docker.io'),
    ],
    [
      `"https://harbor.example.com/team" ${NOT_AN_ADDRESS} it must be only host and port, without a path; \`https://harbor.example.com\` would be right`,
      endpoint('https://harbor.example.com/team'),
    ],
    [
      `"oci://harbor.example.com" ${NOT_AN_ADDRESS} it must begin with \`https://\`, \`http://\` or the host; \`https://harbor.example.com\` would be right`,
      endpoint('oci://harbor.example.com'),
    ],
    [
      `"harbor.example.com:99999" ${NOT_AN_ADDRESS} the port must be a number from 1 to 65535`,
      endpoint('harbor.example.com:99999'),
    ],
    [
      `"harbor.example.com." ${NOT_AN_ADDRESS} a host consists of the letters a to z, digits, "-" and ".", with a letter or digit before and after each "."`,
      endpoint('harbor.example.com.'),
    ],
    [
      "PrimeHub's builder uses TLS for an http endpoint too: for a registry without TLS, set `insecureSkipVerify: true`",
      endpoint('http://harbor.example.com'),
    ],
    ['"docker.io" is a host without a repository: expected `docker.io/...`', repository('docker.io')],
    [
      `"docker.io/example team/notebooks" is not a repository: expected ${REPOSITORY_RULE}`,
      repository('docker.io/example team/notebooks'),
    ],
    [
      `"docker.io//exampleteam/notebooks" is not a repository: expected ${REPOSITORY_RULE}; \`docker.io/exampleteam/notebooks\` would be right`,
      repository('docker.io//exampleteam/notebooks'),
    ],
    [
      '"https://docker.io/Team/notebooks:v1" has a scheme and a tag and upper case; `docker.io/team/notebooks` would be right',
      repository('https://docker.io/Team/notebooks:v1'),
    ],
    [
      `"docker.io/team/notebooks@sha256:${'a'.repeat(64)}" has a digest; \`docker.io/team/notebooks\` would be right`,
      repository(`docker.io/team/notebooks@sha256:${'a'.repeat(64)}`),
    ],
    [
      '"docker.io/team/notebooks/" has a "/" at its end; `docker.io/team/notebooks` would be right',
      repository('docker.io/team/notebooks/'),
    ],
    [
      '"hub.docker.com/r/team/notebooks" has the path of a web page; `docker.io/team/notebooks` would be right',
      repository('hub.docker.com/r/team/notebooks'),
    ],
    [
      'this value (not shown, as it may contain a credential) has a login; `docker.io/team/notebooks` would be right',
      repository('exampleteam:secret1@docker.io/team/notebooks'),
    ],
    [
      '"gcr.io/example.com:ml-team" has a ":" in its path instead of a "/"; `gcr.io/example.com/ml-team` would be right',
      dockerHub({ registryEndpoint: 'gcr.io', pushRepo: undefined, pushRepoPrefix: 'gcr.io/example.com:ml-team' }),
    ],
    [
      'the registry is gcr.io here, but docker.io in pushRepo: both must be the same',
      dockerHub({ registryEndpoint: 'gcr.io' }),
    ],
    [
      'a repository without a host is on Docker Hub, but the endpoint is gcr.io; `gcr.io/exampleteam/notebooks` would be right',
      dockerHub({ registryEndpoint: 'gcr.io', pushRepo: 'exampleteam/notebooks' }),
    ],
    [
      'PrimeHub ignores pushRepoPrefix if pushRepo is set, and so does synth: remove one of them',
      dockerHub({ pushRepoPrefix: 'docker.io/exampleteam' }),
    ],
    [
      'on ghcr.io a repository needs at least `ghcr.io/<owner>/<image>`, or the push will be refused',
      dockerHub({ registryEndpoint: 'ghcr.io', pushRepo: 'ghcr.io/notebooks' }),
    ],
    // names
    ['hub is already in the list: remove one of the two', `targetNamespace: [hub, hub]\n${dockerHub()}`],
    [
      '"hub,hub-jobs" is not a valid namespace name: expected lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters; write several namespaces as a list: `[hub, hub-jobs]`',
      `targetNamespace: hub,hub-jobs\n${dockerHub()}`,
    ],
    [
      'this is not a valid name of a Secret: expected lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters; give the name, not the password itself',
      dockerHub({ pushSecretName: 'My_Secret' }),
    ],
    [
      'the PrimeHub chart makes a Secret primehub-controller-custom-image-push-secret itself when registryEndpoint is set: if you use the chart, choose another name',
      dockerHub({ pushSecretName: 'primehub-controller-custom-image-push-secret' }),
    ],
    // the login
    [
      'the user name has no password: add registryPasswordFrom: {env: NAME}, {file: path}, {externalSecret: ...} or {sealed: ...}; or remove the user name if the push Secret already exists',
      dockerHub({ registryPassword: undefined }),
    ],
    ['missing: a password needs a user name', dockerHub({ registryUsername: undefined })],
    [
      'the password has two sources: keep either registryPassword or registryPasswordFrom',
      dockerHub({ registryPasswordFrom: '{ env: TOKEN }' }),
    ],
    ['expected one of env, file, externalSecret and sealed, got none', from('{}')],
    ['expected one of env, file, externalSecret and sealed, got env and file', from('{ env: A, file: b.txt }')],
    [
      'expected text, got a mapping: put the password in single quotes (only a key file for the user name _json_key needs none)',
      password('{secret}'),
    ],
    [
      'this is not the name of an environment variable (capital letters, digits and "_"): give the name, not the password itself',
      from('{ env: token }'),
    ],
    [
      'a path that begins like this is not supported: write the absolute path, or one relative to the values file',
      from("{ file: '~/token' }"),
    ],
    [
      'this is not the path of a file (`./name` is a file next to the values file): give the path, not the password itself',
      from('{ file: hunter2-Secret9 }'),
    ],
    [
      'this file does not exist: give the path of a file, not the password itself',
      from('{ file: /aB3dE5fG7hJ9/kL1mN3pQ5rS7== }'),
    ],
    ['the file registries cannot be read: it is a folder, a pipe or a device', from('{ file: ../registries }')],
    [
      'the environment variable NOT_SET is missing, and passwords are required; provide it',
      required(from('{ env: NOT_SET }')),
    ],
    [`the plaintext password is not JSON: ${KEY_FILE}`, gcr('secret')],
    // a login that is probably not intended
    [
      'the plaintext password begins or ends with white space: remove it unless it is part of the password',
      password('" secret"'),
    ],
    ['the plaintext password looks like a placeholder: use the real password', password('changeme')],
    [
      'the plaintext password begins and ends with a quote: remove the quotes unless they are part of the password',
      password(`'"secret"'`),
    ],
    ['the plaintext password looks like a whole docker config: give only the password', password(`'{"auths":{}}'`)],
    [
      'the plaintext password looks like user name and password: give only the password',
      password('exampleteam:secret'),
    ],
    ['Docker Hub expects the Docker ID, not an e-mail address', dockerHub({ registryUsername: 'team@example.com' })],
    [
      "with this user name the password on cr.yandex lives 12 hours at most, and builds fail after that: use json_key with a service account's authorized key, which does not expire",
      dockerHub({ registryEndpoint: 'cr.yandex', registryUsername: 'iam', pushRepo: 'cr.yandex/registry/nb' }),
    ],
    [
      'the plaintext password is a token of a workflow or an app, which lives an hour or as long as its job: make a personal access token (classic) with `write:packages`',
      dockerHub({
        registryEndpoint: 'ghcr.io',
        registryPassword: `ghs_${'x'.repeat(30)}`,
        pushRepo: 'ghcr.io/team/notebooks',
      }),
    ],
    // sealing
    ['this file is disabled (false), so nothing is generated from it', sealing(dockerHub({ enabled: 'false' }))],
    [
      'missing: the user name is sealed together with the password',
      sealing(dockerHub({ registryUsername: undefined })),
    ],
    [
      'Amazon ECR has no password to seal: its tokens live 12 hours, and the refresher of the aws block keeps one fresh',
      sealing(ecr()),
    ],
    [
      'Amazon ECR has no password to seal: its tokens live 12 hours, and the refresher of the aws block keeps one fresh',
      sealing(ecr('', '  registryUsername: AWS\n').replace(/aws:[^]*?(?=customImage)/, '')),
    ],
    [
      'there is no password to seal: the refresher of the google block fetches tokens',
      sealing(`google: {}\n${gcr('secret')}`),
    ],
    // a block of tokens
    [
      'this block is for Amazon ECR, but the registry is docker.io: remove the block, or change the registry',
      `aws: { account: "123456789012", region: eu-west-1 }\n${dockerHub()}`,
    ],
    ['aws and google are for different registries: keep one of them', `google: {}\n${ecr()}`],
    ['the aws block has its own login: remove the user name', ecr('', '  registryUsername: AWS\n')],
    [
      'the password has two sources, as the aws block fetches tokens: remove registryUsername and this key, or aws',
      ecr('', '  registryUsername: AWS\n  registryPassword: secret\n'),
    ],
  ],
);
