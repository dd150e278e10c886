import * as fs from 'fs';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { Container, EnvValue, Pod } from 'cdk8s-plus-27';
import * as library from '../../lib';
import { validateImageRepository, validateImageTag } from '../../lib/images/container-image';
import { validateAnnotations } from '../../lib/kubernetes/labels';
import { validateToleration } from '../../lib/kubernetes/tolerations';
import { EcrTokens, AWS } from '../../lib/token-refresher/aws/ecr-tokens';
import { validateScheduleFor } from '../../lib/token-refresher/schedule';
import { InvalidValueError, ValidationError } from '../../lib/validation';
import { plausibleCiphertext, sealedPassword } from '../support/sealed';

// The exact messages of all errors of the library. No other test repeats them.

const mockPlaces = new Set<string>();
jest.mock('../../lib/validation', () => {
  const real = jest.requireActual<typeof import('../../lib/validation')>('../../lib/validation');
  return {
    ...real,
    invalid: (...args: Parameters<typeof real.invalid>) => {
      mockPlaces.add(/lib\/[\w/-]+\.ts:\d+/.exec(new Error().stack ?? '')?.[0] ?? '');
      return real.invalid(...args);
    },
  };
});

const { AwsIdentity, EcrAddress, PasswordSource, PushSecret, PushTarget, RegistryLogin, Schedule, SealingScope } =
  library;
const PLAIN = PasswordSource.fromPlaintext('p');
const target = PushTarget.repository('team/notebooks');
const account = '123456789012';
const address = EcrAddress.of({ account, region: 'eu-west-1' });
const HIDDEN = 'this value (not shown, as it may contain a credential)';
const UNWRITABLE = 'type the text again without control characters, line breaks and invisible characters';
const DNS = 'lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most';

const newChart = (namespace?: string): Chart => new Chart(new App(), 'chart', { namespace });

/** The library as plain JavaScript sees it. */
type Loose = Record<string, unknown>;
type AnyClass = new (scope: Chart, id: string, props: unknown) => object;

function made(Class: unknown, props: Loose, chart = newChart('hub')): () => unknown {
  return () => new (Class as AnyClass)(chart, 'it', props);
}

const container = (props: Loose) =>
  made(library.ContainerRegistry, { host: 'quay.io', target, username: 'u', password: PLAIN, ...props });
const dockerHub = (props: Loose) =>
  made(library.DockerHubRegistry, { target, username: 'u', password: PLAIN, ...props });
const google = (props: Loose) =>
  made(library.GoogleRegistry, { host: 'gcr.io', target, username: 'u', password: PLAIN, ...props });
const ecr = (props: Loose) => made(library.EcrRegistry, { address, target, ...props });
const refresher = (props: Loose) => made(library.EcrTokenRefresher, { registries: [address], ...props });
const settings = (props: Loose) => () =>
  new library.CustomImageSettings({
    registryEndpoint: 'quay.io',
    pushRepo: 'quay.io/x',
    pushSecretName: 'push',
    ...props,
  });
const buildJob = (job: unknown) => settings({ buildJob: job });
const of = (props: Loose) => () => EcrAddress.of({ account, region: 'eu-west-1', ...props });
const login = (props: Loose = {}) =>
  RegistryLogin.of({ host: 'docker.io', username: 'user', password: PLAIN, ...props });
const password =
  (text: string, username = 'user') =>
  () =>
    login({ username, password: PasswordSource.fromPlaintext(text) });
const logins = (...given: unknown[]) => made(PushSecret, { secretName: 'push', logins: given });
const external = (change: Loose = {}) => PasswordSource.fromExternalSecret({ store: 'vault', key: 'ci', ...change });
const sealed = (change: Loose = {}) => PasswordSource.fromSealed(sealedPassword(change));
const ciphertext = (hub: unknown) => () => sealed({ encryptedData: { hub } });
const schedule = (expression: string) => refresher({ schedule: Schedule.cron(expression) });
const pod = (given: Loose) => refresher({ pod: given });

function givenPushSecret(): library.IPushSecret {
  const chart = newChart('lab');
  return new PushSecret(chart, 'push', { secretName: 'push', logins: [login()] });
}

function uncoveredPushSecret(): library.IPushSecret {
  const registries = [EcrAddress.of({ account, region: 'eu-west-1', targets: [PushTarget.prefix('other')] })];
  return new library.EcrTokenRefresher(newChart('hub'), 'tokens', { registries });
}

