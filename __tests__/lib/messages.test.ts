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

// The sentences of all errors of the library, to the letter: this is the one place that has them.

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
const HIDDEN = 'this value (not shown, as it may hold a credential)';
const UNWRITABLE = 'control characters, line breaks and invisible characters are not accepted: type it again';
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

/** What throws, or gives errors. */
type Misuse = () => unknown;
type Rows = readonly (readonly [sentence: string, misuse: Misuse])[];

const IMAGES: Rows = [
  [
    '"a b" is no image reference: an image is wanted, like `registry.example.com/aws-cli:2.36.46` or `...@sha256:<64 hex digits>`',
    refresher({ images: { kubectl: 'a b' } }),
  ],
  ['"a:1.2" is no image repository: `infuseai/buildah`, the tag apart', () => validateImageRepository('a:1.2')],
  ['"a b" is no tag: letters, digits, "_", "." and "-", at most 128', () => validateImageTag('a b')],
  [
    '"Quay.io" is no registry host: `registry.example.com` or `registry.example.com:5000`, lower case',
    container({ host: 'Quay.io' }),
  ],
  [
    '"registry:5000" has no dot, and PrimeHub\'s builder takes such a host for a path on Docker Hub: give the full name or the IPv4 address',
    container({ host: 'registry:5000' }),
  ],
  [
    '"127.0.0.1:5000" is the pod itself where the builder runs: give the name of the registry\'s Service, `<service>.<namespace>.svc`, or the address of the node, with the port',
    container({ host: '127.0.0.1:5000' }),
  ],
  [
    '"https://Team/notebooks:v1" is no repository path: lower-case letters and digits, separated by ".", "_", "__" or dashes, in components joined by "/", at most 255 characters; no scheme, tag or digest; `team/notebooks` would be right',
    () => PushTarget.repository('https://Team/notebooks:v1'),
  ],
  [
    '"a b" is no repository path: lower-case letters and digits, separated by ".", "_", "__" or dashes, in components joined by "/", at most 255 characters; no scheme, tag or digest',
    () => PushTarget.prefix('a b'),
  ],
];

const KUBERNETES: Rows = [
  [`"A" is no Secret name: ${DNS} 253 characters`, refresher({ secretName: 'A' })],
  [`"A" is no registry name: ${DNS} 40 characters`, container({ name: 'A' })],
  [
    `"It" is no registry name: ${DNS} 40 characters; it is the node id: pass a \`name\``,
    () => new library.DockerHubRegistry(newChart('hub'), 'It', { target, username: 'u', password: PLAIN }),
  ],
  [
    '"Hub" is no namespace name: lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters',
    refresher({ namespaces: ['Hub'] }),
  ],
  ['a list of namespace names is wanted', refresher({ namespaces: 'hub' })],
  [
    'none given and the chart has none: pass `namespaces`, or `namespace` to the chart',
    made(library.EcrTokenRefresher, { registries: [address] }, newChart()),
  ],
  ['named twice: hub', refresher({ namespaces: ['hub', 'hub'] })],
  [
    'none given and the chart has none: pass `namespace`, here or to the chart',
    made(library.CustomImageConfigMap, {}, newChart()),
  ],
  ['"release: a b" is no Kubernetes label', refresher({ alert: { labels: { release: 'a b' } } })],
  ['"a b: c" is no Kubernetes annotation', () => validateAnnotations({ 'a b': 'c' })],
  ['"infra" is no toleration', () => validateToleration('infra')],
  ['"a b" is no key of a taint', () => validateToleration({ key: 'a b' })],
  ['"In" is neither Exists nor Equal', () => validateToleration({ key: 'a', operator: 'In' })],
  ['without a key it must be Exists', () => validateToleration({ operator: 'Equal' })],
  ['Exists compares none, remove it', () => validateToleration({ operator: 'Exists', value: 'b' })],
  ['"x y" is no value of a taint', () => validateToleration({ key: 'a', value: 'x y' })],
  ['"None" is none of NoSchedule, PreferNoSchedule, NoExecute', () => validateToleration({ key: 'a', effect: 'None' })],
  ['only the effect NoExecute has it', () => validateToleration({ key: 'a', tolerationSeconds: 5 })],
  ['0 is no user that the pod can run as: a whole number from 1 to 2147483647', pod({ runAsUser: 0 })],
  ['beside `useClusterUser` without effect: leave one of them out', pod({ runAsUser: 1000, useClusterUser: true })],
  ['a map is wanted', pod(4 as unknown as Loose)],
  ['true or false is wanted', container({ insecureSkipVerify: 'yes' })],
  ['"mirror" is no list of strings', pod({ imagePullSecrets: 'mirror' })],
  ['a list is no map of strings', pod({ nodeSelector: ['x'] })],
  ['a: 1 is no string: quote it', pod({ annotations: { a: 1 } })],
];

