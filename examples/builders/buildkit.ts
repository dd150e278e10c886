// A Job in which rootless BuildKit builds an image from a git repository and pushes it to Amazon ECR.
import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { AwsIdentity, EcrAddress, EcrRegistry, PushTarget } from 'primehub-image-registries';

const app = new App();
const chart = new Chart(app, 'buildkit', { namespace: 'builds' });
const registry = new EcrRegistry(chart, 'ecr', {
  address: EcrAddress.of({ account: '123456789012', region: 'eu-west-1' }),
  target: PushTarget.repository('team/service'),
  identity: AwsIdentity.irsa('arn:aws:iam::123456789012:role/ecr-push'),
});

// Rootless BuildKit creates namespaces. The default profiles of AppArmor and seccomp forbid that.
const job = new kplus.Job(chart, 'build', {
  metadata: { name: 'build-service' },
  podMetadata: { annotations: { 'container.apparmor.security.beta.kubernetes.io/buildkit': 'unconfined' } },
  backoffLimit: 1,
});
ApiObject.of(job).addJsonPatch(
  JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'Unconfined' }),
);

const buildkit = job.addContainer({
  name: 'buildkit',
  image: 'moby/buildkit:v0.26.2-rootless',
  command: ['buildctl-daemonless.sh'],
  args: [
    'build',
    '--frontend=dockerfile.v0',
    '--opt=context=https://git.example.com/team/service.git#main',
    `--output=type=image,name=${registry.host}/${registry.target.path}:v1,push=true`,
  ],
  envVariables: { BUILDKITD_FLAGS: kplus.EnvValue.fromValue('--oci-worker-no-process-sandbox') },
  securityContext: { user: 1000, group: 1000, readOnlyRootFilesystem: false, allowPrivilegeEscalation: true },
});
buildkit.mount('/home/user/.local/share/buildkit', kplus.Volume.fromEmptyDir(chart, 'state', 'state'));
// The pod waits for the Secret until the first token has been fetched.
registry.pushSecret.mount(buildkit);

app.synth();