/** A call that throws or returns errors. */
type Misuse = () => unknown;
type Rows = readonly (readonly [sentence: string, misuse: Misuse])[];

const IMAGES: Rows = [
  [
    '"a b" is not an image reference: expected one like `registry.example.com/aws-cli:2.36.46` or `...@sha256:<64 hex digits>`',
    refresher({ images: { kubectl: 'a b' } }),
  ],
  [
    '"a:1.2" is not an image repository: expected one like `infuseai/buildah`, without a tag',
    () => validateImageRepository('a:1.2'),
  ],
  [
    '"a b" is not a tag: expected at most 128 letters, digits, "_", "." and "-", the first not "." or "-"',
    () => validateImageTag('a b'),
  ],
  [
    '"Quay.io" is not a registry host: expected lower case, like `registry.example.com` or `registry.example.com:5000`',
    container({ host: 'Quay.io' }),
  ],
  [
    '"registry:5000" has no dot, so PrimeHub\'s builder takes it for a path on Docker Hub: use the full host name or the IPv4 address',
    container({ host: 'registry:5000' }),
  ],
  [
    "\"127.0.0.1:5000\" means the builder's own pod when the builder uses it: give the name of the registry's Service, `<service>.<namespace>.svc`, or the node's address, with the port",
    container({ host: '127.0.0.1:5000' }),
  ],
  [
    '"https://Team/notebooks:v1" is not a repository path: expected components joined by "/", each of lower-case letters and digits that ".", "_", "__" or dashes may separate, at most 255 characters in all, without scheme, tag or digest; `team/notebooks` would be right',
    () => PushTarget.repository('https://Team/notebooks:v1'),
  ],
  [
    '"a b" is not a repository path: expected components joined by "/", each of lower-case letters and digits that ".", "_", "__" or dashes may separate, at most 255 characters in all, without scheme, tag or digest',
    () => PushTarget.prefix('a b'),
  ],
];

const KUBERNETES: Rows = [
  [`"A" is not a valid Secret name: expected ${DNS} 253 characters`, refresher({ secretName: 'A' })],
  [`"A" is not a valid registry name: expected ${DNS} 40 characters`, container({ name: 'A' })],
  [
    `"It" is not a valid registry name: expected ${DNS} 40 characters; the id of the construct is the default: pass \`name\` to choose another`,
    () => new library.DockerHubRegistry(newChart('hub'), 'It', { target, username: 'u', password: PLAIN }),
  ],
  [
    '"Hub" is not a valid namespace name: expected lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters',
    refresher({ namespaces: ['Hub'] }),
  ],
  ['expected a list of namespace names', refresher({ namespaces: 'hub' })],
  [
    'missing, and the chart has no namespace: pass `namespaces` here, or `namespace` to the chart',
    made(library.EcrTokenRefresher, { registries: [address] }, newChart()),
  ],
  ['listed twice: hub', refresher({ namespaces: ['hub', 'hub'] })],
  [
    'missing, and the chart has no namespace: pass `namespace`, here or to the chart',
    made(library.CustomImageConfigMap, {}, newChart()),
  ],
  ['"release: a b" is not a valid Kubernetes label', refresher({ alert: { labels: { release: 'a b' } } })],
  ['"a b: c" is not a valid Kubernetes annotation', () => validateAnnotations({ 'a b': 'c' })],
  [
    '"infra" is not a toleration: expected a mapping with \`key\`, \`operator\`, \`value\` and \`effect\`',
    () => validateToleration('infra'),
  ],
  ['"a b" is not a valid taint key', () => validateToleration({ key: 'a b' })],
  ['"In" is not an operator: expected Exists or Equal', () => validateToleration({ key: 'a', operator: 'In' })],
  ['a toleration without a key needs the operator Exists', () => validateToleration({ operator: 'Equal' })],
  ['the operator Exists compares no value: remove it', () => validateToleration({ operator: 'Exists', value: 'b' })],
  ['"x y" is not a valid taint value', () => validateToleration({ key: 'a', value: 'x y' })],
  [
    '"None" is not a taint effect: expected NoSchedule, PreferNoSchedule or NoExecute',
    () => validateToleration({ key: 'a', effect: 'None' }),
  ],
  ['allowed only with the effect NoExecute', () => validateToleration({ key: 'a', tolerationSeconds: 5 })],
  ['0 is not a user id that the pod can run as: expected a whole number from 1 to 2147483647', pod({ runAsUser: 0 })],
  ['has no effect beside `useClusterUser`: remove one of the two', pod({ runAsUser: 1000, useClusterUser: true })],
  ['expected a mapping, got 4', pod(4 as unknown as Loose)],
  ['expected true or false, got "yes"', container({ insecureSkipVerify: 'yes' })],
  ['"mirror" is not a list of strings', pod({ imagePullSecrets: 'mirror' })],
  ['expected a mapping from text to text, got a list', pod({ nodeSelector: ['x'] })],
  ['a: 1 is not text: put it in quotes', pod({ annotations: { a: 1 } })],
];

