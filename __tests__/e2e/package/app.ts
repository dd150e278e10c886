import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  AwsIdentity,
  ContainerRegistry,
  CustomImageConfigMap,
  EcrAddress,
  EcrRegistry,
  GcrRegistry,
  type IRegistry,
  PasswordSource,
  PushSecret,
  PushTarget,
  RegistryLogin,
  SecretStoreKind,
} from 'primehub-image-registries';

// Every kind of registry and password source, in TypeScript, as a user of the package writes it.
const app = new App();
const labels = { team: 'ml' };
const chart = new Chart(app, 'registries', { namespace: 'hub', labels });

const ecr = new EcrRegistry(chart, 'ecr', {
  address: EcrAddress.of({ account: '123456789012', region: 'eu-west-1' }),
  target: PushTarget.repository('ml/notebooks'),
  identity: AwsIdentity.irsa('arn:aws:iam::123456789012:role/ecr-push'),
  ensureRepository: true,
  pod: { nodeSelector: { pool: 'build' } },
  alert: {},
});
ApiObject.of(ecr.tokenRefresher!.firstJob).addJsonPatch(JsonPatch.replace('/spec/backoffLimit', 2));

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
    RegistryLogin.of({
      host: 'harbor.example.com:8443',
      username: 'robot$ci',
      password: PasswordSource.fromPlaintext('only in tests'),
    }),
    RegistryLogin.of({
      host: 'docker.io',
      username: 'primehubci',
      password: PasswordSource.fromEnv('DOCKERHUB_TOKEN'),
    }),
  ],
});
const harbor = new ContainerRegistry(chart, 'harbor', {
  host: 'harbor.example.com:8443',
  target: PushTarget.prefix('ml'),
  pushSecret: shared,
});

const registries: IRegistry[] = [ecr, gcr, harbor];
for (const registry of registries) {
  new CustomImageConfigMap(chart, `${registry.node.id}-settings`, {
    settings: registry.settings,
    configMapName: `${registry.node.id}-custom-image`,
  });
}
const deployment = new kplus.Deployment(chart, 'mirror', {
  metadata: { name: 'mirror' },
  containers: [{ image: 'registry.example.com/mirror:1' }],
});
shared.mount(deployment.containers[0]);

console.log(app.synthYaml());