const REGISTRIES: Rows = [
  ['a PushTarget is wanted: PushTarget.repository(path) or PushTarget.prefix(path)', container({ target: 'x' })],
  [
    "the path begins with the registry's host, which is written once, before the path: the path is `team/nb`",
    container({ target: PushTarget.repository('quay.io/team/nb') }),
  ],
  [
    "the path begins with the registry's host, which is written once, before the path",
    container({ target: PushTarget.prefix('quay.io') }),
  ],
  [
    'an IPushSecret is wanted: a PushSecret, PushSecret.fromSecretName(scope, id, name) or an EcrTokenRefresher',
    container({ pushSecret: 'push' }),
  ],
  ["'chart/push' logs in to docker.io, not to quay.io", container({ pushSecret: givenPushSecret() })],
  ["'chart/push' is in lab, not in hub", container({ pushSecret: givenPushSecret() })],
  [
    'none given: pass `pushSecret`, or `username` and `password`',
    container({ username: undefined, password: undefined }),
  ],
  [
    'beside it `username` and `password` are without effect: leave one or the other out',
    container({ pushSecret: givenPushSecret() }),
  ],
  ['missing: `username` and `password` go together', container({ username: undefined })],
  ['docker.io:443 has a port, and Docker Hub has none: `docker.io`', container({ host: 'docker.io:443' })],
  ['github.com takes no images, it is the web site: use `ghcr.io`', container({ host: 'github.com' })],
  ['docker.io is a host of Docker Hub: use DockerHubRegistry', container({ host: 'docker.io' })],
  ['index.docker.io is a host of Docker Hub: use DockerHubRegistry', container({ host: 'index.docker.io' })],
  ['eu.gcr.io is a host of Google: use GoogleRegistry', container({ host: 'eu.gcr.io' })],
  [`${address.host} is a host of Amazon ECR: use EcrRegistry`, container({ host: address.host })],
  ['on Docker Hub a prefix is a namespace alone: `docker.io/a`', dockerHub({ target: PushTarget.prefix('a/b') })],
  [
    'on Docker Hub a prefix is a namespace alone: `docker.io/<namespace>`',
    dockerHub({ target: PushTarget.prefix('') }),
  ],
  [
    'a repository on Docker Hub is in a namespace: `docker.io/<namespace>/notebooks`',
    dockerHub({ target: PushTarget.repository('notebooks') }),
  ],
  [
    'a repository on Docker Hub is `docker.io/<namespace>/<repository>`, with no further "/"',
    dockerHub({ target: PushTarget.repository('a/b/c') }),
  ],
  [
    'n is no repository name of Docker Hub: 2 to 255 of a-z, 0-9, "_" and "-"',
    dockerHub({ target: PushTarget.repository('exampleteam/n') }),
  ],
  [
    'note.books is no repository name of Docker Hub: 2 to 255 of a-z, 0-9, "_" and "-"',
    dockerHub({ target: PushTarget.repository('exampleteam/note.books') }),
  ],
  [
    "the path begins with the registry's host, which is written once, before the path: the path is `exampleteam/notebooks`",
    dockerHub({ target: PushTarget.repository('index.docker.io/exampleteam/notebooks') }),
  ],
  ['docker.io is no host of Google', google({ host: 'docker.io' })],
  [
    '1example is no Google project id: 6 to 30 of a-z, 0-9 and "-", beginning with a letter',
    google({ target: PushTarget.repository('1example/notebooks') }),
  ],
  [
    'on gcr.io a repository is at least `gcr.io/<project>/<image>`',
    google({ target: PushTarget.repository('example-project') }),
  ],
  [
    'on gcr.io a repository is at least `gcr.io/example.com/<project>/<image>`',
    google({ target: PushTarget.repository('example.com/example-project') }),
  ],
  [
    'on us-docker.pkg.dev a repository is at least `us-docker.pkg.dev/<project>/<repository>/<image>`',
    google({ host: 'us-docker.pkg.dev', target: PushTarget.repository('example-project/notebooks') }),
  ],
  [
    'on us-docker.pkg.dev a prefix is at least `us-docker.pkg.dev/<project>/<repository>`',
    google({ host: 'us-docker.pkg.dev', target: PushTarget.prefix('example-project') }),
  ],
  ['an EcrAddress is wanted: EcrAddress.of({ account, region })', ecr({ address: address.host })],
  ['an EcrAddress is wanted: EcrAddress.of({ account, region })', ecr({ moreRegistries: ['x'] })],
  ['a list is wanted', ecr({ moreRegistries: 4 })],
  [
    'without effect: below a prefix the repositories are not known beforehand',
    ecr({ target: PushTarget.prefix('ml'), ensureRepository: true }),
  ],
  [
    'without effect beside `pushSecret`: give it to the EcrTokenRefresher that you pass there',
    ecr({ pushSecret: givenPushSecret(), alert: {} }),
  ],
  [
    "the policy of 'chart/tokens' does not let push to team/notebooks: take an EcrTokenRefresher that has all that is pushed to in its `targets`",
    ecr({ pushSecret: uncoveredPushSecret() }),
  ],
];