const REGISTRIES: Rows = [
  ['expected a PushTarget: PushTarget.repository(path) or PushTarget.prefix(path)', container({ target: 'x' })],
  [
    "the path repeats the registry's host, which is added by itself: use `team/nb`",
    container({ target: PushTarget.repository('quay.io/team/nb') }),
  ],
  [
    "the path repeats the registry's host, which is added by itself",
    container({ target: PushTarget.prefix('quay.io') }),
  ],
  [
    'expected an IPushSecret: a PushSecret, PushSecret.fromSecretName(scope, id, name) or a token refresher',
    container({ pushSecret: 'push' }),
  ],
  ["'chart/push' logs in to docker.io, not to quay.io", container({ pushSecret: givenPushSecret() })],
  ["'chart/push' is in lab, not in hub", container({ pushSecret: givenPushSecret() })],
  [
    'the registry has no login: pass `pushSecret`, or `username` and `password`',
    container({ username: undefined, password: undefined }),
  ],
  [
    '`username` and `password` have no effect beside it: remove them, or remove `pushSecret`',
    container({ pushSecret: givenPushSecret() }),
  ],
  ['missing: `username` and `password` are needed together', container({ username: undefined })],
  ['docker.io:443 has a port, and Docker Hub has none: `docker.io`', container({ host: 'docker.io:443' })],
  ['github.com does not store images, it is the web site: use `ghcr.io`', container({ host: 'github.com' })],
  ['docker.io is a host of Docker Hub: use DockerHubRegistry', container({ host: 'docker.io' })],
  ['index.docker.io is a host of Docker Hub: use DockerHubRegistry', container({ host: 'index.docker.io' })],
  ['eu.gcr.io is a host of Google: use GoogleRegistry', container({ host: 'eu.gcr.io' })],
  [`${address.host} is a host of Amazon ECR: use EcrRegistry`, container({ host: address.host })],
  ['a prefix on Docker Hub is just a namespace: use `docker.io/a`', dockerHub({ target: PushTarget.prefix('a/b') })],
  [
    'a prefix on Docker Hub is just a namespace: use `docker.io/<namespace>`',
    dockerHub({ target: PushTarget.prefix('') }),
  ],
  [
    'a repository on Docker Hub needs a namespace: use `docker.io/<namespace>/notebooks`',
    dockerHub({ target: PushTarget.repository('notebooks') }),
  ],
  [
    'a repository on Docker Hub has one "/" only: use `docker.io/<namespace>/<repository>`',
    dockerHub({ target: PushTarget.repository('a/b/c') }),
  ],
  [
    'n is not a repository name on Docker Hub: expected 2 to 255 of the characters a-z, 0-9, "_" and "-"',
    dockerHub({ target: PushTarget.repository('exampleteam/n') }),
  ],
  [
    'note.books is not a repository name on Docker Hub: expected 2 to 255 of the characters a-z, 0-9, "_" and "-"',
    dockerHub({ target: PushTarget.repository('exampleteam/note.books') }),
  ],
  [
    "the path repeats the registry's host, which is added by itself: use `exampleteam/notebooks`",
    dockerHub({ target: PushTarget.repository('index.docker.io/exampleteam/notebooks') }),
  ],
  ['docker.io is not a registry host of Google', google({ host: 'docker.io' })],
  [
    '1example is not a Google project id: expected 6 to 30 of the characters a-z, 0-9 and "-", the first a letter',
    google({ target: PushTarget.repository('1example/notebooks') }),
  ],
  [
    'on gcr.io a repository needs at least `gcr.io/<project>/<image>`',
    google({ target: PushTarget.repository('example-project') }),
  ],
  [
    'on gcr.io a repository needs at least `gcr.io/example.com/<project>/<image>`',
    google({ target: PushTarget.repository('example.com/example-project') }),
  ],
  [
    'on us-docker.pkg.dev a repository needs at least `us-docker.pkg.dev/<project>/<repository>/<image>`',
    google({ host: 'us-docker.pkg.dev', target: PushTarget.repository('example-project/notebooks') }),
  ],
  [
    'on us-docker.pkg.dev a prefix needs at least `us-docker.pkg.dev/<project>/<repository>`',
    google({ host: 'us-docker.pkg.dev', target: PushTarget.prefix('example-project') }),
  ],
  ['expected an EcrAddress: EcrAddress.of({ account, region })', ecr({ address: address.host })],
  ['expected an EcrAddress: EcrAddress.of({ account, region })', ecr({ moreRegistries: ['x'] })],
  ['expected a list', ecr({ moreRegistries: 4 })],
  [
    'has no effect with a prefix: the repositories below it are not known in advance',
    ecr({ target: PushTarget.prefix('ml'), ensureRepository: true }),
  ],
  [
    'has no effect beside `pushSecret`: set it on the EcrTokenRefresher that you pass there',
    ecr({ pushSecret: givenPushSecret(), alert: {} }),
  ],
  [
    "the policy of 'chart/tokens' does not allow pushes to team/notebooks: pass an EcrTokenRefresher whose `targets` include it",
    ecr({ pushSecret: uncoveredPushSecret() }),
  ],
];

