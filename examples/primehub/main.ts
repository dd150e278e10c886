// Three PrimeHubs. One pushes to ECR; two share a Secret with the logins to Harbor and to Docker Hub.
import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  AwsIdentity,
  ContainerRegistry,
  DockerHubRegistry,
  EcrAddress,
  EcrRegistry,
  EcrTokenRefresher,
  PasswordSource,
  PushSecret,
  PushTarget,
  RegistryLogin,
  SecretStoreKind,
} from 'primehub-image-registries';
import { PrimeHub } from './primehub';

const app = new App();
// The labels reach all objects and the refresher's pods, but not the Secret that it writes. No tool may prune that one.
const labels = { 'app.kubernetes.io/part-of': 'primehub' };

// The token refresher is in another chart than the settings, so synth writes it to another file.
const target = PushTarget.prefix('notebooks');
const address = EcrAddress.of({ account: '123456789012', region: 'eu-west-1', targets: [target] });
const tokens = new Chart(app, 'ecr-token', { namespace: 'hub', labels });
const ecrToken = new EcrTokenRefresher(tokens, 'ecr', {
  registries: [address],
  identity: AwsIdentity.irsa('arn:aws:iam::123456789012:role/primehub-ecr-push'),
});
// A patch changes what has no prop. The name of the first Job follows the patch.
const sandboxed = (template: string) => JsonPatch.add(`${template}/spec/runtimeClassName`, 'gvisor');
ApiObject.of(ecrToken.cronJob).addJsonPatch(sandboxed('/spec/jobTemplate/spec/template'));
ApiObject.of(ecrToken.firstJob).addJsonPatch(sandboxed('/spec/template'));

const hub = new Chart(app, 'hub', { namespace: 'hub', labels });
new PrimeHub(hub, 'primehub', {
  registry: new EcrRegistry(hub, 'ecr', { address, target, pushSecret: ecrToken }),
});

// One Secret with two logins for two registries. The passwords stay in Vault.
const labs = new Chart(app, 'labs', { namespace: 'labs', labels });
const inVault = (key: string) =>
  PasswordSource.fromExternalSecret({ store: 'vault', storeKind: SecretStoreKind.CLUSTER_SECRET_STORE, key });
const pushSecret = new PushSecret(labs, 'push-secret', {
  secretName: 'labs-push-secret',
  logins: [
    RegistryLogin.of({
      host: 'harbor.example.com:8443',
      username: 'robot$primehub',
      password: inVault('primehub/harbor'),
    }),
    RegistryLogin.of({ host: 'docker.io', username: 'primehublabs', password: inVault('primehub/docker-hub') }),
  ],
});
new PrimeHub(labs, 'vision', {
  registry: new ContainerRegistry(labs, 'harbor', {
    host: 'harbor.example.com:8443',
    target: PushTarget.prefix('vision'),
    pushSecret,
  }),
});
new PrimeHub(labs, 'speech', {
  registry: new DockerHubRegistry(labs, 'docker-hub', {
    target: PushTarget.repository('primehublabs/speech'),
    pushSecret,
  }),
});

app.synth();
