import { sealedPassword } from '../../support/sealed';
import { dockerHub, lines, readValues } from '../support/values-folder';

const KEY = {
  type: 'service_account',
  project_id: 'example-project',
  private_key_id: '1',
  private_key: '-----BEGIN PRIVATE KEY-----\nü\n-----END PRIVATE KEY-----\n',
  client_email: 'push@example-project.iam.gserviceaccount.com',
};
const gcr = (registryPassword: string, registryUsername = '_json_key') =>
  dockerHub({
    registryEndpoint: 'https://gcr.io',
    registryUsername,
    registryPassword,
    pushRepo: 'gcr.io/example-project/notebooks',
  });
const from = (source: string) => dockerHub({ registryPassword: undefined, registryPasswordFrom: source });
const ENVIRONMENT = {
  EMPTY_PASSWORD: '',
  PASSWORD_WITH_NEWLINE: 'secret\n',
  PASSWORD_WITH_BELL: 'sec\u0007ret',
  PASSWORD_IN_LATIN_1: 'p\ufffdss',
};
beforeAll(() => {
  Object.assign(process.env, ENVIRONMENT);
});
afterAll(() => {
  for (const name of Object.keys(ENVIRONMENT)) delete process.env[name];
});

test.each<[string, string, string[]]>([
  [
    'a user name without a password',
    dockerHub({ registryPassword: undefined }),
    [
      'registries/dockerhub.yaml:3:21  customImage.registryUsername',
      '  a user name without a password: add registryPasswordFrom: {env: NAME} or {file: path}, {externalSecret: ...}, or {sealed: ...}; or remove the user name where the Secret exists already',
    ],
  ],
  [
    'a password without a user name',
    dockerHub({ registryUsername: undefined }),
    ['registries/dockerhub.yaml:1:1  customImage.registryUsername', '  missing: a password needs a user name'],
  ],
  [
    'a password source without a user name',
    dockerHub({
      registryUsername: undefined,
      registryPassword: undefined,
      registryPasswordFrom: '{ env: DOCKERHUB_TOKEN }',
    }),
    ['registries/dockerhub.yaml:1:1  customImage.registryUsername', '  missing: a password needs a user name'],
  ],
  [
    'two sources',
    dockerHub({ registryPasswordFrom: '{ env: DOCKERHUB_TOKEN }' }),
    [
      'registries/dockerhub.yaml:6:3  customImage.registryPasswordFrom',
      '  two sources of one password: keep registryPassword or registryPasswordFrom',
    ],
  ],
  [
    'two sources in registryPasswordFrom',
    from('{ env: DOCKERHUB_TOKEN, file: token.txt }'),
    [
      'registries/dockerhub.yaml:5:25  customImage.registryPasswordFrom',
      '  one of env, file, externalSecret and sealed is wanted; env and file are given',
    ],
  ],
  [
    'no source in registryPasswordFrom',
    from('{}'),
    [
      'registries/dockerhub.yaml:5:25  customImage.registryPasswordFrom',
      '  one of env, file, externalSecret and sealed is wanted; none is given',
    ],
  ],
  [
    'a user name with ":"',
    dockerHub({ registryUsername: 'exampleteam:secret' }),
    [
      'registries/dockerhub.yaml:3:21  customImage.registryUsername',
      '  a user name cannot contain ":", which separates it from the password in a docker config',
    ],
  ],
  [
    'a user name with white space around it',
    dockerHub({ registryUsername: '"exampleteam "' }),
    [
      'registries/dockerhub.yaml:3:21  customImage.registryUsername',
      '  a user name cannot begin or end with a space: remove it',
    ],
  ],
  [
    'an empty user name',
    dockerHub({ registryUsername: '""' }),
    ['registries/dockerhub.yaml:3:21  customImage.registryUsername', '  missing: expected a user name'],
  ],
  [
    'an empty password',
    dockerHub({ registryPassword: '""' }),
    ['registries/dockerhub.yaml:4:21  customImage.registryPassword', '  the plaintext password is empty'],
  ],
  [
    'a password that YAML reads as a number',
    dockerHub({ registryPassword: '12345678' }),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  YAML reads this as a number; put it in quotes. The password in plaintext. Prefer registryPasswordFrom: a committed password is readable for ever.',
    ],
  ],
  [
    'a password that YAML reads as a list',
    dockerHub({ registryPassword: '[secret]' }),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  text is wanted, not a list. The password in plaintext. Prefer registryPasswordFrom: a committed password is readable for ever.',
    ],
  ],
  [
    'a password that YAML reads as a mapping',
    dockerHub({ registryPassword: '{secret}' }),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  a mapping where text is wanted; put the password in single quotes (a key file as it is only with _json_key)',
    ],
  ],
  [
    'an empty password and a user name with ":"',
    dockerHub({ registryUsername: 'a:b', registryPassword: '""' }),
    [
      'registries/dockerhub.yaml:3:21  customImage.registryUsername',
      '  a user name cannot contain ":", which separates it from the password in a docker config',
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  the plaintext password is empty',
    ],
  ],
  [
    'an empty password without a user name',
    dockerHub({ registryUsername: undefined, registryPassword: '""' }),
    [
      'registries/dockerhub.yaml:1:1  customImage.registryUsername',
      '  missing: a password needs a user name',
      'registries/dockerhub.yaml:3:21  customImage.registryPassword',
      '  the plaintext password is empty',
    ],
  ],
  [
    'an empty password and a user name that is none',
    dockerHub({ registryUsername: '5', registryPassword: '""' }),
    [
      'registries/dockerhub.yaml:3:21  customImage.registryUsername',
      '  YAML reads this as a number; put it in quotes: "5". User name of the login. With Google: _json_key.',
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  the plaintext password is empty',
    ],
  ],
  [
    'a key file without a user name',
    dockerHub({ registryUsername: undefined, registryPassword: `|\n    ${JSON.stringify(KEY)}` }),
    ['registries/dockerhub.yaml:1:1  customImage.registryUsername', '  missing: a password needs a user name'],
  ],
  [
    'a variable that was not UTF-8',
    from('{ env: PASSWORD_IN_LATIN_1 }'),
    [
      'registries/dockerhub.yaml:5:32  customImage.registryPasswordFrom.env',
      '  the environment variable PASSWORD_IN_LATIN_1 contains U+FFFD, the mark of bytes that were not UTF-8, so it is damaged: provide it in UTF-8',
    ],
  ],
  [
    'an inline password with a newline at its end',
    dockerHub({ registryPassword: '|\n    secret' }),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  the plaintext password ends with a newline, which no registry accepts: remove it',
    ],
  ],
  [
    'an inline password with a control character',
    dockerHub({ registryPassword: '"sec\\u0000ret"' }),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  the plaintext password contains a control character or a newline, which no registry accepts',
    ],
  ],
  [
    'a variable with a newline at its end',
    from('{ env: PASSWORD_WITH_NEWLINE }'),
    [
      'registries/dockerhub.yaml:5:32  customImage.registryPasswordFrom.env',
      '  the environment variable PASSWORD_WITH_NEWLINE ends with a newline, which no registry accepts: remove it',
    ],
  ],
  [
    'a variable with a control character',
    from('{ env: PASSWORD_WITH_BELL }'),
    [
      'registries/dockerhub.yaml:5:32  customImage.registryPasswordFrom.env',
      '  the environment variable PASSWORD_WITH_BELL contains a control character or a newline, which no registry accepts',
    ],
  ],
  [
    'no name of a variable',
    from('{ env: $DOCKERHUB_TOKEN }'),
    [
      'registries/dockerhub.yaml:5:32  customImage.registryPasswordFrom.env',
      '  this is no name of an environment variable (capitals, digits, "_"); the password itself does not belong here',
    ],
  ],
  [
    'the token in place of the variable',
    from('{ env: AKIAIOSFODNN7EXAMPLE }'),
    [
      'registries/dockerhub.yaml:5:32  customImage.registryPasswordFrom.env',
      '  this is no name of an environment variable (capitals, digits, "_"); the password itself does not belong here',
    ],
  ],
  ...['~/token', 'C:\\secrets\\token', 'C:token', '\\secrets\\token'].map((file): [string, string, string[]] => [
    `the path ${file}`,
    from(`{ file: '${file}' }`),
    [
      'registries/dockerhub.yaml:5:33  customImage.registryPasswordFrom.file',
      '  a path that begins so means nothing here; write the whole path, or one relative to the values file',
    ],
  ]),
  [
    'a word in place of the file',
    from('{ file: hunter2-Secret9 }'),
    [
      'registries/dockerhub.yaml:5:33  customImage.registryPasswordFrom.file',
      '  this is no path of a file (`./name` is one beside the values file); the password itself does not belong here',
    ],
  ],
  [
    'an empty path',
    from('{ file: "" }'),
    [
      'registries/dockerhub.yaml:5:33  customImage.registryPasswordFrom.file',
      '  this is no path of a file (`./name` is one beside the values file); the password itself does not belong here',
    ],
  ],
  [
    'a folder in place of a file',
    from('{ file: ../registries }'),
    [
      'registries/dockerhub.yaml:5:33  customImage.registryPasswordFrom.file',
      '  the file registries cannot be read: it is a folder, a pipe or a device',
    ],
  ],
  [
    'the token in place of the file',
    from('{ file: ./dckr_pat_Zq7xMarker93kLwP }'),
    [
      'registries/dockerhub.yaml:5:33  customImage.registryPasswordFrom.file',
      '  there is no such file; the password itself does not belong here',
    ],
  ],
  [
    '_json_key with a token',
    gcr('secret'),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  the plaintext password is not JSON: with _json_key the password must be the whole key file of a service account',
    ],
  ],
  [
    '_json_key with a key that lacks fields',
    gcr(`'${JSON.stringify({ type: 'service_account', project_id: 'example-project' })}'`),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  the plaintext password lacks client_email, private_key, private_key_id: with _json_key the password must be the whole key file of a service account',
    ],
  ],
  [
    '_json_key with the key of a user',
    gcr(`'${JSON.stringify({ ...KEY, type: 'authorized_user' })}'`),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  the plaintext password has no "type": "service_account": with _json_key the password must be the whole key file of a service account',
    ],
  ],
  [
    '_json_key with a JSON list',
    gcr("'[]'"),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  the plaintext password is not a JSON object: with _json_key the password must be the whole key file of a service account',
    ],
  ],
  [
    '_json_key_base64 without base64',
    gcr(`'${JSON.stringify(KEY)}'`, '_json_key_base64'),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  the plaintext password is not JSON in base64: with _json_key_base64 the password must be the whole key file of a service account in base64; this password fits the user name _json_key',
    ],
  ],
  [
    'a key file in double quotes',
    gcr(`"${JSON.stringify(KEY)}"`),
    [
      'registries/dockerhub.yaml:4:21',
      '  this quote is not closed, or has text after it; a quote inside is written twice in single quotes',
    ],
  ],
  [
    'a key file under another user name',
    gcr(JSON.stringify(KEY), 'push'),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  a mapping where text is wanted; put the password in single quotes (a key file as it is only with _json_key)',
    ],
  ],
])('%s: says what would be right', (_, file, answer) => {
  expect(readValues(file).problems).toBe(lines(answer));
});