const AGAIN = 'run `npm run seal` again';
const KEY_FILE = 'with _json_key the password must be the whole key file of a service account';
const SCOPE_STRICT = 'and with the scope strict it cannot be opened';

const PUSH_SECRETS: Rows = [
  ['expected a list of at least one login, each with host, username and password', logins()],
  ['expected a RegistryLogin: RegistryLogin.of({...})', logins({ host: 'docker.io' })],
  [
    '"docker.io" has two logins, and a docker config holds one for each registry: remove one',
    logins(login(), login({ host: 'index.docker.io' })),
  ],
  [
    'all passwords of one Secret must come from the same kind of source, but the one for "docker.io" is in plaintext, the one for "gcr.io" is in a secret store: change the sources, or make a PushSecret for each kind',
    logins(login(), login({ host: 'gcr.io', password: external() })),
  ],
  [
    '"docker.io" and "gcr.io" are both sealed, but each sealed docker config is a whole Secret: make a PushSecret for each, or keep the passwords in a secret store',
    logins(login({ password: sealed() }), login({ host: 'gcr.io', password: sealed() })),
  ],
  [
    'one ExternalSecret has one refreshInterval, but the logins have 1h, 2h: use the same one for all',
    logins(
      login({ password: external({ refreshInterval: '1h' }) }),
      login({ host: 'gcr.io', password: external({ refreshInterval: '2h' }) }),
    ),
  ],
  ['expected a PasswordSource, like PasswordSource.fromEnv(variable)', () => login({ password: 'never-in-a-message' })],
  ['missing: expected a user name', () => login({ username: '' })],
  [
    'a user name cannot contain ":", which separates it from the password in a docker config',
    () => login({ username: 'a:b' }),
  ],
  ['a user name cannot begin or end with a space: remove it', () => login({ username: ' a' })],
  [`the user name contains the character U+000A: ${UNWRITABLE}`, () => login({ username: 'a\nb' })],
  [`the user name contains the character U+D800: ${UNWRITABLE}`, () => login({ username: 'a\ud800b' })],
  [
    'the user name contains an access token or key, which would be committed: keep it in a password source only, ' +
      'and revoke it if it was ever committed',
    () => login({ username: `ghp_${'a1'.repeat(18)}` }),
  ],
  ['expected the name of an environment variable', () => PasswordSource.fromEnv('')],
  ['expected the path of a file', () => PasswordSource.fromFile('')],
  [
    'expected text; to read an environment variable, use fromEnv',
    () => PasswordSource.fromPlaintext(5 as unknown as string),
  ],
  [
    'the environment variable NOT_SET is missing: check `available` first',
    () => login({ password: PasswordSource.fromEnv('NOT_SET') }),
  ],
  [
    'the file ./not-there is missing: check `available` first',
    () => login({ password: PasswordSource.fromFile('./not-there') }),
  ],
  ['the plaintext password is empty', password('')],
  [
    'the plaintext password is longer than 128 KiB, which is too much for `kubectl apply` to put into a Secret',
    password('x'.repeat(128 * 1024 + 1)),
  ],
  ['the plaintext password ends with a newline, which no registry accepts: remove it', password('x\n')],
  [`the plaintext password is not JSON: ${KEY_FILE}`, password('x', '_json_key')],
  [
    `the plaintext password is not JSON in base64: ${KEY_FILE.replace('key ', 'key_base64 ')} in base64`,
    password('x', '_json_key_base64'),
  ],
  [`the plaintext password is not a JSON object: ${KEY_FILE}`, password('[]', '_json_key')],
  [`the plaintext password has no "type": "service_account": ${KEY_FILE}`, password('{}', '_json_key')],
  [
    `the plaintext password lacks client_email, private_key, private_key_id, project_id: ${KEY_FILE}`,
    password('{}', '_json_key'),
  ],
  ['expected a mapping with `store` and `key`', () => PasswordSource.fromExternalSecret(undefined!)],
  [`"My Store" is not a valid store name: expected ${DNS} 253 characters`, () => external({ store: 'My Store' })],
  [
    '"Vault" is not a kind of store: expected SecretStore or ClusterSecretStore',
    () => external({ storeKind: 'Vault' }),
  ],
  ['missing: expected the name of an entry in the store', () => external({ key: '' })],
  ['missing: expected the name of a property of the entry', () => external({ property: ' ' })],
  [
    '"1d" is not a duration: expected hours, minutes and seconds, like `30m` or `1h30m`, at most a year; `0` reads the store only once',
    () => external({ refreshInterval: '1d' }),
  ],
  ['expected the mapping that `npm run seal` writes', () => PasswordSource.fromSealed(undefined!)],
  [
    '"galaxy-wide" is not a scope: expected one of strict, namespace-wide, cluster-wide',
    () => sealed({ scope: 'galaxy-wide' }),
  ],
  ['expected a mapping with a ciphertext for each namespace', () => sealed({ encryptedData: undefined })],
  [`contains no ciphertext: ${AGAIN}`, () => sealed({ encryptedData: {} })],
  [
    `${HIDDEN} is not a valid namespace name: expected lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters`,
    () => sealed({ encryptedData: { dckr_pat_Zq7mARk1xYbb: 'x' } }),
  ],
  ['missing: expected a ciphertext in base64', ciphertext(5)],
  [`not base64, or cut off: ${AGAIN}`, ciphertext('AgB!')],
  [`not a ciphertext that the Sealed Secrets controller can open: ${AGAIN}`, ciphertext('ZGNrcl9wYXQ=')],
  [`cut off: ${AGAIN}`, ciphertext(plausibleCiphertext().slice(0, 300))],
  [
    'too short for a docker config with this login: seal the whole docker config with \`npm run seal\`, not just the password',
    ciphertext(plausibleCiphertext(36)),
  ],
  [
    `sealed for the Secret name "other", not "push", ${SCOPE_STRICT} under another name: ${AGAIN}`,
    logins(login({ password: sealed({ secretName: 'other' }) })),
  ],
  [
    `sealed for the namespace lab, not for hub, ${SCOPE_STRICT} in another: ${AGAIN}`,
    logins(login({ password: sealed({ encryptedData: { lab: plausibleCiphertext() } }) })),
  ],
  [
    `sealed for the registry "gcr.io", not "docker.io": ${AGAIN}`,
    logins(login({ password: sealed({ host: 'gcr.io', scope: SealingScope.CLUSTER_WIDE }) })),
  ],
  [`sealed with the user name "user", not "other": ${AGAIN}`, logins(login({ username: 'other', password: sealed() }))],
];

