// The same as app.ts in plain JavaScript, as a module.
import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  AwsIdentity,
  ContainerRegistry,
  CustomImageConfigMap,
  EcrRegistry,
  GcrRegistry,
  PasswordSource,
  PushSecret,
  PushTarget,
  SecretStoreKind,
} from 'primehub-image-registries';

const app = new App();
const chart = new Chart(app, 'registries', { namespace: 'hub', labels: { team: 'ml' } });

const ecr = new EcrRegistry(chart, 'ecr', {
  account: '123456789012',
  region: 'eu-west-1',
  target: PushTarget.repository('ml/notebooks'),
  identity: AwsIdentity.irsa('arn:aws:iam::123456789012:role/ecr-push'),
  ensureRepository: true,
  pod: { nodeSelector: { pool: 'build' } },
  alert: {},
});
ApiObject.of(ecr.tokenRefresher.firstJob).addJsonPatch(JsonPatch.replace('/spec/backoffLimit', 2));

const gcr = new GcrRegistry(chart, 'gcr', {
  target: PushTarget.repository('example-project/notebooks'),
  username: 'oauth2accesstoken',
  password: PasswordSource.fromExternalSecret({
    store: 'vault',
    storeKind: SecretStoreKind.CLUSTER_SECRET_STORE,
    key: 'gcr',
  }),
});

const shared = new PushSecret(chart, 'shared', {
  secretName: 'shared-push-secret',
  logins: [
    { host: 'harbor.example.com:8443', username: 'robot$ci', password: PasswordSource.fromPlaintext('only in tests') },
    { host: 'docker.io', username: 'primehubci', password: PasswordSource.fromEnv('DOCKERHUB_TOKEN') },
  ],
});
const harbor = new ContainerRegistry(chart, 'harbor', {
  host: 'harbor.example.com:8443',
  target: PushTarget.prefix('ml'),
  pushSecret: shared,
});

for (const registry of [ecr, gcr, harbor]) {
  new CustomImageConfigMap(chart, `${registry.node.id}-settings`, {
    settings: registry.settings,
    configMapName: `${registry.node.id}-custom-image`,
  });
}
const deployment = new kplus.Deployment(chart, 'mirror', {
  metadata: { name: 'mirror' },
  containers: [{ image: 'registry.example.com/mirror:1' }],
});
deployment.containers[0].mount('/push-secret', kplus.Volume.fromSecret(chart, 'push', shared.secret));

console.log(app.synthYaml());
