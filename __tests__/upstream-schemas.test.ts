import {
  ExternalSecret,
  IExternalSecret,
} from '@kubernetes-models/external-secrets/external-secrets.io/v1beta1/ExternalSecret';
import {
  IPrometheusRule,
  PrometheusRule,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { Chart, Testing } from 'cdk8s';
import { EcrTokenRefresher, PasswordSource, PushSecret } from '../lib';
import { Manifest, manifests } from './support/manifests';

// Our objects against schemas that are generated from the operators' own definitions. kubeseal itself reads our
// SealedSecrets, in the end-to-end tests.

function chart(): Chart {
  return new Chart(Testing.app(), 'chart', { namespace: 'hub', labels: { team: 'ml' } });
}

test('an ExternalSecret with two stores', () => {
  const scope = chart();
  const login = (host: string, store: string) => ({
    host,
    username: 'user',
    password: PasswordSource.fromExternalSecret({ store, key: 'key', property: 'token' }),
  });
  new PushSecret(scope, 'push', { secretName: 'push', logins: [login('docker.io', 'one'), login('gcr.io', 'two')] });
  const [object] = manifests<NonNullable<IExternalSecret['spec']>>(scope);
  // The schemas for this version of Node know v1beta1 alone; what we set is the same in v1.
  const asBeta = (spec: IExternalSecret['spec']) => new ExternalSecret({ metadata: object.metadata, spec }).validate();
  asBeta(object.spec);
  expect(() => asBeta({ ...object.spec, target: { deletionPolicy: 'Sometimes' as 'Retain' } })).toThrow('target');
});

test('a PrometheusRule', () => {
  const scope = chart();
  const registries = [{ account: '123456789012', region: 'eu-west-1' }];
  new EcrTokenRefresher(scope, 'ecr', { registries, alert: { labels: { release: 'prometheus' } } });
  const objects: Manifest<IPrometheusRule['spec']>[] = manifests(scope);
  const { metadata, spec } = objects.find(({ kind }) => kind === 'PrometheusRule')!;
  expect(spec.groups).toHaveLength(1);
  new PrometheusRule({ metadata, spec }).validate();
  expect(() => new PrometheusRule({ spec: { groups: [{} as { name: string }] } }).validate()).toThrow('name');
});