const MOUNT: Rows = [
  ['expected a Container of cdk8s-plus-27: `deployment.containers[0]`', () => mounted({ container: {} })],
  [
    '/push-secret is already a mount of this container: put all logins into one PushSecret',
    () => mounted({ times: 2 }),
  ],
  [
    'the container must not set DOCKER_CONFIG, as the mount does: remove it there',
    () => mounted({ envVariables: { DOCKER_CONFIG: EnvValue.fromValue('/kaniko') } }),
  ],
];

function mounted({ times = 1, container, envVariables }: Loose): void {
  const chart = newChart('hub');
  const builder = new Pod(chart, 'pod').addContainer({ image: 'a:1', envVariables: envVariables as never });
  for (let i = 0; i < Number(times); i++) {
    PushSecret.fromSecretName(chart, `push-${i}`, 'push').mount((container ?? builder) as Container);
  }
}

const SETTINGS: Rows = [
  ['3 is not text', settings({ registryEndpoint: 3 })],
  ['missing: give `pushRepo` or `pushRepoPrefix`', settings({ pushRepo: undefined })],
  [
    'missing: set both cpu and memory or neither, as the PrimeHub controller crashes if only one is set',
    buildJob({ resources: { requests: { cpu: '1' } } }),
  ],
  [
    '"30GiB" is not a Kubernetes quantity, and the PrimeHub controller cannot parse it: use `30Gi`',
    buildJob({ ephemeralStorage: '30GiB' }),
  ],
  [
    '"ten" is not a Kubernetes quantity, and the PrimeHub controller cannot parse it: use one like `500m` or `2Gi`',
    buildJob({ ephemeralStorage: 'ten' }),
  ],
  [
    '2 is more than the limit of 1500m, and Kubernetes would refuse the pod: lower the request or raise the limit',
    buildJob({ resources: { requests: { cpu: '2', memory: '1Gi' }, limits: { cpu: '1500m', memory: '1Gi' } } }),
  ],
  [
    '1M is more than the limit of 1E-3, and Kubernetes would refuse the pod: lower the request or raise the limit',
    buildJob({ resources: { requests: { cpu: '1', memory: '1M' }, limits: { cpu: '1', memory: '1E-3' } } }),
  ],
  ['expected CustomImageSettings: the `settings` of a registry', made(library.CustomImageConfigMap, {})],
];