const AGAIN = 'run `npm run seal` again';
const KEY_FILE = 'with _json_key the password is the whole key file of a service account';
const SCOPE_STRICT = 'and in the scope strict it opens';

const PUSH_SECRETS: Rows = [
  ['a list of at least one login is wanted: host, username and password', logins()],
  ['a RegistryLogin is wanted: RegistryLogin.of({...})', logins({ host: 'docker.io' })],
  ['"docker.io" has a login already; a docker config holds one', logins(login(), login({ host: 'index.docker.io' }))],
  [
    'one Secret is made in one way, but of the passwords that of "docker.io" is in plaintext, that of "gcr.io" is in a secret store: take all of them from one kind of source, or make a PushSecret of each kind',
    logins(login(), login({ host: 'gcr.io', password: external() })),
  ],
  [
    '"docker.io" and "gcr.io" are both sealed, and a sealed docker config is a whole Secret: make a PushSecret of each, or keep the passwords in a secret store',
    logins(login({ password: sealed() }), login({ host: 'gcr.io', password: sealed() })),
  ],
  [
    'one ExternalSecret has one refreshInterval, but the logins have 1h, 2h',
    logins(
      login({ password: external({ refreshInterval: '1h' }) }),
      login({ host: 'gcr.io', password: external({ refreshInterval: '2h' }) }),
    ),
  ],
  [
    'a PasswordSource is wanted: PasswordSource.fromEnv(variable) and the like',
    () => login({ password: 'never-in-a-message' }),
  ],
  ['a user name is wanted', () => login({ username: '' })],
  ['a user name cannot hold a ":", the docker config separates by it', () => login({ username: 'a:b' })],
  ['a user name cannot begin or end with white space', () => login({ username: ' a' })],
  [`the user name holds the character U+000A; ${UNWRITABLE}`, () => login({ username: 'a\nb' })],
  [`the user name holds the character U+D800; ${UNWRITABLE}`, () => login({ username: 'a\ud800b' })],
  [
    'the user name holds an access token or key, which would be committed: it belongs into a password source alone, ' +
      'and should be revoked if it was committed already',
    () => login({ username: `ghp_${'a1'.repeat(18)}` }),
  ],
  ['the name of an environment variable is wanted', () => PasswordSource.fromEnv('')],
  ['a path is wanted', () => PasswordSource.fromFile('')],
  [
    'a text is wanted; for an environment variable there is fromEnv',
    () => PasswordSource.fromPlaintext(5 as unknown as string),
  ],
  [
    'the environment variable NOT_SET is not there; check `available` first',
    () => login({ password: PasswordSource.fromEnv('NOT_SET') }),
  ],
  [
    'the file ./not-there is not there; check `available` first',
    () => login({ password: PasswordSource.fromFile('./not-there') }),
  ],
  ['the password in plaintext is empty', password('')],
  [
    'the password in plaintext is longer than 128 KiB, more than `kubectl apply` can put into a Secret',
    password('x'.repeat(128 * 1024 + 1)),
  ],
  ['the password in plaintext ends with a newline, which no registry accepts: cut it', password('x\n')],
  [`the password in plaintext is not JSON: ${KEY_FILE}`, password('x', '_json_key')],
  [
    `the password in plaintext is not JSON in base64: ${KEY_FILE.replace('key ', 'key_base64 ')} in base64`,
    password('x', '_json_key_base64'),
  ],
  [`the password in plaintext is not a JSON object: ${KEY_FILE}`, password('[]', '_json_key')],
  [`the password in plaintext has no "type": "service_account": ${KEY_FILE}`, password('{}', '_json_key')],
  [
    `the password in plaintext lacks client_email, private_key, private_key_id, project_id: ${KEY_FILE}`,
    password('{}', '_json_key'),
  ],
  ['an object with `store` and `key` is wanted', () => PasswordSource.fromExternalSecret(undefined!)],
  [`"My Store" is no store name: ${DNS} 253 characters`, () => external({ store: 'My Store' })],
  ['"Vault" is neither SecretStore nor ClusterSecretStore', () => external({ storeKind: 'Vault' })],
  ['the name of an entry in the store is wanted', () => external({ key: '' })],
  ['the name of a property of the entry is wanted', () => external({ property: ' ' })],
  [
    '"1d" is no duration: hours, minutes and seconds are wanted, as in `30m` or `1h30m`, at most a year; `0` for once only',
    () => external({ refreshInterval: '1d' }),
  ],
  ['an object as `npm run seal` writes it is wanted', () => PasswordSource.fromSealed(undefined!)],
  ['"galaxy-wide" is none of strict, namespace-wide, cluster-wide', () => sealed({ scope: 'galaxy-wide' })],
  ['a ciphertext for each namespace is wanted', () => sealed({ encryptedData: undefined })],
  [`no ciphertext at all: ${AGAIN}`, () => sealed({ encryptedData: {} })],
  [
    `${HIDDEN} is no namespace name: lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters`,
    () => sealed({ encryptedData: { dckr_pat_Zq7mARk1xYbb: 'x' } }),
  ],
  ['a ciphertext in base64 is wanted', ciphertext(5)],
  [`not base64, or not all of it: ${AGAIN}`, ciphertext('AgB!')],
  [`not what the Sealed Secrets controller opens: ${AGAIN}`, ciphertext('ZGNrcl9wYXQ=')],
  [`cut off: ${AGAIN}`, ciphertext(plausibleCiphertext().slice(0, 300))],
  [
    'too short for a docker config with this login: the whole docker config is sealed, not the password alone',
    ciphertext(plausibleCiphertext(36)),
  ],
  [
    `sealed for the Secret name "other", not "push", ${SCOPE_STRICT} under no other: ${AGAIN}`,
    logins(login({ password: sealed({ secretName: 'other' }) })),
  ],
  [
    `sealed for the namespace lab, not for hub, ${SCOPE_STRICT} in no other: ${AGAIN}`,
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
  ['something is mounted at /push-secret already: put all logins into one PushSecret', () => mounted({ times: 2 })],
  [
    'it sets DOCKER_CONFIG itself: remove that',
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
  ['3 is no text', settings({ registryEndpoint: 3 })],
  ['missing: give `pushRepo` or `pushRepoPrefix`', settings({ pushRepo: undefined })],
  [
    'missing: the PrimeHub controller panics where only one of cpu and memory is there',
    buildJob({ resources: { requests: { cpu: '1' } } }),
  ],
  [
    '"30GiB" is no Kubernetes quantity, and the PrimeHub controller cannot parse it: `30Gi`',
    buildJob({ ephemeralStorage: '30GiB' }),
  ],
  [
    '"ten" is no Kubernetes quantity, and the PrimeHub controller cannot parse it: `500m`, `2Gi`',
    buildJob({ ephemeralStorage: 'ten' }),
  ],
  [
    '2 is more than the limit of 1500m: Kubernetes refuses the pod',
    buildJob({ resources: { requests: { cpu: '2', memory: '1Gi' }, limits: { cpu: '1500m', memory: '1Gi' } } }),
  ],
  [
    '1M is more than the limit of 1E-3: Kubernetes refuses the pod',
    buildJob({ resources: { requests: { cpu: '1', memory: '1M' }, limits: { cpu: '1', memory: '1E-3' } } }),
  ],
  ['CustomImageSettings are wanted: the `settings` of a registry', made(library.CustomImageConfigMap, {})],
];

const at = (...regions: string[]) => regions.map((region) => EcrAddress.of({ account, region }));
const OWN =
  'is not a variable that can be set here: known are AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL_STS, AWS_MAX_ATTEMPTS, AWS_RETRY_MODE, AWS_METADATA_SERVICE_TIMEOUT, AWS_METADATA_SERVICE_NUM_ATTEMPTS, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, AWS_EC2_METADATA_V1_DISABLED, AWS_SDK_UA_APP_ID, and those of proxies';
const HOUR = { ...AWS, life: { minutes: 60, inWords: '60 minutes', everyMinutes: 20, mostRunsAnHour: 6 } };

const REFRESHERS: Rows = [
  ['a Schedule is wanted: Schedule.cron(expression)', refresher({ schedule: '17 */4 * * *' })],
  ['4 is no schedule: like `17 */4 * * *`', () => Schedule.cron(4 as unknown as string)],
  ['a time zone has no place in it: the hours are UTC', () => Schedule.cron('TZ=Europe/Berlin 0 */4 * * *')],
  ['@hourly starts every cluster in the same minute: name a minute, like `17 * * * *`', () => Schedule.cron('@hourly')],
  [
    '"4h" is not the five fields of a schedule: minute, hour, day of the month, month, day of the week',
    () => Schedule.cron('4h'),
  ],
  ['"60 */4 * * *": the minute is not what a CronJob takes, 0 to 59', () => Schedule.cron('60 */4 * * *')],
  [
    '"* */8 * * *" does not name its minutes, and so asks AWS again and again: `17 */4 * * *` would be right',
    schedule('* */8 * * *'),
  ],
  [
    '"0/12 */4 * * *" asks AWS 5 times an hour, but a token lives 12 hours: `17 */4 * * *` would be right',
    schedule('0/12 */4 * * *'),
  ],
  [
    '"0 */4 * * 1-5" skips days by the day of the week, but a token lives 12 hours: `0 */4 * * *` would be right',
    schedule('0 */4 * * 1-5'),
  ],
  [
    '"0 */6 * * *" leaves a token\'s 12 hours without a second try, from one run to the next but one it takes up to 12 h: `0 */4 * * *` would be right',
    schedule('0 */6 * * *'),
  ],
  [
    '"0,30 * * * *" leaves a token\'s 60 minutes without a second try, from one run to the next but one it takes up to 1 h: `17-59/20 * * * *` would be right',
    () => validateScheduleFor(Schedule.cron('0,30 * * * *'), HOUR),
  ],
  ['a list is wanted', pod({ tolerations: {} })],
  [`"High" is no priority class name: ${DNS} 253 characters`, pod({ priorityClassName: 'High' })],
  [`"CA" is no ConfigMap name: ${DNS} 253 characters`, pod({ caConfigMap: 'CA' })],
  [`"SHELLOPTS" ${OWN}`, pod({ awsEnv: { SHELLOPTS: 'xtrace' } })],
  [`"AWS_PROFILE" ${OWN}`, pod({ awsEnv: { AWS_PROFILE: 'x' } })],
  [
    'AWS_CA_BUNDLE is what `caConfigMap` sets: leave one of them out',
    pod({ awsEnv: { AWS_CA_BUNDLE: '/x' }, caConfigMap: 'ca' }),
  ],
  [
    'HTTPS_PROXY holds a login, which would be committed: use an address without one',
    pod({ awsEnv: { HTTPS_PROXY: 'http://user:hunter2@proxy:3128' } }),
  ],
];

const OF_AWS: Rows = [
  ['"My Account" is no AWS account id: 12 digits', of({ account: 'My Account' })],
  [
    '123456789012 is no AWS account id: 12 digits; quote it, as a number it loses its leading zeros',
    of({ account: 123456789012 }),
  ],
  ['"eu west" is no region name: like `eu-west-1`', of({ region: 'eu west' })],
  ['"EU-WEST-1" is no region name: `eu-west-1` would be right', of({ region: 'EU-WEST-1' })],
  [
    '"eu-west-1a" is no region name: like `eu-west-1`; the region of that availability zone is `eu-west-1`',
    of({ region: 'eu-west-1a' }),
  ],
  ['"ipv6" is none of plain, fips, dual-stack, fips-dual-stack', of({ hostForm: 'ipv6' })],
  ['a list of PushTarget is wanted', of({ targets: 'x' })],
  ['without effect: no repository is among `targets`', of({ ensureRepositories: true })],
  [
    '"a__b" is no ECR repository name: lower-case letters and digits, separated by single ".", "_", "-" or "/"',
    of({ targets: [PushTarget.repository('a__b')] }),
  ],
  ['"a" is too short for ECR: 2 to 256 characters', of({ targets: [PushTarget.repository('a')] })],
  [
    '"quay.io" is no host of Amazon ECR: like `123456789012.dkr.ecr.eu-west-1.amazonaws.com`',
    () => EcrAddress.fromHost('quay.io'),
  ],
  [
    `"${account}.dkr.ecr.cn-north-1.amazonaws.com" has another partition's ending: for cn-north-1 it is \`${account}.dkr.ecr.cn-north-1.amazonaws.com.cn\``,
    () => EcrAddress.fromHost(`${account}.dkr.ecr.cn-north-1.amazonaws.com`),
  ],
  ['"x" is no ARN of an IAM role: like `arn:aws:iam::123456789012:role/ecr-push`', () => AwsIdentity.irsa('x')],
  ['at least one registry is wanted: an account and a region', refresher({ registries: [] })],
  ['an EcrAddress is wanted: EcrAddress.of({ account, region })', refresher({ registries: [null] })],
  ['account 123456789012 in eu-west-1 is named twice', refresher({ registries: [address, address] })],
  [
    'eu-west-1, cn-north-1 are in the partitions aws and aws-cn: no identity spans them, so each needs a refresher of its own',
    refresher({ registries: at('eu-west-1', 'cn-north-1') }),
  ],
  ['an AwsIdentity is wanted: AwsIdentity.irsa(roleArn), ...', refresher({ identity: 'x' })],
  [
    'arn:aws:iam::210987654321:role/ecr-push is of the partition aws, but cn-north-1 is in aws-cn',
    refresher({
      identity: AwsIdentity.irsa('arn:aws:iam::210987654321:role/ecr-push'),
      registries: at('cn-north-1'),
    }),
  ],
  [
    'the access keys are in the Secret keys, which is the one that is to be written',
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
    'without effect where no GoogleTokenRefresher is made: give an `identity` too',
    google({ target: PushTarget.repository('example-project/notebooks'), pod: {} }),
  ],
  [
    'beside `identity`, whose tokens are the login: leave one of the two out',
    google({ identity: GoogleIdentity.metadataServer() }),
  ],
  ['expected at least one RegistryAddress', googleRefresher({ registries: [] })],
  ['expected a RegistryAddress: RegistryAddress.of({ host })', googleRefresher({ registries: ['gcr.io'] })],
  ['gcr.io is named twice', googleRefresher({ registries: addresses('gcr.io', 'gcr.io') })],
  [
    'a list of PushTargets is wanted: PushTarget.repository(path)',
    () => RegistryAddress.of({ host: 'gcr.io', targets: 'x' as never }),
  ],
  ['expected a GoogleIdentity: GoogleIdentity.workloadIdentity(provider), ...', googleRefresher({ identity: 'push' })],
  [
    '"projects/x" is no path of a workload identity provider: `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>`, with the number of the project',
    () => GoogleIdentity.workloadIdentity('projects/x'),
  ],
  [
    '"push" is no e-mail address of a service account: like `push@example-project.iam.gserviceaccount.com`',
    () => GoogleIdentity.metadataServer('push'),
  ],
  [
    '.azurecr.io and .azurecr.cn are clouds of their own: each needs a refresher of its own',
    acrRefresher({ registries: addresses('example.azurecr.io', 'example.azurecr.cn') }),
  ],
  [
    'expected an AzureIdentity: AzureIdentity.workloadIdentity(tenantId, clientId)',
    acrRefresher({ identity: undefined }),
  ],
  ['gcr.io is no host of Azure Container Registry', acrRefresher({ registries: addresses('gcr.io') })],
  [
    "abc.azurecr.io is no login server of Azure Container Registry: `<registry>.azurecr.io`, where the registry's name is 5 to 50 letters and digits",
    acrRefresher({ registries: addresses('abc.azurecr.io') }),
  ],
  [`"example" is no id of a tenant: ${UUID_RULE}`, () => AzureIdentity.workloadIdentity('example', tenant)],
  [
    `"example" is no id of an application or a managed identity: ${UUID_RULE}`,
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

test('no error of the library is without its sentence here', () => {
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
