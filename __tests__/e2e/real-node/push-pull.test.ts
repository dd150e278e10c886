import { readFileSync } from 'node:fs';
import type { Aws } from '../support/aws';
import { issueCertificate } from '../support/certificates';
import { hostOf } from '../support/cloud-rows';
import { type Installed, installed, type PushSecret, synthesize } from '../support/ecr';
import { NODE_ADDRESS } from '../support/node-configuration';
import { NodePods, type RealPod, statusOf } from '../support/node-pods';
import { RealNode } from '../support/real-node';
import { removeFolder, temporaryFolder } from '../support/process';
import { LoopbackRegistry, type User } from '../support/registry';
import { AWS, AWS_ENV, SECRET, startAws } from './clouds';

jest.setTimeout(600_000);

const NAMESPACE = 'hub';
const registryHost = hostOf(AWS);
const VALUES = JSON.stringify({
  targetNamespace: NAMESPACE,
  aws: { account: '123456789012', region: 'eu-west-1', pod: { awsEnv: AWS_ENV } },
  customImage: { registryEndpoint: `https://${registryHost}`, pushRepo: AWS.pushRepo, pushSecretName: SECRET },
});
/** The chart's settings for PrimeHub's build pods. */
const BUILDER = 'docker.io/infuseai/buildah:v1.39.3';