const at = (...regions: string[]) => regions.map((region) => EcrAddress.of({ account, region }));
const OWN =
  'cannot be set here: allowed are AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL_STS, AWS_MAX_ATTEMPTS, AWS_RETRY_MODE, AWS_METADATA_SERVICE_TIMEOUT, AWS_METADATA_SERVICE_NUM_ATTEMPTS, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, AWS_EC2_METADATA_V1_DISABLED, AWS_SDK_UA_APP_ID, and the proxy variables';
const HOUR = { ...AWS, life: { minutes: 60, inWords: '60 minutes', everyMinutes: 20, mostRunsAnHour: 6 } };

const REFRESHERS: Rows = [
  ['expected a Schedule: Schedule.cron(expression)', refresher({ schedule: '17 */4 * * *' })],
  ['4 is not a schedule: expected one like `17 */4 * * *`', () => Schedule.cron(4 as unknown as string)],
  [
    'a schedule cannot contain a time zone: remove it, and write the hours in UTC',
    () => Schedule.cron('TZ=Europe/Berlin 0 */4 * * *'),
  ],
  [
    '@hourly would start every cluster in the same minute: choose a minute, like `17 * * * *`',
    () => Schedule.cron('@hourly'),
  ],
  [
    '"4h" does not have the five fields of a schedule: minute, hour, day of the month, month, day of the week',
    () => Schedule.cron('4h'),
  ],
  ['"60 */4 * * *": the minute is not valid in a CronJob: expected 0 to 59', () => Schedule.cron('60 */4 * * *')],
  [
    '"* */8 * * *" does not choose its minutes, so it would ask AWS many times an hour: `17 */4 * * *` would be right',
    schedule('* */8 * * *'),
  ],
  [
    '"0/12 */4 * * *" would ask AWS 5 times an hour, but a token lives 12 hours: `17 */4 * * *` would be right',
    schedule('0/12 */4 * * *'),
  ],
  [
    '"0 */4 * * 1-5" skips days by the day of the week, but a token lives 12 hours: `0 */4 * * *` would be right',
    schedule('0 */4 * * 1-5'),
  ],
  [
    '"0 */6 * * *" leaves no time for a retry: a token lives 12 hours, and two intervals add up to 12 h: `0 */4 * * *` would be right',
    schedule('0 */6 * * *'),
  ],
  [
    '"0,30 * * * *" leaves no time for a retry: a token lives 60 minutes, and two intervals add up to 1 h: `17-59/20 * * * *` would be right',
    () => validateScheduleFor(Schedule.cron('0,30 * * * *'), HOUR),
  ],
  ['expected a list', pod({ tolerations: {} })],
  [`"High" is not a valid priority class name: expected ${DNS} 253 characters`, pod({ priorityClassName: 'High' })],
  [`"CA" is not a valid ConfigMap name: expected ${DNS} 253 characters`, pod({ caConfigMap: 'CA' })],
  [`"SHELLOPTS" ${OWN}`, pod({ awsEnv: { SHELLOPTS: 'xtrace' } })],
  [`"AWS_PROFILE" ${OWN}`, pod({ awsEnv: { AWS_PROFILE: 'x' } })],
  [
    'AWS_CA_BUNDLE is already set by `caConfigMap`: remove one of the two',
    pod({ awsEnv: { AWS_CA_BUNDLE: '/x' }, caConfigMap: 'ca' }),
  ],
  [
    'HTTPS_PROXY contains a login, which would be committed: use an address without one',
    pod({ awsEnv: { HTTPS_PROXY: 'http://user:hunter2@proxy:3128' } }),
  ],
];

