import {
  ExternalSecret,
  IExternalSecret,
} from '@kubernetes-models/external-secrets/external-secrets.io/v1beta1/ExternalSecret';
import {
  IPrometheusRule,
  PrometheusRule,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ISealedSecret, SealedSecret } from '@kubernetes-models/sealed-secrets/bitnami.com/v1alpha1/SealedSecret';
import { Chart, Testing } from 'cdk8s';
import { createRequire } from 'module';
import { EcrAddress, EcrTokenRefresher, PasswordSource, PushSecret, RegistryLogin, SealingScope } from '../lib';
import { Manifest, manifests } from './support/manifests';
import { sealedPassword } from './support/sealed';

// Checks our objects against schemas that are generated from the operators' own definitions.

function chart(): Chart {
  return new Chart(Testing.app(), 'chart', { namespace: 'hub', labels: { team: 'ml' } });
}

test('an ExternalSecret with two stores', () => {
  const scope = chart();
  const login = (host: string, store: string) => {
    const password = PasswordSource.fromExternalSecret({ store, key: 'key', property: 'token' });
    return RegistryLogin.of({ host, username: 'user', password });
  };
  new PushSecret(scope, 'push', { secretName: 'push', logins: [login('docker.io', 'one'), login('gcr.io', 'two')] });
  const [object] = manifests<NonNullable<IExternalSecret['spec']>>(scope);
  // The schemas for this version of Node have only v1beta1. The fields that we set are the same in v1.
  const asBeta = (spec: IExternalSecret['spec']) => new ExternalSecret({ metadata: object.metadata, spec }).validate();
  asBeta(object.spec);
  expect(() => asBeta({ ...object.spec, target: { deletionPolicy: 'Sometimes' as 'Retain' } })).toThrow('target');
});

test.each(Object.values(SealingScope))('a SealedSecret with the scope %s', (sealingScope) => {
  // The package expects the schema of metadata in its own copy of the validator, but npm gives it two.
  const copy = createRequire(require.resolve('@kubernetes-models/sealed-secrets'))('@kubernetes-models/validate') as {
    register(id: string, schema: object): void;
  };
  copy.register('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', { type: 'object' });
  const scope = chart();
  const password = PasswordSource.fromSealed(sealedPassword({ scope: sealingScope }));
  const logins = [RegistryLogin.of({ host: 'docker.io', username: 'user', password })];
  new PushSecret(scope, 'push', { secretName: 'push', logins });
  const [object] = manifests<ISealedSecret['spec']>(scope);
  new SealedSecret(object).validate();
  const bad = { ...object, spec: { ...object.spec, encryptedData: [] } };
  expect(() => new SealedSecret(bad as ISealedSecret).validate()).toThrow('encryptedData');
});

test('a PrometheusRule', () => {
  const scope = chart();
  const registries = [EcrAddress.of({ account: '123456789012', region: 'eu-west-1' })];
  new EcrTokenRefresher(scope, 'ecr', { registries, alert: { labels: { release: 'prometheus' } } });
  const objects: Manifest<IPrometheusRule['spec']>[] = manifests(scope);
  const { metadata, spec } = objects.find(({ kind }) => kind === 'PrometheusRule')!;
  expect(spec.groups).toHaveLength(1);
  new PrometheusRule({ metadata, spec }).validate();
  expect(() => new PrometheusRule({ spec: { groups: [{} as { name: string }] } }).validate()).toThrow('name');
});
