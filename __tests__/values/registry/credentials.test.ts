import * as path from 'path';
import { runApp, temporaryFolder } from '../../support/run-app';
import { dockerHub, readValues, writeValues } from '../support/values-folder';

/** An invented token that is as random as a real one. Its alternating characters distinguish it from a word. */
const SECRET = 'Zq7xR4nd0mPaS5wLwP';

const key = JSON.stringify({ type: 'service_account', private_key: SECRET });
const withSource = (source: string) => dockerHub({ registryPassword: undefined, registryPasswordFrom: source });
const withPassword = (registryPassword: string, more = {}) => dockerHub({ registryPassword, ...more });

// Every place where people have put a password, each with a mistake that is reported.
const PLACES: [string, string][] = [
  ...['"%s', "'%s", '"%s"x', '[%s', '{%s', '[%s]', '{%s}', '{%s: %s}', '%%s', '@%s', '`%s', '*%s', '!%s', '&%s', '|%s']
    .concat([
      '>%s',
      '- %s',
      '? %s',
      '%s: %s',
      'a: %s',
      '%s:',
      '#%s',
      '"\\q%s"',
      '%s\n x',
      '\n%s\n',
      '\n  %s: x',
      '!!int %s',
    ])
    .map((text): [string, string] => [
      `a password ${JSON.stringify(text)}`,
      withPassword(text.replaceAll('%s', SECRET)),
    ]),
  ['next to an error in the YAML', withPassword(SECRET, { pushRepo: '"docker.io' })],
  ['twice', `${withPassword(SECRET)}  registryPassword: ${SECRET}\n`],
  ['as a placeholder', withPassword(`<${SECRET}>`)],
  ['with a newline', withPassword(`|\n    ${SECRET}`)],
  ['with a control character', withPassword(`"${SECRET}\\u0007"`)],
  ['as a mapping', withPassword(`{ password: ${SECRET} }`)],
  ['as a key file with missing fields', withPassword(key, { registryUsername: '_json_key' })],
  ['as an incomplete key file', withPassword(`'${key.slice(0, -2)}'`, { registryUsername: '_json_key' })],
  ['as a key file for another registry', withPassword(key)],
  ['in env', withSource(`{ env: ${SECRET} }`)],
  ['in env, in capitals', withSource('{ env: ZQ7XR4ND0MPAS5WLWP }')],
  ['in file', withSource(`{ file: ${SECRET} }`)],
  ['in file, as JSON', withSource(`{ file: '${key}' }`)],
  ['in file, absolute', withSource(`{ file: /${SECRET} }`)],
  ['instead of the source', withSource(SECRET)],
  ['in a list of sources', withSource(`[${SECRET}]`)],
  ['under an unknown source', withSource(`{ plain: ${SECRET} }`)],
  ['in the user name', dockerHub({ registryUsername: `exampleteam:${SECRET}` })],
  ['in the user name with a newline', dockerHub({ registryUsername: `"exampleteam\\n${SECRET}"` })],
  ['in a list instead of the user name', dockerHub({ registryUsername: `[${SECRET}]` })],
  ['as a key', `${dockerHub()}  ${SECRET}: x\n`],
  ['as a key at the top level', `${dockerHub()}${SECRET}: x\n`],
  ['as a key of letters only', `${dockerHub()}ZqxRndmPaSwLwP: x\n`],
  ['as a key without a colon', `${dockerHub()}  ${SECRET}\n`],
  ['under a misspelt key', dockerHub({ registryPassword: undefined, registryPasword: SECRET })],
  ['under an unknown key', dockerHub({ registryToken: SECRET })],
  ...['registryEndpoint', 'pushRepo', 'pushRepoPrefix'].flatMap((at): [string, string][] =>
    [
      SECRET,
      `u:${SECRET}@docker.io/a/b:c`,
      `https://u:${SECRET}@docker.io/a/b`,
      `https://u:a/b@${SECRET}@docker.io/a/b`,
    ].map((text) => [`in ${at}, ${text.replace(SECRET, '...')}`, dockerHub({ pushRepo: undefined, [at]: text })]),
  ),
  ['in pushRepo, beside another endpoint', dockerHub({ pushRepo: SECRET, registryEndpoint: 'gcr.io' })],
  ['in pushRepo with a host', dockerHub({ pushRepo: `docker.io/${SECRET}` })],
  ...['pushSecretName', 'insecureSkipVerify', 'enabled', 'buildJob'].map((at): [string, string] => [
    `in ${at}`,
    dockerHub({ [at]: SECRET }),
  ]),
  ['in a quantity', dockerHub({ buildJob: `{ ephemeralStorage: ${SECRET} }` })],
  ['in an image', dockerHub({ buildJob: `{ image: { repository: "${SECRET}:", tag: "${SECRET}/" } }` })],
  ['in targetNamespace', `targetNamespace: ${SECRET}\n${dockerHub()}`],
  ['in a list of namespaces', `targetNamespace: [hub, ${SECRET}, ${SECRET}]\n${dockerHub()}`],
  ['in aws', `aws: ${SECRET}\n${dockerHub()}`],
  ['in aws.account', `aws: { account: ${SECRET}, region: eu-west-1 }\n${dockerHub()}`],
  ['in aws.region', `aws: { account: "123456789012", region: ${SECRET} }\n${ecr()}`],
  ['in aws.roleArn', `aws: { account: "123456789012", region: eu-west-1, roleArn: ${SECRET} }\n${ecr()}`],
  [
    'in aws.accessKeySecret',
    `aws: { account: "123456789012", region: eu-west-1, accessKeySecret: ${SECRET} }\n${ecr()}`,
  ],
  ['in aws.schedule', `aws: { account: "123456789012", region: eu-west-1, schedule: ${SECRET} }\n${ecr()}`],
  [
    'in aws.images',
    `aws: { account: "123456789012", region: eu-west-1, images: { kubectl: "u:${SECRET}@x" } }\n${ecr()}`,
  ],
  ['as a label', `aws: { account: "123456789012", region: eu-west-1, pod: { labels: { "${SECRET}!": x } } }\n${ecr()}`],
  ['in awsEnv', `aws: { account: "123456789012", region: eu-west-1, pod: { awsEnv: { "${SECRET}-": x } } }\n${ecr()}`],
  [
    'as a label with a wrong value',
    `aws: { account: "123456789012", region: eu-west-1, pod: { labels: { ${SECRET}: 1 } } }\n${ecr()}`,
  ],
  ['in a store', withSource(`{ externalSecret: { store: ${SECRET}, key: x } }`)],
  ['in a refresh interval', withSource(`{ externalSecret: { store: x, key: x, refreshInterval: ${SECRET} } }`)],
  ['instead of a sealed password', withSource(`{ sealed: ${SECRET} }`)],
  [
    'as the namespace of a ciphertext',
    withSource(
      `{ sealed: { scope: strict, secretName: dockerhub-push-secret, host: docker.io, username: exampleteam, encryptedData: { ${SECRET}: x } } }`,
    ),
  ],
  [
    'as a ciphertext',
    withSource(
      `{ sealed: { scope: strict, secretName: dockerhub-push-secret, host: docker.io, username: exampleteam, encryptedData: { hub: ${SECRET} } } }`,
    ),
  ],
];