const OF_AWS: Rows = [
  ['"My Account" is not an AWS account id: expected 12 digits', of({ account: 'My Account' })],
  [
    '123456789012 is not an AWS account id: expected 12 digits; put it in quotes, as a number loses its leading zeros',
    of({ account: 123456789012 }),
  ],
  ['"eu west" is not a region name: expected one like `eu-west-1`', of({ region: 'eu west' })],
  ['"EU-WEST-1" is not a region name: use `eu-west-1`', of({ region: 'EU-WEST-1' })],
  [
    '"eu-west-1a" is not a region name: expected one like `eu-west-1`; the region of that availability zone is `eu-west-1`',
    of({ region: 'eu-west-1a' }),
  ],
  ['"ipv6" is not a host form: expected one of plain, fips, dual-stack, fips-dual-stack', of({ hostForm: 'ipv6' })],
  ['expected a list of PushTargets: PushTarget.repository(path)', of({ targets: 'x' })],
  ['has no effect: `targets` contains no repository', of({ ensureRepositories: true })],
  [
    '"a__b" is not an ECR repository name: expected lower-case letters and digits that single ".", "_", "-" or "/" may separate',
    of({ targets: [PushTarget.repository('a__b')] }),
  ],
  ['"a" is too short for ECR: expected 2 to 256 characters', of({ targets: [PushTarget.repository('a')] })],
  [
    '"quay.io" is not a host of Amazon ECR: expected one like `123456789012.dkr.ecr.eu-west-1.amazonaws.com`',
    () => EcrAddress.fromHost('quay.io'),
  ],
  [
    `"${account}.dkr.ecr.cn-north-1.amazonaws.com" has the ending of another partition: for cn-north-1 use \`${account}.dkr.ecr.cn-north-1.amazonaws.com.cn\``,
    () => EcrAddress.fromHost(`${account}.dkr.ecr.cn-north-1.amazonaws.com`),
  ],
  [
    '"x" is not the ARN of an IAM role: expected one like `arn:aws:iam::123456789012:role/ecr-push`',
    () => AwsIdentity.irsa('x'),
  ],
  ['expected at least one registry, an account in a region', refresher({ registries: [] })],
  ['expected an EcrAddress: EcrAddress.of({ account, region })', refresher({ registries: [null] })],
  ['account 123456789012 in eu-west-1 is listed twice', refresher({ registries: [address, address] })],
  [
    'eu-west-1, cn-north-1 are in the partitions aws and aws-cn, and no identity is valid in both: make a refresher for each',
    refresher({ registries: at('eu-west-1', 'cn-north-1') }),
  ],
  ['expected an AwsIdentity, like AwsIdentity.irsa(roleArn)', refresher({ identity: 'x' })],
  [
    'arn:aws:iam::210987654321:role/ecr-push is in the partition aws, but cn-north-1 is in aws-cn',
    refresher({
      identity: AwsIdentity.irsa('arn:aws:iam::210987654321:role/ecr-push'),
      registries: at('cn-north-1'),
    }),
  ],
  [
    'the access keys are in the Secret keys, which the refresher would overwrite: use another name for one of them',
    () => new EcrTokens({ registries: [address], identity: AwsIdentity.accessKeys('keys') }, 'keys').errors,
  ],
];

