import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  AwsIdentity,
  ContainerRegistry,
  CustomImageConfigMap,
  EcrAddress,
  EcrRegistry,
  GcrRegistry,
  PasswordSource,
  PushSecret,
  PushTarget,
  RegistryLogin,
  SecretStoreKind,
} from 'primehub-image-registries';

// The same program as app.py: both print the same bytes.
const app = new App();
const chart = new Chart(app, 'registries', { namespace: 'hub', labels: { team: 'ml', stage: 'test' } });

const ecr = new EcrRegistry(chart, 'ecr', {
  address: EcrAddress.of({ account: '123456789012', region: 'eu-west-1' }),
  target: PushTarget.prefix('ml'),
  identity: AwsIdentity.irsa('arn:aws:iam::123456789012:role/ecr-push'),
  pod: {
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'builds', effect: 'NoSchedule' }],
    awsEnv: { NO_PROXY: '.example.com', HTTPS_PROXY: 'http://proxy.example.com:3128' },
  },
  alert: { labels: { release: 'prometheus' } },
  buildJob: {
    resources: { requests: { memory: '1Gi', cpu: '500m' }, limits: { memory: '2Gi', cpu: '1' } },
    image: { tag: 'v1.39.3', repository: 'infuseai/buildah' },
    ephemeralStorage: '60Gi',
  },
});
ApiObject.of(ecr.tokenRefresher!.cronJob).addJsonPatch(JsonPatch.replace('/spec/failedJobsHistoryLimit', 3));
ApiObject.of(ecr.tokenRefresher!.firstJob).addJsonPatch(JsonPatch.replace('/spec/backoffLimit', 2));

const shared = new PushSecret(chart, 'shared', {
  secretName: 'shared-push-secret',
  logins: [
    RegistryLogin.of({
      host: 'harbor.example.com:8443',
      username: 'robot$ci',
      password: PasswordSource.fromExternalSecret({ store: 'vault', key: 'ci/harbor', property: 'password' }),
    }),
    RegistryLogin.of({
      host: 'gcr.io',
      username: '_json_key',
      password: PasswordSource.fromExternalSecret({
        store: 'cloud',
        storeKind: SecretStoreKind.CLUSTER_SECRET_STORE,
        key: 'gcr',
      }),
    }),
  ],
});
const harbor = new ContainerRegistry(chart, 'harbor', {
  host: 'harbor.example.com:8443',
  target: PushTarget.prefix('ml'),
  pushSecret: shared,
});
const gcr = new GcrRegistry(chart, 'gcr', {
  target: PushTarget.repository('example-project/notebooks'),
  pushSecret: shared,
});
for (const registry of [ecr, harbor, gcr]) {
  new CustomImageConfigMap(chart, `${registry.node.id}-settings`, {
    settings: registry.settings,
    configMapName: `${registry.node.id}-custom-image`,
  });
}
const deployment = new kplus.Deployment(chart, 'builder', {
  metadata: { name: 'builder' },
  containers: [{ image: 'registry.example.com/builder:1' }],
});
shared.mount(deployment.containers[0]);
console.log(app.synthYaml());

try {
  new ContainerRegistry(chart, 'wrong', { host: 'Quay.io', target: PushTarget.prefix('ml'), username: 'ci' });
} catch (error) {
  console.log((error as Error).message);
}
