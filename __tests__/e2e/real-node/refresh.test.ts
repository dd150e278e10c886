import { readFileSync, statSync } from 'node:fs';
import { dockerConfig, type Installed, installed, type PushSecret, synthesize } from '../support/ecr';
import { bytes } from '../support/pod';
import { isRunning, NodePods, type RealPod, statusOf } from '../support/node-pods';
import { RealNode } from '../support/real-node';
import { waitFor } from '../support/process';
import { clouds, type CloudStandIn, SECRET } from './clouds';

jest.setTimeout(120_000);

describe.each(clouds)("$title's token refresher on a real node", ({ registryHost, hosts, startStandIn }) => {
  let node: RealNode;
  let cloud: CloudStandIn;

  beforeAll(async () => {
    node = await RealNode.start({ hosts });
    cloud = await startStandIn(node);
  });

  afterAll(async () => {
    await node?.stop();
    await cloud?.stop();
  });

  const apply = async (namespace: string, values: string): Promise<Installed> => {
    const dist = await synthesize(values);
    // the refresher has to pass it wherever PrimeHub itself does not
    await node.plane.createNamespace(namespace, 'restricted');
    await node.plane.kubectl(['apply', '-f', dist.folder]);
    return installed(dist);
  };

  it('makes a Secret by its first Job, and stays far below its memory limits', async () => {
    const peaks = node.watchMemory();
    const { firstJob } = await apply('first', cloud.values('first'));
    const pods = new NodePods(node.plane, 'first');
    await pods.complete(firstJob);
    const used = await peaks.stop();

    const secret = await node.plane.find<PushSecret>('secret', SECRET, 'first');
    expect(secret?.type).toBe('kubernetes.io/dockerconfigjson');
    const { auths } = JSON.parse(dockerConfig(secret).toString('utf8')) as { auths: Record<string, { auth: string }> };
    expect(Object.keys(auths)).toEqual([registryHost]);
    expect(cloud.logins()).toContain(Buffer.from(auths[registryHost].auth, 'base64').toString('utf8'));

    const [pod] = await pods.list(firstJob);
    for (const { name, resources } of containersOf(pod)) {
      const id = statusOf(pod, name)?.containerID?.replace('containerd://', '') ?? '';
      const peak = used.get(id) ?? NaN;
      const [request, limit] = [resources?.requests?.memory ?? '', resources?.limits?.memory ?? ''].map(bytes);
      expect(peak).toBeGreaterThan(2 ** 20);
      expect(peak).toBeLessThan(request);
      expect(peak).toBeLessThan(limit / 2);
    }
  });

  describe('its pod', () => {
    let pods: NodePods;
    let pod: RealPod;
    let container: string;
    let firstJob: string;

    beforeAll(async () => {
      cloud.heldGate.hold();
      ({ firstJob } = await apply('held', cloud.values('held', { held: true })));
      pods = new NodePods(node.plane, 'held');
      pod = await pods.waitForPod('runs', (one) => isRunning(one, one.spec.initContainers?.[0].name ?? ''));
      container = pod.spec.initContainers?.[0].name ?? '';
      await waitFor('a request to the cloud', () => cloud.heldGate.held > 0);
    });

    const shell = async (script: string): Promise<string> => {
      const args = ['exec', pod.metadata.name, '-n', 'held', '-c', container, '--', '/bin/sh', '-c', script];
      const { stdout, stderr } = await node.plane.tryKubectl(args);
      return stdout + stderr;
    };

    it('runs as an ordinary user, without capabilities, under seccomp, with no way to more', async () => {
      const status = await shell('cat /proc/1/status');
      const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1];
      expect(field('Uid')).toBe('65532\t65532\t65532\t65532');
      expect(field('Gid')).toBe('65532\t65532\t65532\t65532');
      expect(
        [...status.matchAll(/^Cap(?:Inh|Prm|Eff|Bnd|Amb):\s*(.*)$/gm)].map(([, set]) => Number(`0x${set}`)),
      ).toEqual([0, 0, 0, 0, 0]);
      expect(field('Seccomp')).toBe('2');
      expect(field('NoNewPrivs')).toBe('1');
    });

    it('cannot write to its root, and not a byte more than the limit into memory', async () => {
      expect(await shell('touch /here')).toContain('Read-only file system');
      for (const { name, emptyDir } of pod.spec.volumes ?? []) {
        if (!emptyDir) continue;
        const limit = bytes(emptyDir.sizeLimit ?? '');
        const mount = containersOf(pod)[0].volumeMounts?.find((one) => one.name === name)?.mountPath;
        const filled = await shell(
          `cat /dev/zero >${mount}/fill; stat -f -c %T ${mount}; du -sb --apparent-size ${mount} | cut -f1; rm ${mount}/fill`,
        );
        expect(filled).toContain('No space left on device');
        expect(filled).toMatch(/^tmpfs$/m);
        const size = Number(/^\d+$/m.exec(filled)?.[0]);
        expect(size).toBeGreaterThan(limit * 0.9);
        expect(size).toBeLessThanOrEqual(limit);
      }
    });

    it('has its token in the one container that uses it, for its own user and group', async () => {
      expect(await shell('ls /var/run/secrets')).toContain('No such file or directory');
      const token = node.volumeFile(pod, 'api-access', 'token');
      const { mode, uid, gid } = statSync(token);
      expect({ mode: (mode & 0o777).toString(8), uid, gid }).toEqual({ mode: '640', uid: 65532, gid: 65532 });
      expect(readFileSync(token, 'utf8').split('.')).toHaveLength(3);
    });

    it('completes as soon as the cloud answers', async () => {
      cloud.heldGate.release();
      await pods.complete(firstJob);
    });
  });
});

function containersOf({ spec }: RealPod): RealPod['spec']['containers'] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}