const { AcrTokenRefresher, AzureIdentity, GoogleIdentity, GoogleTokenRefresher, RegistryAddress } = library;
const tenant = '11111111-2222-3333-4444-555555555555';
const azureIdentity = AzureIdentity.workloadIdentity(tenant, tenant);
const addresses = (...hosts: string[]) => hosts.map((host) => RegistryAddress.of({ host }));
const googleRefresher = (props: Loose) => made(GoogleTokenRefresher, { registries: addresses('gcr.io'), ...props });
const acrRefresher = (props: Loose) =>
  made(AcrTokenRefresher, { registries: addresses('example.azurecr.io'), identity: azureIdentity, ...props });
const UUID_RULE = 'expected a UUID, like `11111111-2222-3333-4444-555555555555`';

const OF_GOOGLE_AND_AZURE: [string, Misuse][] = [
  [
    'has no effect, as no GoogleTokenRefresher is made: pass an `identity` too',
    google({ target: PushTarget.repository('example-project/notebooks'), pod: {} }),
  ],
  [
    'has no effect beside `identity`, whose tokens are the login: remove one of the two',
    google({ identity: GoogleIdentity.metadataServer() }),
  ],
  ['expected at least one RegistryAddress', googleRefresher({ registries: [] })],
  ['expected a RegistryAddress: RegistryAddress.of({ host })', googleRefresher({ registries: ['gcr.io'] })],
  ['gcr.io is listed twice', googleRefresher({ registries: addresses('gcr.io', 'gcr.io') })],
  [
    'expected a list of PushTargets: PushTarget.repository(path)',
    () => RegistryAddress.of({ host: 'gcr.io', targets: 'x' as never }),
  ],
  ['expected a GoogleIdentity, like GoogleIdentity.workloadIdentity(provider)', googleRefresher({ identity: 'push' })],
  [
    '"projects/x" is not the path of a workload identity provider: expected `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`, with the number of the project, and a pool and a provider of 4 to 32 characters each',
    () => GoogleIdentity.workloadIdentity('projects/x'),
  ],
  [
    '"push" is not the e-mail address of a service account: expected one like `push@example-project.iam.gserviceaccount.com`',
    () => GoogleIdentity.metadataServer('push'),
  ],
  [
    '.azurecr.io and .azurecr.cn belong to different clouds: make a refresher for each',
    acrRefresher({ registries: addresses('example.azurecr.io', 'example.azurecr.cn') }),
  ],
  [
    'expected an AzureIdentity: AzureIdentity.workloadIdentity(tenantId, clientId)',
    acrRefresher({ identity: undefined }),
  ],
  ['gcr.io is not a host of Azure Container Registry', acrRefresher({ registries: addresses('gcr.io') })],
  [
    "abc.azurecr.io is not a login server of Azure Container Registry: expected `<registry>.azurecr.io`, with 5 to 50 letters and digits as the registry's name",
    acrRefresher({ registries: addresses('abc.azurecr.io') }),
  ],
  [`"example" is not the id of a tenant: ${UUID_RULE}`, () => AzureIdentity.workloadIdentity('example', tenant)],
  [
    `"example" is not the id of an application or a managed identity: ${UUID_RULE}`,
    () => AzureIdentity.workloadIdentity(tenant, 'example'),
  ],
];

const ALL: Rows = [
  ...OF_GOOGLE_AND_AZURE,
  ...IMAGES,
  ...KUBERNETES,
  ...REGISTRIES,
  ...PUSH_SECRETS,
  ...MOUNT,
  ...SETTINGS,
  ...REFRESHERS,
  ...OF_AWS,
];

test.each(ALL)('%s', (sentence, misuse) => {
  expect(messagesOf(misuse)).toContain(sentence);
});

function messagesOf(misuse: Misuse): string[] {
  let errors: unknown;
  try {
    errors = misuse();
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    errors = error.errors;
  }
  return (errors as ValidationError[]).map(({ message }) => message);
}

test('every error of the library has its message here', () => {
  for (const [, misuse] of ALL) {
    try {
      misuse();
    } catch {
      // what it throws is looked at above, and one that ran before has its chart no more
    }
  }
  const folder = path.join(__dirname, '../..');
  const files = fs.readdirSync(path.join(folder, 'lib'), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && file !== 'validation.ts').map((file) => `lib/${file}`);
  const places = sources.flatMap((file) =>
    fs
      .readFileSync(path.join(folder, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => (/\binvalid\(/.test(line) ? [`${file}:${i + 1}`] : [])),
  );
  expect(places.length).toBeGreaterThan(100);
  expect(places.filter((place) => !mockPlaces.has(place))).toEqual([]);
});
