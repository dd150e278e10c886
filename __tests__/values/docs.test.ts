import { synthesizeRegistry } from '../../synth/charts';
import { found, readValues } from './support/values-folder';

// The configurations of PrimeHub's documentation, unchanged.
const DOCKER_HUB = `customImage:
  enabled: true
  registryEndpoint: docker.io
  registryUsername: <docker hub user>
  registryPassword: <access token>
  pushRepo: docker.io/<namespace>/<repo>
`;
const GCR = `customImage:
  enabled: true
  registryEndpoint: https://gcr.io
  registryUsername: _json_key
  registryPassword: <key file JSON>
  pushRepo: gcr.io/<project>/<repo>
`;
const ECR = `targetNamespace: hub
aws: { account: "<aws account id>", region: <aws region> }
customImage:
  registryEndpoint: https://<account>.dkr.ecr.<region>.amazonaws.com
  pushRepo: <account>.dkr.ecr.<region>.amazonaws.com/<repo>
  pushSecretName: aws-registry
`;
const KEY = {
  type: 'service_account',
  project_id: 'example-project',
  private_key_id: '0123',
  private_key: '-----BEGIN PRIVATE KEY-----\n"quotes" and ü\n-----END PRIVATE KEY-----\n',
  client_email: 'push@example-project.iam.gserviceaccount.com',
};
const FILLED: Record<string, string> = {
  '<docker hub user>': 'exampleteam',
  '<access token>': 'dckr_pat_example',
  '<namespace>': 'exampleteam',
  '<project>': 'example-project',
  '<repo>': 'notebooks',
  '<aws account id>': '123456789012',
  '<account>': '123456789012',
  '<aws region>': 'eu-west-1',
  '<region>': 'eu-west-1',
};
const fill = (file: string) => file.replace(/<[^>]+>/g, (placeholder) => FILLED[placeholder] ?? placeholder);

/** The settings for PrimeHub, and the decoded content of the push Secret. */
function outcome(file: string) {
  const { problems, registries } = readValues(file);
  expect(problems).toBe('');
  const { helmValues, plaintext = '', committed } = synthesizeRegistry(registries[0]);
  const [, data] = /\.dockerconfigjson: (\S+)/.exec(plaintext) ?? [];
  const { auths = {} } = JSON.parse(data ? Buffer.from(data, 'base64').toString('utf8') : '{}') as {
    auths?: Record<string, { auth: string }>;
  };
  const logins = Object.entries(auths).map(([key, { auth }]) => [key, Buffer.from(auth, 'base64').toString('utf8')]);
  const settings = helmValues.replace(/^---\n#.*\n/, '');
  return { settings, committed, logins: Object.fromEntries(logins) as Record<string, string> };
}

const gcrSettings = `customImage:
  enabled: true
  registryEndpoint: "https://gcr.io"
  pushRepo: "gcr.io/example-project/notebooks"
  pushRepoPrefix: ""
  pushSecretName: "dockerhub-push-secret"
  insecureSkipVerify: false
`;

test("the docs' Docker Hub configuration", () => {
  expect(outcome(fill(DOCKER_HUB))).toMatchObject({
    settings: `customImage:
  enabled: true
  registryEndpoint: "docker.io"
  pushRepo: "docker.io/exampleteam/notebooks"
  pushRepoPrefix: ""
  pushSecretName: "dockerhub-push-secret"
  insecureSkipVerify: false
`,
    logins: { 'https://index.docker.io/v1/': 'exampleteam:dckr_pat_example' },
  });
});

test.each([
  ['as jq -c prints it, without quotes', JSON.stringify(KEY)],
  ['in single quotes', `'${JSON.stringify(KEY)}'`],
  ['as the file is, without quotes', `\n${indented(JSON.stringify(KEY, null, 2))}`],
  ['as the file is, in a block', `|\n${indented(JSON.stringify(KEY, null, 2))}`],
])("the docs' GCR configuration with the key file %s", (_, written) => {
  const file = fill(GCR).replace('<key file JSON>', () => written);
  expect(outcome(file)).toMatchObject({
    settings: gcrSettings,
    logins: { 'gcr.io': `_json_key:${JSON.stringify(KEY)}` },
  });
});

function indented(text: string): string {
  return text.replace(/^/gm, '    ');
}

test("the docs' ECR configuration", () => {
  const { settings, committed, logins } = outcome(fill(ECR));
  expect(settings).toBe(`customImage:
  enabled: true
  registryEndpoint: "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com"
  pushRepo: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/notebooks"
  pushRepoPrefix: ""
  pushSecretName: "aws-registry"
  insecureSkipVerify: false
`);
  expect(committed).toContain('kind: CronJob');
  expect(logins).toEqual({});
});

test.each<[string, string, string[]]>([
  [
    'Docker Hub',
    DOCKER_HUB,
    [
      '4:21 customImage.registryUsername placeholder: <docker hub user>',
      '5:21 customImage.registryPassword placeholder: <access token>',
      '6:13 customImage.pushRepo placeholder: <namespace> and <repo>',
    ],
  ],
  [
    'GCR',
    GCR,
    [
      '5:21 customImage.registryPassword placeholder: <key file JSON>',
      '6:13 customImage.pushRepo placeholder: <project> and <repo>',
    ],
  ],
  [
    'ECR',
    ECR,
    [
      '2:17 aws.account placeholder: <aws account id>',
      '2:45 aws.region placeholder: <aws region>',
      '4:21 customImage.registryEndpoint placeholder: <account> and <region>',
      '5:13 customImage.pushRepo placeholder: <account>, <region> and <repo>',
    ],
  ],
])("the docs' %s configuration with its placeholders: one problem for each key", (_, file, answer) => {
  expect(found(file, answer)).toEqual(answer);
});

test('an unknown placeholder is not shown, only its place', () => {
  const file = fill(DOCKER_HUB).replace('/notebooks', '/<my repo>');
  expect(found(file)).toEqual(['6:13 customImage.pushRepo placeholder']);
});
