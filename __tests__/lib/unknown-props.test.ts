import { App, Chart } from 'cdk8s';
import * as library from '../../lib';
import { KNOWN_PROPS } from '../../lib/known-props';
import { nearest } from '../../lib/nearest';
import { errorsOf, invalidValue } from '../support/errors';

/** The library as plain JavaScript sees it. */
const js = library as unknown as Record<string, new (...args: unknown[]) => object>;
const { EcrAddress, PasswordSource, PushTarget, RegistryLogin, SealingScope } = library;
type Loose = Record<string, unknown>;

const target = PushTarget.repository('team/notebooks');
const address = EcrAddress.of({ account: '123456789012', region: 'eu-west-1' });
const password = PasswordSource.fromPlaintext('p');

const made = (className: string, props: Loose) => () =>
  new js[className](new Chart(new App(), 'chart', { namespace: 'hub' }), 'it', props);
const ecr = (props: Loose) => made('EcrRegistry', { address, target, ...props });
const refresher = (props: Loose) => made('EcrTokenRefresher', { registries: [address], ...props });
const docker = (props: Loose) => made('DockerHubRegistry', { target, username: 'u', password, ...props });

test.each<[string, () => unknown]>([
  ['roleArn', ecr({ roleArn: 'arn:aws:iam::123456789012:role/x' })],
  ['insecureSkipVerfiy', ecr({ insecureSkipVerfiy: true })],
  ['images.awscli', ecr({ images: { awscli: 'mirror.example.com/aws-cli:2' } })],
  ['pod.nodeSelecter', refresher({ pod: { nodeSelecter: {} } })],
  ['pod.tolerations[0].efect', refresher({ pod: { tolerations: [{ operator: 'Exists', efect: 'NoSchedule' }] } })],
  ['alert.label', refresher({ alert: { label: {} } })],
  ['schedul', refresher({ schedul: 1 })],
  [
    'buildJob.resources.limits.memroy',
    docker({ buildJob: { resources: { limits: { cpu: '1', memory: '1Gi', memroy: '' } } } }),
  ],
  ['usrname', docker({ usrname: 'u' })],
  ['plainHttp', made('GcrRegistry', { target, username: '_json_key', password, plainHttp: true })],
])('%s is unknown, and named once', (path, make) => {
  expect(errorsOf(make).filter((error) => !error.endsWith('malformed'))).toEqual([`${path} unknown`]);
});

test.each<[string, () => unknown]>([
  ['hostform', () => EcrAddress.of({ account: '123456789012', region: 'eu-west-1', hostform: 'fips' } as never)],
  ['user', () => RegistryLogin.of({ host: 'quay.io', username: 'u', password, user: 'u' } as never)],
  [
    'source.refreshIntervall',
    () => PasswordSource.fromExternalSecret({ store: 's', key: 'k', refreshIntervall: '1h' } as never),
  ],
])('%s is unknown to a factory', (path, make) => {
  expect(errorsOf(make)).toEqual([`${path} unknown`]);
});

test('a sealed password', () => {
  const sealed = { scope: SealingScope.STRICT, scop: 'strict' };
  expect(errorsOf(() => PasswordSource.fromSealed(sealed as never))).toContain('value.scop unknown');
});

/** The interfaces that others extend: nothing takes them as they are. */
const BASES = [
  ...['CurlTokenRefresherOptions', 'EcrTokenRefresherOptions', 'LoginRegistryProps', 'RegistryProps'],
  ...['TokenRefresherOptions', 'TokenRefresherPod', 'TokenRefresherProps'],
];

/** Gives props to what takes them. */
function give(type: string, props: Loose): void {
  const name = type.replace(/Props$/, '');
  const { of } = (js[name] ?? {}) as { of?: (props: Loose) => void };
  if (type === 'ExternalSecretSource') PasswordSource.fromExternalSecret(props as never);
  else if (type === 'SealedPassword') PasswordSource.fromSealed(props as never);
  else if (name === 'CustomImageSettings') new js[name](props);
  else if (of !== undefined) of(props);
  else made(name, props)();
}

/** The paths of an interface at which there are props, and the interfaces that stand there. */
function places(type: string): [path: string[], type: string][] {
  const inner = Object.entries(KNOWN_PROPS[type]).filter(([, of]) => of !== '');
  const below = inner.flatMap(([prop, of]) =>
    places(of).map(([path, at]): [string[], string] => [[prop, ...path], at]),
  );
  return [[[], type], ...below];
}

const taken = Object.keys(KNOWN_PROPS).filter((type) => /Props$|^ExternalSecretSource$|^SealedPassword$/.test(type));
const entries = taken.filter((type) => !BASES.includes(type) && type !== 'TokenRefreshAlertProps');

test.each(entries.flatMap((type) => places(type).map(([path]): [string, string[]] => [type, path])))(
  'an unknown prop in %s at %j is an error',
  (type, path) => {
    const props = path.reduceRight<Loose>((inside, prop) => ({ [prop]: inside }), { zebra: 1 });
    const root = { ExternalSecretSource: ['source'], SealedPassword: ['value'] }[type] ?? [];
    expect(errorsOf(() => give(type, props))).toContain(`${[...root, ...path, 'zebra'].join('.')} unknown`);
  },
);

test('no interface is left out of that', () => {
  const reached = new Set(entries.flatMap((type) => places(type).map(([, at]) => at)));
  expect(Object.keys(KNOWN_PROPS).filter((type) => !reached.has(type))).toEqual(BASES);
});

test('the message names the prop that was probably meant, or all props', () => {
  const { message } = invalidValue(ecr({ images: { awscli: 'a:1' }, roleArn: 'x' }));
  expect(message).toContain('- images.awscli: unknown prop; did you mean `awsCli`?');
  expect(message).toContain('- roleArn: unknown prop; expected one of address, admissionPolicy, alert, buildJob, ');
});

test('a name that may be a credential is not shown', () => {
  for (const secret of ['dckr_pat_abcdefghijklmnopqrstuvwxyz', 'my keys']) {
    const error = invalidValue(docker({ [secret]: true }));
    expect(error.message).toContain(
      'one prop is unknown (its name is not shown, as it may contain a credential); expected one of buildJob, ',
    );
    expect(error.message + JSON.stringify(error.errors)).not.toContain(secret);
  }
});

test.each([
  ['pasword', 'password'],
  ['SecretName', 'secretName'],
  ['pasword', 'registryPassword'],
  ['cpu', 'CPU'],
  ['gpu', undefined],
  ['entirely', undefined],
])('%s is near %s', (name, meant) => {
  expect(nearest(name, [...(meant === undefined ? [] : [meant]), 'cup', 'tag'])).toBe(meant);
});
