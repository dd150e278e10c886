import { stringify } from 'yaml';
import { Random } from '../support/random';
import { JsonSchema, valuesJsonSchema } from '../../values/schema/json-schema';
import { readValues } from './support/values-folder';
import { sealedPassword } from '../support/sealed';

// Tries forbidden texts in every place of the schema that holds text: none of them may get into the output.

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
type Mapping = { [key: string]: unknown };

/** Valid values files, which together have every key. */
function files(): Mapping[] {
  const login = { registryEndpoint: 'quay.io', registryUsername: 'team', pushRepo: 'quay.io/team/notebooks' };
  const buildJob = {
    image: { repository: 'quay.io/team/builder', tag: 'v1' },
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
    ephemeralStorage: '30Gi',
  };
  const from = (registryPasswordFrom: Mapping) => ({ customImage: { ...login, registryPasswordFrom } });
  const externalSecret = { store: 'vault', storeKind: 'SecretStore', key: 'a/b', property: 'p', refreshInterval: '1h' };
  const pod = {
    imagePullSecrets: ['mirror'],
    nodeSelector: { pool: 'builds' },
    tolerations: [{ key: 'a', operator: 'Equal', value: 'b', effect: 'NoSchedule' }],
    priorityClassName: 'high',
    labels: { a: 'b' },
    annotations: { a: 'b' },
    awsEnv: { HTTPS_PROXY: 'http://proxy.example.com:3128' },
    caConfigMap: 'ca',
  };
  const { awsEnv, ...cloudPod } = pod;
  const refresher = {
    schedule: '7-59/15 * * * *',
    images: { curl: 'quay.io/team/curl:1', kubectl: 'quay.io/team/kubectl:1' },
    alert: { labels: { release: 'prometheus' } },
    pod: { ...cloudPod, curlEnv: awsEnv },
  };
  return [
    {
      google: {
        workloadIdentityProvider: 'projects/1/locations/global/workloadIdentityPools/pool-1/providers/cluster-1',
        serviceAccount: 'push@example-project.iam.gserviceaccount.com',
        ...refresher,
      },
      customImage: { registryEndpoint: 'https://gcr.io', pushRepo: 'gcr.io/example-project/notebooks' },
    },
    {
      azure: {
        tenantId: '6fa459ea-ee8a-4ca4-894e-db77e160355e',
        clientId: '16fd2706-8baf-433b-82eb-8c7fada847da',
        ...refresher,
      },
      customImage: { registryEndpoint: 'https://exampleteam.azurecr.io', pushRepo: 'exampleteam.azurecr.io/notebooks' },
    },
    {
      targetNamespace: ['hub'],
      customImage: { ...login, registryPasswordFrom: { env: 'TOKEN' }, pushSecretName: 'push', buildJob },
    },
    { targetNamespace: 'hub', customImage: { registryEndpoint: 'quay.io', pushRepoPrefix: 'quay.io/team' } },
    { customImage: { ...login, registryPassword: 'p4ssw0rd' } },
    from({ file: './token' }),
    from({ externalSecret }),
    from({ sealed: sealedPassword({ secretName: 'dockerhub-push-secret', host: 'quay.io', username: 'team' }) }),
    {
      aws: {
        account: '123456789012',
        region: 'eu-west-1',
        registries: [{ account: '123456789012', region: 'us-east-1' }],
        roleArn: 'arn:aws:iam::123456789012:role/ecr-push',
        schedule: '17 */4 * * *',
        images: { awsCli: 'quay.io/team/aws:1', kubectl: 'quay.io/team/kubectl:1' },
        alert: { labels: { release: 'prometheus' } },
        pod,
      },
      customImage: { registryEndpoint: HOST, pushRepo: `${HOST}/notebooks` },
    },
    {
      aws: { account: '123456789012', region: 'eu-west-1', accessKeySecret: 'keys' },
      customImage: { registryEndpoint: HOST, pushRepo: `${HOST}/notebooks` },
    },
  ];
}

/** The place of a text in a file, and how to replace the text. */
interface Place {
  readonly name: string;
  readonly with: (text: string) => string;
  readonly value: string;
}

/** Each text field of the schema once. */
function places(): Place[] {
  const found = new Map<string, Place>();
  for (const [i, file] of files().entries()) {
    for (const { keys, value } of leaves(file)) {
      const name = keys.join('.');
      if (found.has(name)) continue;
      found.set(name, { name, value, with: (text) => written(files()[i], keys, text) });
    }
  }
  return [...found.values()];
}

/** A file with another text in one place: JSON with everything but ASCII escaped, so that YAML does not change it. */
function written(file: Mapping, keys: readonly string[], text: string): string {
  const parent = keys.slice(0, -1).reduce<Mapping>((here, key) => here[key] as Mapping, file);
  parent[keys[keys.length - 1]] = text;
  const escape = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(file).replace(/[^\u0020-\u007e]/g, escape);
}

