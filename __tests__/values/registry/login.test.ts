import { sealedPassword } from '../../support/sealed';
import { dockerHub, found, readValues } from '../support/values-folder';

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
    ['3:21 customImage.registryUsername mismatch'],
  ],
  [
    'a password without a user name',
    dockerHub({ registryUsername: undefined }),
    ['1:1 customImage.registryUsername missing'],
  ],
  [
    'a password source without a user name',
    dockerHub({
      registryUsername: undefined,
      registryPassword: undefined,
      registryPasswordFrom: '{ env: DOCKERHUB_TOKEN }',
    }),
    ['1:1 customImage.registryUsername missing'],
  ],
  [
    'two sources',
    dockerHub({ registryPasswordFrom: '{ env: DOCKERHUB_TOKEN }' }),
    ['6:3 customImage.registryPasswordFrom conflict'],
  ],
  [
    'two sources in registryPasswordFrom',
    from('{ env: DOCKERHUB_TOKEN, file: token.txt }'),
    ['5:25 customImage.registryPasswordFrom conflict: got env and file'],
  ],
  ['no source in registryPasswordFrom', from('{}'), ['5:25 customImage.registryPasswordFrom missing: got none']],
  [
    'a user name with ":"',
    dockerHub({ registryUsername: 'exampleteam:secret' }),
    ['3:21 customImage.registryUsername malformed'],
  ],
  [
    'a user name with white space around it',
    dockerHub({ registryUsername: '"exampleteam "' }),
    ['3:21 customImage.registryUsername malformed'],
  ],
  ['an empty user name', dockerHub({ registryUsername: '""' }), ['3:21 customImage.registryUsername missing']],
  ['an empty password', dockerHub({ registryPassword: '""' }), ['4:21 customImage.registryPassword missing']],
  [
    'a password that YAML reads as a number',
    dockerHub({ registryPassword: '12345678' }),
    ['4:21 customImage.registryPassword wrong-type'],
  ],
  [
    'a password that YAML reads as a list',
    dockerHub({ registryPassword: '[secret]' }),
    ['4:21 customImage.registryPassword wrong-type: got a list'],
  ],
  [
    'a password that YAML reads as a mapping',
    dockerHub({ registryPassword: '{secret}' }),
    ['4:21 customImage.registryPassword wrong-type'],
  ],
  [
    'an empty password and a user name with ":"',
    dockerHub({ registryUsername: 'a:b', registryPassword: '""' }),
    ['3:21 customImage.registryUsername malformed', '4:21 customImage.registryPassword missing'],
  ],
  [
    'an empty password without a user name',
    dockerHub({ registryUsername: undefined, registryPassword: '""' }),
    ['1:1 customImage.registryUsername missing', '3:21 customImage.registryPassword missing'],
  ],
  [
    'an empty password and a wrong user name',
    dockerHub({ registryUsername: '5', registryPassword: '""' }),
    ['3:21 customImage.registryUsername wrong-type: "5"', '4:21 customImage.registryPassword missing'],
  ],
  [
    'a key file without a user name',
    dockerHub({ registryUsername: undefined, registryPassword: `|\n    ${JSON.stringify(KEY)}` }),
    ['1:1 customImage.registryUsername missing'],
  ],
  [
    'a variable that was not UTF-8',
    from('{ env: PASSWORD_IN_LATIN_1 }'),
    ['5:32 customImage.registryPasswordFrom.env malformed'],
  ],
  [
    'an inline password with a newline at its end',
    dockerHub({ registryPassword: '|\n    secret' }),
    ['4:21 customImage.registryPassword malformed'],
  ],
  [
    'an inline password with a control character',
    dockerHub({ registryPassword: '"sec\\u0000ret"' }),
    ['4:21 customImage.registryPassword malformed'],
  ],
  [
    'a variable with a newline at its end',
    from('{ env: PASSWORD_WITH_NEWLINE }'),
    ['5:32 customImage.registryPasswordFrom.env malformed'],
  ],
  [
    'a variable with a control character',
    from('{ env: PASSWORD_WITH_BELL }'),
    ['5:32 customImage.registryPasswordFrom.env malformed'],
  ],
  [
    'a text that is not the name of a variable',
    from('{ env: $DOCKERHUB_TOKEN }'),
    ['5:32 customImage.registryPasswordFrom.env malformed'],
  ],
  [
    'the token instead of the variable',
    from('{ env: AKIAIOSFODNN7EXAMPLE }'),
    ['5:32 customImage.registryPasswordFrom.env malformed'],
  ],
  ...['~/token', 'C:\\secrets\\token', 'C:token', '\\secrets\\token'].map((file): [string, string, string[]] => [
    `the path ${file}`,
    from(`{ file: '${file}' }`),
    ['5:33 customImage.registryPasswordFrom.file malformed'],
  ]),
  [
    'a word instead of the file',
    from('{ file: hunter2-Secret9 }'),
    ['5:33 customImage.registryPasswordFrom.file malformed: `./name`'],
  ],
  ['an empty path', from('{ file: "" }'), ['5:33 customImage.registryPasswordFrom.file malformed: `./name`']],
  ['a folder instead of a file', from('{ file: ../registries }'), ['5:33 customImage.registryPasswordFrom.file file']],
  [
    'the token instead of the file',
    from('{ file: ./dckr_pat_Zq7xMarker93kLwP }'),
    ['5:33 customImage.registryPasswordFrom.file unavailable'],
  ],
  ['_json_key with a token', gcr('secret'), ['4:21 customImage.registryPassword malformed']],
  [
    '_json_key with a key that lacks fields',
    gcr(`'${JSON.stringify({ type: 'service_account', project_id: 'example-project' })}'`),
    ['4:21 customImage.registryPassword malformed'],
  ],
  [
    '_json_key with the key of a user',
    gcr(`'${JSON.stringify({ ...KEY, type: 'authorized_user' })}'`),
    ['4:21 customImage.registryPassword malformed'],
  ],
  ['_json_key with a JSON list', gcr("'[]'"), ['4:21 customImage.registryPassword malformed']],
  [
    '_json_key_base64 without base64',
    gcr(`'${JSON.stringify(KEY)}'`, '_json_key_base64'),
    ['4:21 customImage.registryPassword malformed'],
  ],
  ['a key file in double quotes', gcr(`"${JSON.stringify(KEY)}"`), ['4:21 yaml']],
  [
    'a key file with another user name',
    gcr(JSON.stringify(KEY), 'push'),
    ['4:21 customImage.registryPassword wrong-type'],
  ],
])('%s: reported with its place and code', (_, file, answer) => {
  expect(found(file, answer)).toEqual(answer);
});

test.each([
  '../keys/my-project-3f2a1b9c8d7e.json',
  '../secrets/robot$ci1.txt',
  'secrets/user1@corp.txt',
  '../secrets/ghp_token',
])('the path %s of a missing file is not a problem', (file) => {
  expect(readValues(from(`{ file: '${file}' }`)).problems).toBe('');
});

test('a path may begin with ./, and a missing file is not a problem', () => {
  expect(readValues(from('{ file: ./token }')).problems).toBe('');
});

test('a sealed password without its user name is not reported as sealed with another one', () => {
  const sealed = JSON.stringify(sealedPassword({ secretName: 'dockerhub-push-secret' }));
  const file = dockerHub({
    registryUsername: undefined,
    registryPassword: undefined,
    registryPasswordFrom: `{ sealed: ${sealed} }`,
  });
  expect(found(file)).toEqual(['1:1 customImage.registryUsername missing']);
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

test('an empty variable counts as not set, as CI systems set it for a missing secret', () => {
  const { problems, registries } = readValues(from('{ env: EMPTY_PASSWORD }'));
  expect(problems).toBe('');
  expect(registries[0].pushSecret).toEqual({
    from: 'missing-password',
    origin: 'the environment variable EMPTY_PASSWORD',
  });
});
