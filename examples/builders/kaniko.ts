// A Job in which kaniko builds an image from a git repository and pushes it to Harbor. The password stays in Vault.
import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { ContainerRegistry, PasswordSource, PushTarget } from 'primehub-image-registries';

const app = new App();
const chart = new Chart(app, 'kaniko', { namespace: 'builds' });
const registry = new ContainerRegistry(chart, 'harbor', {
  host: 'harbor.example.com:8443',
  target: PushTarget.repository('team/service'),
  username: 'robot$builder',
  password: PasswordSource.fromExternalSecret({ store: 'vault', key: 'ci/harbor' }),
});

const job = new kplus.Job(chart, 'build', { metadata: { name: 'build-service' }, backoffLimit: 1 });
const kaniko = job.addContainer({
  name: 'kaniko',
  // Google's git repository of kaniko is archived. The image of a fork works too; pin it by digest.
  image: 'gcr.io/kaniko-project/executor:v1.24.0',
  args: [
    '--context=git://git.example.com/team/service.git#refs/heads/main',
    `--destination=${registry.host}/${registry.target.path}:v1`,
  ],
  // kaniko runs as root and unpacks base images over its own file system.
  securityContext: { user: 0, ensureNonRoot: false, readOnlyRootFilesystem: false },
});
registry.pushSecret.mount(kaniko);

app.synth();