function leaves(value: unknown, keys: string[] = []): { keys: string[]; value: string }[] {
  if (typeof value === 'string') return [{ keys, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...keys, key]));
}

/** The paths of all text fields of the schema, with a `*` for the items of lists and mappings. */
function schemaTexts(schema: JsonSchema, at: readonly string[] = []): string[] {
  // A field that accepts only certain words is not free text.
  if (schema.const !== undefined) return [];
  if (schema.type === 'string') return [at.join('.')];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, sub]) => schemaTexts(sub, [...at, key])),
    ...(schema.additionalProperties ? schemaTexts(schema.additionalProperties, [...at, '*']) : []),
    ...(schema.items ? schemaTexts(schema.items, [...at, '*']) : []),
    ...(schema.anyOf ?? []).flatMap((sub) => schemaTexts(sub, at)),
  ];
}

const PLACES = places();
const UNWRITABLE = [
  ...['\u0000', '\u0001', '\t', '\n', '\r', '\u001b', '\u007f', '\u0085', '\u009f', '\u00ad', '\u200b', '\u200e'],
  ...['\u2028', '\u2029', '\u202e', '\u2066', '\ufeff', '\ufff9', '\ufffe', '\uffff', '\ud800', '\udfff', '\u{e0041}'],
];
const random = new Random(10);

test('the files are valid and have every text field of the schema', () => {
  for (const file of files()) expect(readValues(stringify(file)).problems).toBe('');
  const covered = new Set(PLACES.map(({ name }) => name));
  const isCovered = (known: string) =>
    [...covered].some((name) => new RegExp(`^${known.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`).test(name));
  expect(schemaTexts(valuesJsonSchema()).filter((known) => !isCovered(known))).toEqual([]);
});

test('every text field refuses invisible characters, and those on which YAML readers disagree', () => {
  const accepted = PLACES.flatMap((place) =>
    UNWRITABLE.flatMap((character) => {
      const at = random.below(place.value.length + 1);
      // White space around a password or a reference has its own messages, so it is inside here.
      const inside = Math.min(Math.max(at, 1), place.value.length - 1);
      const text = place.value.slice(0, inside) + character + place.value.slice(inside);
      const { problems } = readValues(place.with(text));
      return problems === '' ? [`${place.name} ${JSON.stringify(character)}`] : [];
    }),
  );
  expect(accepted).toEqual([]);
});

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
const TOKENS: readonly (() => string)[] = [
  () => `dckr_pat_${random.text(letters, 1)}${run(26)}`,
  () => `ghp_${run(36)}`,
  () => `github_pat_${run(22)}_${run(59)}`,
  () => `glpat-${run(20)}`,
  () => `gldt-${run(20)}`,
  () => `dop_v1_${run(64).toLowerCase()}`,
  () => `AKCp8${run(68)}`,
  () => `${run(52)}JQQJ99CAACYeBjFEqg7NAAACAZCR${run(4)}`,
  () => Buffer.from(`reftkn:01:1757455678:${run(27)}`).toString('base64'),
  () => `AKIA${Array.from({ length: 16 }, () => random.pick([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'])).join('')}`,
  () => `eyJhbGciOiJSUzI1NiJ9.eyJ${run(40)}.${run(40)}`,
  () => Buffer.from(`{"auths":{"quay.io":{"auth":"${run(12)}"}}}`).toString('base64'),
];
function run(length: number): string {
  return Array.from({ length }, () => random.pick(letters)).join('');
}

test('every committed text field refuses a token, and no message shows it', () => {
  const wrong = PLACES.filter(({ name }) => !/registryPassword$|encryptedData/.test(name)).flatMap((place) =>
    TOKENS.flatMap((token) => {
      const text = token();
      const { problems, warnings, notes } = readValues(place.with(text));
      const printed = problems + warnings + notes;
      return problems === '' || printed.includes(text.slice(0, 12)) ? [`${place.name} ${text}`] : [];
    }),
  );
  expect(wrong).toEqual([]);
});

test.each(['${USER}', '{{ env "X" }}', '$CI_DEPLOY_PASSWORD', '%TOKEN%', '$(cat token)'])(
  'every text field refuses a variable or template: %s',
  (text) => {
    const accepted = PLACES.filter(({ name }) => !/annotations|encryptedData/.test(name)).filter(
      (place) => readValues(place.with(text)).problems === '',
    );
    expect(accepted.map(({ name }) => name)).toEqual([]);
  },
);

test.each(['$oauthtoken', '$app', 'robot$x', 'robot$team+ci', '_json_key_2', 'a{b}', '100%'])(
  '%s is a user name',
  (username) => {
    const place = PLACES.find(({ name }) => name === 'customImage.registryUsername')!;
    const codes = readValues(place.with(username)).findings.problems.map(({ code }) => code);
    expect(codes).toEqual([]);
  },
);
