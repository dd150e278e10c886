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
  'lower-case letters and digits, separated by ".", "_", "__" or dashes, in components joined by "/", at most 255 characters; no scheme, tag or digest';
const IS_NO_ADDRESS = 'is not the address of a registry:';
const KEY_FILE = 'with _json_key the password is the whole key file of a service account';
const gcr = (registryPassword: string) =>
  dockerHub({
    registryEndpoint: 'gcr.io',
    registryUsername: '_json_key',
    registryPassword,
    pushRepo: 'gcr.io/abcdef/x',
  });

// The sentences on where images go and how the builder logs in, to the letter. Those of git are in git.test.ts.
testSentences(
  ['login.ts', 'missing-passwords.ts', 'place.ts', 'reference.ts', 'registry.ts', 'seal-target.ts', 'target.ts'].map(
    (file) => `registry/${file}`,
  ),
  [
    // the endpoint, and what is pushed to
    [
      'missing: PrimeHub offers to build custom images only where it is set; pushRepo implies `registryEndpoint: docker.io`',
      dockerHub({ registryEndpoint: undefined }),
    ],
    ['missing: give the repository that images are pushed to, or pushRepoPrefix', 'customImage: {}\n'],
    [
      'missing: give the repository that images are pushed to (`docker.io/...`), or pushRepoPrefix',
      dockerHub({ pushRepo: undefined }),
    ],
    ['empty; a host is wanted, as in `docker.io` or `https://gcr.io`', dockerHub({ registryEndpoint: '""' })],
    ['empty; a registry and a path on it are wanted', repository('""')],
    ['a login does not belong here; `docker.io` would be right', endpoint('https://exampleteam:secret@docker.io')],
    [
      `"https://harbor.example.com/team" ${IS_NO_ADDRESS} host and port alone, without a path; \`https://harbor.example.com\` would be right`,
      endpoint('https://harbor.example.com/team'),
    ],
    [
      `"oci://harbor.example.com" ${IS_NO_ADDRESS} it begins with \`https://\`, \`http://\` or the host; \`https://harbor.example.com\` would be right`,
      endpoint('oci://harbor.example.com'),
    ],
    [
      `"harbor.example.com:99999" ${IS_NO_ADDRESS} a port is a number from 1 to 65535`,
      endpoint('harbor.example.com:99999'),
    ],
    [
      `"harbor.example.com." ${IS_NO_ADDRESS} a host has the letters a to z, digits, "-" and ".", with a letter or digit before and after each "."`,
      endpoint('harbor.example.com.'),
    ],
    [
      "PrimeHub's builder pushes over TLS, http or not; a registry without TLS needs `insecureSkipVerify: true`",
      endpoint('http://harbor.example.com'),
    ],
    ['"docker.io" is a registry without a repository: `docker.io/...`', repository('docker.io')],
    [
      `"docker.io/example team/notebooks" is no repository: ${REPOSITORY_RULE}`,
      repository('docker.io/example team/notebooks'),
    ],
    [
      `"docker.io//exampleteam/notebooks" is no repository: ${REPOSITORY_RULE}; \`docker.io/exampleteam/notebooks\` would be right`,
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
      'this value (not shown, as it may hold a credential) has a login; `docker.io/team/notebooks` would be right',
      repository('exampleteam:secret1@docker.io/team/notebooks'),
    ],
    [
      '"gcr.io/example.com:ml-team" has a ":" in its path, where images have a "/"; `gcr.io/example.com/ml-team` would be right',
      dockerHub({ registryEndpoint: 'gcr.io', pushRepo: undefined, pushRepoPrefix: 'gcr.io/example.com:ml-team' }),
    ],
    [
      'the registry is gcr.io here and docker.io in pushRepo; both must name the same one',
      dockerHub({ registryEndpoint: 'gcr.io' }),
    ],
    [
      'no registry is named, which means Docker Hub, and the endpoint is gcr.io; `gcr.io/exampleteam/notebooks` would be right',
      dockerHub({ registryEndpoint: 'gcr.io', pushRepo: 'exampleteam/notebooks' }),
    ],
    [
      'PrimeHub ignores pushRepoPrefix where pushRepo is set; so is it here',
      dockerHub({ pushRepoPrefix: 'docker.io/exampleteam' }),
    ],
    [
      'on ghcr.io a repository is at least `ghcr.io/<owner>/<image>`: the push will be refused',
      dockerHub({ registryEndpoint: 'ghcr.io', pushRepo: 'ghcr.io/notebooks' }),
    ],
    // names
    ['hub is in the list already', `targetNamespace: [hub, hub]\n${dockerHub()}`],
    [
      '"hub,hub-jobs" is no namespace name: lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters; several namespaces are a list: `[hub, hub-jobs]`',
      `targetNamespace: hub,hub-jobs\n${dockerHub()}`,
    ],
    [
      'this is no name of a Secret: lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters; the password itself does not belong here',
      dockerHub({ pushSecretName: 'My_Secret' }),
    ],
    [
      'primehub-controller-custom-image-push-secret is the name of the Secret that the PrimeHub chart makes by itself as soon as registryEndpoint is set; beside the chart, take another',
      dockerHub({ pushSecretName: 'primehub-controller-custom-image-push-secret' }),
    ],
    // the login
    [
      'a user name without a password: add registryPasswordFrom: {env: NAME} or {file: path}, {externalSecret: ...}, or {sealed: ...}; or remove the user name where the Secret exists already',
      dockerHub({ registryPassword: undefined }),
    ],
    ['missing: a password needs a user name', dockerHub({ registryUsername: undefined })],
    [
      'two sources of one password: keep registryPassword or registryPasswordFrom',
      dockerHub({ registryPasswordFrom: '{ env: TOKEN }' }),
    ],
    ['one of env, file, externalSecret and sealed is wanted; none is given', from('{}')],
    ['one of env, file, externalSecret and sealed is wanted; env and file are given', from('{ env: A, file: b.txt }')],
    [
      'a mapping where text is wanted; put the password in single quotes (a key file as it is only with _json_key)',
      password('{secret}'),
    ],
    [
      'this is no name of an environment variable (capitals, digits, "_"); the password itself does not belong here',
      from('{ env: token }'),
    ],
    [
      'a path that begins so means nothing here; write the whole path, or one relative to the values file',
      from("{ file: '~/token' }"),
    ],
    [
      'this is no path of a file (`./name` is one beside the values file); the password itself does not belong here',
      from('{ file: hunter2-Secret9 }'),
    ],
    ['there is no such file; the password itself does not belong here', from('{ file: /aB3dE5fG7hJ9/kL1mN3pQ5rS7== }')],
    ['the file registries cannot be read: it is a folder, a pipe or a device', from('{ file: ../registries }')],
    [
      'the environment variable NOT_SET is not there, and passwords are required; provide it',
      required(from('{ env: NOT_SET }')),
    ],
    [`the password in plaintext is not JSON: ${KEY_FILE}`, gcr('secret')],
    // a login that is hardly meant
    ['the password in plaintext begins or ends with white space, which then counts', password('" secret"')],
    ['the password in plaintext looks like a placeholder that nobody filled in', password('changeme')],
    ['the password in plaintext begins and ends with a quote, which then counts', password(`'"secret"'`)],
    [
      'the password in plaintext looks like a whole docker config; the password alone is wanted',
      password(`'{"auths":{}}'`),
    ],
    [
      'the password in plaintext looks like user name and password; the password alone is wanted',
      password('exampleteam:secret'),
    ],
    [
      'Docker Hub logs in by the Docker ID, not by an e-mail address',
      dockerHub({ registryUsername: 'team@example.com' }),
    ],
    [
      "with this user name the password on cr.yandex lives 12 hours at most, and builds fail after that: use json_key with a service account's authorized key, which does not expire",
      dockerHub({ registryEndpoint: 'cr.yandex', registryUsername: 'iam', pushRepo: 'cr.yandex/registry/nb' }),
    ],
    [
      'the password in plaintext is a token of a workflow or an app, which lives an hour or as long as its job: make a personal access token (classic) with `write:packages`',
      dockerHub({
        registryEndpoint: 'ghcr.io',
        registryPassword: `ghs_${'x'.repeat(30)}`,
        pushRepo: 'ghcr.io/team/notebooks',
      }),
    ],
    // sealing
    ['false: nothing is generated from this file', sealing(dockerHub({ enabled: 'false' }))],
    ['missing: the user name is sealed with the password', sealing(dockerHub({ registryUsername: undefined }))],
    [
      'Amazon ECR has no password to seal: its tokens live 12 hours, and the refresher that the aws block makes keeps one fresh',
      sealing(ecr()),
    ],
    [
      'Amazon ECR has no password to seal: its tokens live 12 hours, and the refresher that the aws block makes keeps one fresh',
      sealing(ecr('', '  registryUsername: AWS\n').replace(/aws:[^]*?(?=customImage)/, '')),
    ],
    [
      'there is no password to seal: the refresher that the google block makes fetches tokens by itself',
      sealing(`google: {}\n${gcr('secret')}`),
    ],
    // a block of tokens
    [
      'this block is for Amazon ECR, and the registry is docker.io; remove one of them',
      `aws: { account: "123456789012", region: eu-west-1 }\n${dockerHub()}`,
    ],
    ['aws and google are for different registries; remove one of them', `google: {}\n${ecr()}`],
    ['the aws block logs in by itself; remove the user name', ecr('', '  registryUsername: AWS\n')],
    [
      'two sources of one password: the aws block fetches tokens by itself; remove registryUsername and this, or aws',
      ecr('', '  registryUsername: AWS\n  registryPassword: secret\n'),
    ],
  ],
);