test.each([
  '../keys/my-project-3f2a1b9c8d7e.json',
  '../secrets/robot$ci1.txt',
  'secrets/user1@corp.txt',
  '../secrets/ghp_token',
])('the path %s of a file that is missing is no problem', (file) => {
  expect(readValues(from(`{ file: '${file}' }`)).problems).toBe('');
});

test('a file beside the values file is named by ./, and a missing one is no problem', () => {
  expect(readValues(from('{ file: ./token }')).problems).toBe('');
});

test('a sealed password without its user name is not said to be sealed with another', () => {
  const sealed = JSON.stringify(sealedPassword({ secretName: 'dockerhub-push-secret' }));
  const file = dockerHub({
    registryUsername: undefined,
    registryPassword: undefined,
    registryPasswordFrom: `{ sealed: ${sealed} }`,
  });
  expect(readValues(file).problems).toBe(
    lines(['registries/dockerhub.yaml:1:1  customImage.registryUsername', '  missing: a password needs a user name']),
  );
});

test.each([
  [
    'an e-mail address for Docker Hub',
    dockerHub({ registryUsername: 'team@example.com' }),
    'expects the Docker ID, not',
  ],
  [
    'a service account for Google',
    gcr('secret', 'push@x.iam.gserviceaccount.com'),
    'Google knows _json_key, _json_key',
  ],
  ['a Docker ID', dockerHub(), ''],
])('%s as user name', (_what, file, doubt) => {
  const { problems, warnings } = readValues(file);
  expect(problems).toBe('');
  if (doubt === '') expect(warnings).not.toContain('registryUsername');
  else expect(warnings).toContain(doubt);
});

test('an empty variable counts as one that is not set, as in CI an absent secret is an empty text', () => {
  const { problems, registries } = readValues(from('{ env: EMPTY_PASSWORD }'));
  expect(problems).toBe('');
  expect(registries[0].pushSecret).toEqual({
    from: 'missing-password',
    origin: 'the environment variable EMPTY_PASSWORD',
  });
});