describe('pushing to ECR and pulling from it on a real node', () => {
  const folder = temporaryFolder('push-pull');
  const tls = issueCertificate(folder, [registryHost]);
  let node: RealNode;
  let aws: Aws;
  let registry: LoopbackRegistry;
  let refresher: Installed;
  let pods: NodePods;

  /** The registry accepts only the cloud's newest token. */
  const newestLogin = (): User => ({ username: AWS.username, password: aws.issued.at(-1)?.password ?? '' });

  beforeAll(async () => {
    const site = {
      hosts: [registryHost],
      get users(): User[] {
        return [newestLogin()];
      },
    };
    registry = await LoopbackRegistry.start({ sites: [site], tls });
    node = await RealNode.start({ hosts: [registryHost], caFile: tls.caFile });
    await node.expose(NODE_ADDRESS, 443, registry.port);
    aws = await startAws(node);
    pods = new NodePods(node.plane, NAMESPACE);

    const dist = await synthesize(VALUES);
    // PrimeHub's own builds run privileged
    await node.plane.createNamespace(NAMESPACE, 'privileged');
    await node.plane.kubectl(['apply', '-f', dist.folder]);
    refresher = installed(dist);
    await pods.complete(refresher.firstJob);
    await create('ConfigMap', 'registry-ca', { data: { 'ca.crt': readFileSync(tls.caFile, 'utf8') } });
  });

  afterAll(async () => {
    await node?.stop();
    await Promise.all([aws?.stop(), registry?.stop()]);
    removeFolder(folder);
  });

  const create = (kind: string, name: string, more: object): Promise<string> =>
    node.plane.kubectl(['create', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind, metadata: { name, namespace: NAMESPACE }, ...more }),
    });

  const copyOfSecret = async (name: string, host: string): Promise<void> => {
    const secret = await node.plane.find<PushSecret>('secret', SECRET, NAMESPACE);
    const text = Buffer.from(secret?.data['.dockerconfigjson'] ?? '', 'base64').toString('utf8');
    const data = { '.dockerconfigjson': Buffer.from(text.replace(registryHost, host)).toString('base64') };
    await create('Secret', name, { type: 'kubernetes.io/dockerconfigjson', data });
  };

  /** PrimeHub's build pod: it mounts the push Secret as a volume, and reads it when it pushes. */
  const build = (name: string, beforePush = ''): Promise<string> => {
    const target = `${registryHost}/notebooks:${name}`;
    const script = [
      'cp /bin/busybox /busybox; cd /',
      `printf 'FROM scratch\\nCOPY busybox /bin/busybox\\nENTRYPOINT ["/bin/busybox"]\\n' >Dockerfile`,
      `buildah --storage-driver overlay bud -f Dockerfile -t ${target} .`,
      beforePush,
      `buildah --storage-driver overlay --authfile /push-secret/.dockerconfigjson push --format docker ${target}`,
    ];
    return create('Pod', name, {
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'build-and-push',
            image: BUILDER,
            command: ['/bin/sh', '-ec', script.join('\n')],
            securityContext: { privileged: true },
            resources: { requests: { cpu: '500m', memory: '100Mi' }, limits: { cpu: '2000m', memory: '1500Mi' } },
            volumeMounts: [
              { name: 'storage', mountPath: '/var/lib/containers' },
              { name: 'push-secret', mountPath: '/push-secret', readOnly: true },
              { name: 'ca', mountPath: `/etc/containers/certs.d/${registryHost}` },
            ],
          },
        ],
        volumes: [
          { name: 'storage', emptyDir: { sizeLimit: '30Gi' } },
          { name: 'push-secret', secret: { secretName: SECRET } },
          { name: 'ca', configMap: { name: 'registry-ca' } },
        ],
      },
    });
  };

  const ended = async (name: string): Promise<void> => {
    const { status } = await pods.waitForPod(`${name} ends`, (pod) => isNamed(name)(pod) && hasEnded(pod));
    if (status.phase !== 'Succeeded') throw new Error(await pods.logs(name));
  };

  it("PrimeHub's build pod pushes with the Secret, also with a token that arrived while it ran", async () => {
    await build('at-once');
    await build(
      'waits',
      'cp /push-secret/.dockerconfigjson old; while cmp -s old /push-secret/.dockerconfigjson; do sleep 0.2; done',
    );
    await ended('at-once');
    await copyOfSecret('stale', registryHost);

    await pods.waitForPod('waits for a token', (pod) => isNamed('waits')(pod) && pod.status.phase === 'Running');
    await node.plane.kubectl(['create', 'job', '-n', NAMESPACE, `--from=cronjob/${refresher.name}`, 'refresh']);
    await pods.complete('refresh');
    await ended('waits');

    const push = (reference: string): object => ({
      host: registryHost,
      username: newestLogin().username,
      repository: 'notebooks',
      reference,
    });
    expect(registry.pushes).toEqual([push('at-once'), push('waits')]);
  });

  it("the kubelet pulls with the Secret, but not without it, with an old token, or with another host's", async () => {
    await copyOfSecret('other', `other-${registryHost}`);
    const pull = (name: string, imagePullSecrets: object[]): Promise<string> =>
      create('Pod', name, {
        spec: {
          restartPolicy: 'Never',
          imagePullSecrets,
          containers: [{ name: 'main', image: `${registryHost}/notebooks:waits`, args: ['echo', 'pulled'] }],
        },
      });
    const refused = async (name: string): Promise<string> => {
      const isRefused = (pod: RealPod): boolean => statusOf(pod, 'main')?.state.waiting?.reason === 'ErrImagePull';
      const pod = await pods.waitForPod(`${name} is refused`, (one) => isNamed(name)(one) && isRefused(one));
      return statusOf(pod, 'main')?.state.waiting?.message ?? '';
    };
    await pull('without', []);
    await pull('stale-login', [{ name: 'stale' }]);
    await pull('other-host', [{ name: 'other' }]);
    expect(await refused('without')).toContain('401 Unauthorized');
    expect(await refused('stale-login')).toContain('401 Unauthorized');
    expect(await refused('other-host')).toContain('401 Unauthorized');

    await pull('with-login', [{ name: SECRET }]);
    await ended('with-login');
    expect(await pods.logs('with-login')).toContain('pulled');
  });
});

function isNamed(name: string): (pod: RealPod) => boolean {
  return (pod) => pod.metadata.name === name;
}

function hasEnded({ status }: RealPod): boolean {
  return ['Succeeded', 'Failed'].includes(status.phase);
}
