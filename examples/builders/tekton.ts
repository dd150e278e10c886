// A Tekton Task that builds with buildah and pushes to Docker Hub. Tekton writes the service account's Secret to
// ~/.docker/config.json for each step, so nothing has to be mounted. The Secret exists already.
import { ApiObject, App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { DockerHubRegistry, PushSecret, PushTarget } from 'primehub-image-registries';

const app = new App();
const chart = new Chart(app, 'tekton', { namespace: 'builds' });
const { host, target, pushSecretName } = new DockerHubRegistry(chart, 'docker-hub', {
  target: PushTarget.repository('exampleteam/service'),
  pushSecret: PushSecret.fromSecretName(chart, 'push-secret', 'docker-hub-push-secret'),
});

new k8s.KubeServiceAccount(chart, 'service-account', {
  metadata: { name: 'builder' },
  secrets: [{ name: pushSecretName }],
});
const task = new ApiObject(chart, 'task', {
  apiVersion: 'tekton.dev/v1',
  kind: 'Task',
  metadata: { name: 'build-and-push' },
  spec: {
    workspaces: [{ name: 'source' }],
    steps: [
      {
        name: 'build-and-push',
        image: 'quay.io/buildah/stable:v1.41.5',
        workingDir: '$(workspaces.source.path)',
        script: `set -e
image=${host}/${target.path}:$(context.taskRun.name)
buildah --storage-driver=vfs build --isolation=chroot --tag "$image" .
buildah --storage-driver=vfs push "$image"
`,
        securityContext: { capabilities: { add: ['SETFCAP'] } },
      },
    ],
  },
});
new ApiObject(chart, 'run', {
  apiVersion: 'tekton.dev/v1',
  kind: 'TaskRun',
  metadata: { name: 'build-and-push' },
  spec: {
    serviceAccountName: 'builder',
    taskRef: { name: task.name },
    workspaces: [{ name: 'source', persistentVolumeClaim: { claimName: 'source' } }],
  },
});

app.synth();
