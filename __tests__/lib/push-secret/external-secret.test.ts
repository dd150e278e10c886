import * as fs from 'fs';
import * as path from 'path';
import { Chart, Testing } from 'cdk8s';
import {
  ExternalSecretSource,
  PasswordSource,
  PushSecret,
  RegistryLogin,
  RegistryLoginProps,
  SecretStoreKind,
} from '../../../lib';
import { ExternalSecretSpec } from '../../../imports/external-secrets.io';
import { dockerConfigTemplate, validateExternalSecret } from '../../../lib/push-secret/external-secret';
import { plaintextOf } from '../../../lib/push-secret/password-source';
import { errorsOf, inShort } from '../../support/errors';
import { Manifest, manifests } from '../../support/manifests';
import { REPOSITORY } from '../../support/run-app';

const SOURCE: ExternalSecretSource = { store: 'vault', key: 'ci/dockerhub', property: 'token' };

function chart(): Chart {
  return new Chart(Testing.app(), 'chart', {
    namespace: 'hub',
    labels: { 'app.kubernetes.io/instance': 'tracked-by-argo' },
  });
}

function externalSecrets(logins: Partial<RegistryLoginProps>[], namespaces?: string[]): Manifest<ExternalSecretSpec>[] {
  const scope = chart();
  const defaults = { host: 'docker.io', username: 'user', password: PasswordSource.fromExternalSecret(SOURCE) };
  new PushSecret(scope, 'push', {
    secretName: 'push',
    namespaces,
    logins: logins.map((login) => RegistryLogin.of({ ...defaults, ...login })),
  });
  return manifests(scope);
}

test('one ExternalSecret for each namespace, with every default written out', () => {
  const objects = externalSecrets([{}], ['hub', 'lab']);
  expect(objects.map(({ metadata }) => metadata.namespace)).toEqual(['hub', 'lab']);
  expect(objects[0]).toMatchInlineSnapshot(`
{
  "apiVersion": "external-secrets.io/v1",
  "kind": "ExternalSecret",
  "metadata": {
    "labels": {
      "app.kubernetes.io/instance": "tracked-by-argo",
    },
    "name": "push",
    "namespace": "hub",
  },
  "spec": {
    "data": [
      {
        "remoteRef": {
          "conversionStrategy": "Default",
          "decodingStrategy": "None",
          "key": "ci/dockerhub",
          "metadataPolicy": "None",
          "property": "token",
        },
        "secretKey": "password",
      },
    ],
    "refreshInterval": "1h0m0s",
    "secretStoreRef": {
      "kind": "SecretStore",
      "name": "vault",
    },
    "target": {
      "creationPolicy": "Owner",
      "deletionPolicy": "Retain",
      "name": "push",
      "template": {
        "data": {
          ".dockerconfigjson": "{"auths":{"https://index.docker.io/v1/":{"auth":"{{ printf "%s:%s" "user" (.password | trimSuffix "\\n" | trimSuffix "\\r") | b64enc }}"}}}",
        },
        "engineVersion": "v2",
        "mergePolicy": "Replace",
        "type": "kubernetes.io/dockerconfigjson",
      },
    },
  },
}
`);
});

test('several logins make one ExternalSecret, and a different store is named beside its value', () => {
  const [object, ...others] = externalSecrets([
    {},
    {
      host: 'gcr.io',
      username: '_json_key',
      password: PasswordSource.fromExternalSecret({
        store: 'google',
        storeKind: SecretStoreKind.CLUSTER_SECRET_STORE,
        key: 'push-key',
        refreshInterval: '30m',
      }),
    },
  ]);
  expect(others).toEqual([]);
  expect(object.spec.refreshInterval).toBe('30m0s');
  expect(object.spec.secretStoreRef).toEqual({ name: 'vault', kind: 'SecretStore' });
  expect(object.spec.data?.map((value) => [value.secretKey, value.remoteRef.key, value.sourceRef])).toEqual([
    ['password', 'ci/dockerhub', undefined],
    ['password2', 'push-key', { storeRef: { name: 'google', kind: 'ClusterSecretStore' } }],
  ]);
  expect(object.spec.target?.template?.data?.['.dockerconfigjson']).toContain(
    '"gcr.io":{"auth":"{{ printf "%s:%s" "_json_key" (.password2 | trimSuffix',
  );
});

test('template syntax in a user name stays text', () => {
  const template = dockerConfigTemplate([{ host: 'harbor.example.com:8443', username: 'robot$"}}{{ .x }}\\%s' }]);
  expect(template).toContain('printf "%s:%s" "robot$\\"}}{{ .x }}\\\\%s" (');
});

test('a source is available, and its members cannot be read back', () => {
  const source = PasswordSource.fromExternalSecret(SOURCE);
  expect(source.available).toBe(true);
  expect(source.isPlaintext).toBe(false);
  expect(plaintextOf(source)).toBeUndefined();
});

test.each<[string, object, string]>([
  ['a store name that Kubernetes refuses', { store: 'My Store' }, 'store malformed'],
  ['an unknown kind of store', { storeKind: 'Vault' }, 'storeKind not-allowed'],
  ['no key', { key: '' }, 'key missing'],
  ['an empty property', { property: ' ' }, 'property missing'],
  ['days', { refreshInterval: '1d' }, 'refreshInterval malformed'],
])('%s is an error', (_, change, error) => {
  const source = { ...SOURCE, ...change };
  expect(inShort(validateExternalSecret(source))).toEqual([error]);
  expect(errorsOf(() => PasswordSource.fromExternalSecret(source))).toEqual([`source.${error}`]);
});

test('a missing source is an error too', () => {
  const make = () => PasswordSource.fromExternalSecret(undefined as unknown as ExternalSecretSource);
  expect(errorsOf(make)).toEqual(['source wrong-type']);
});

test('two refresh intervals in one Secret are an error', () => {
  const every = (refreshInterval: string) => PasswordSource.fromExternalSecret({ ...SOURCE, refreshInterval });
  const make = () => externalSecrets([{ password: every('1h') }, { host: 'gcr.io', password: every('2h') }]);
  expect(errorsOf(make)).toEqual(['logins conflict']);
});

test('the ExternalSecret with a generator in docs/registries/google.md has the same template', () => {
  const page = fs.readFileSync(path.join(REPOSITORY, 'docs/registries/google.md'), 'utf8');
  expect(page).toContain(
    dockerConfigTemplate([{ host: 'europe-west1-docker.pkg.dev', username: 'oauth2accesstoken' }]),
  );
});