function ecr(): string {
  const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  return `customImage:\n  registryEndpoint: ${host}\n  pushRepo: ${host}/notebooks\n`;
}

/** The secret, and the encoded forms in which other code may write it. */
const FORMS = [
  SECRET,
  encodeURIComponent(SECRET),
  JSON.stringify(SECRET).slice(1, -1),
  base64(SECRET),
  base64(`exampleteam:${SECRET}`),
];

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, '');
}

function expectNoSecret(text: string): void {
  const lower = text.toLowerCase();
  for (const form of [...FORMS, 'ZqxRndmPaSwLwP', 'a/b@']) expect(lower).not.toContain(form.toLowerCase());
}

test.each(PLACES)('a credential %s is a problem, and no message shows it', (_, file) => {
  const { problems, warnings, notes } = readValues(file);
  expect(problems).toMatch(/^registries\/dockerhub\.yaml/);
  expectNoSecret(problems + warnings + notes);
});

test('the app prints none of them, even with DEBUG, and stops without a stack trace', () => {
  const folder = writeValues(Object.fromEntries(PLACES.map(([, file], i) => [`r${i}.yaml`, file])));
  const run = runApp([folder], { DEBUG: '*', NODE_DEBUG: 'fs', CDK8S_OUTDIR: path.join(temporaryFolder(), 'dist') });
  expect(run.status).toBe(1);
  expect(run.stderr).toContain(`r${PLACES.length - 1}.yaml`);
  expectNoSecret(run.stdout + run.stderr);
  expect(run.stderr).not.toMatch(/\n\s+at /);
});

test('a name that looks like a credential is shown if it is valid', () => {
  const variable = 'T0K3N4R3G1STRY';
  process.env[variable] = 'secret';
  expect(readValues(withSource(`{ env: ${variable} }`)).problems).toBe('');
  delete process.env[variable];
});
