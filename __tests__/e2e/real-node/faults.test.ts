import { installed, type PushSecret, synthesize, type Workload, objectOf } from '../support/ecr';
import { isRunning, NodePods, type RealPod, statusOf } from '../support/node-pods';
import { RealNode } from '../support/real-node';
import { waitFor } from '../support/process';
import { clouds, type CloudStandIn, SECRET } from './clouds';

jest.setTimeout(180_000);

/**
 * How long a pod takes at most from SIGTERM to its end, in seconds: its grace period of 5 s, as a shell that is process 1
 * ignores the signal. The rest is the kubelet's; by default the grace period alone would be 30 s.
 */
const END_AT_MOST_S = 20;

/** How a first Job went wrong. */
interface Story {
  readonly pods: NodePods;
  readonly pod: RealPod;
  /** From the cause to the end of the pod. */
  readonly seconds?: number;
}

// every story has a namespace of its own, and all of them happen at once: most of their time is waiting
describe.each(clouds)("what a real node does to $title's token refresher", ({ registryHost, hosts, startStandIn }) => {
  let node: RealNode;
  let cloud: CloudStandIn;
  const stories: Record<string, Promise<Story>> = {};

  beforeAll(async () => {
    node = await RealNode.start({ hosts });
    cloud = await startStandIn(node);
    cloud.heldGate.hold();
    for (const [name, tell] of Object.entries(tales)) {
      stories[name] = tell(name);
      // told by its own test
      stories[name].catch(() => undefined);
    }
  });

  afterAll(async () => {
    await Promise.allSettled(Object.values(stories));
    await node?.stop();
    await cloud?.stop();
  });

  /** A first Job in a namespace that has a Secret already, with what `change` makes of the Job. */
  const start = async (
    namespace: string,
    options: { held?: boolean; more?: object; change?: (job: Workload) => void; before?: object[] } = {},
  ): Promise<{ pods: NodePods; job: string; name: string }> => {
    const dist = await synthesize(cloud.values(namespace, options));
    await node.plane.createNamespace(namespace, 'restricted');
    const job = objectOf(dist, 'Job');
    options.change?.(job);
    const items = [login(namespace, registryHost), ...(options.before ?? []), ...dist.objects];
    await node.plane.kubectl(['apply', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    });
    const { firstJob, name } = installed(dist);
    return { pods: new NodePods(node.plane, namespace), job: firstJob, name };
  };

  /** The refresher's pod while it waits for the cloud. */
  const waiting = (pods: NodePods): Promise<RealPod> =>
    pods.waitForPod('runs its first container', (pod) => isRunning(pod, pod.spec.initContainers?.[0].name ?? ''));

  const tales: Record<string, (namespace: string) => Promise<Story>> = {
    'out-of-memory': async (namespace) => {
      const { pods } = await start(namespace, {
        change: ({ spec }) => {
          const [first] = spec.template?.spec.initContainers ?? [];
          Object.assign(first, { resources: { requests: { memory: '8Mi' }, limits: { memory: '24Mi' } } });
        },
      });
      const pod = await pods.waitForPod('has failed', ({ status }) => status.phase === 'Failed');
      return { pods, pod };
    },
    deleted: async (namespace) => {
      const { pods, job } = await start(namespace, { held: true });
      const pod = await waiting(pods);
      const since = Date.now();
      await node.plane.kubectl(['delete', 'job', job, '-n', namespace, '--wait=false']);
      await pods.waitUntilGone(pod.metadata.name);
      return { pods, pod, seconds: (Date.now() - since) / 1000 };
    },
    late: async (namespace) => {
      const activeDeadlineSeconds = 8;
      const { pods, job } = await start(namespace, {
        held: true,
        change: ({ spec }) => Object.assign(spec, { activeDeadlineSeconds }),
      });
      const since = Date.now();
      expect(await pods.waitForJob(job)).toBe('DeadlineExceeded');
      const seconds = (Date.now() - since) / 1000 - activeDeadlineSeconds;
      return { pods, pod: (await pods.list(job))[0], seconds };
    },
    evicted: async (namespace) => {
      // a namespace's default that the pod's log alone exceeds
      const limits = [{ type: 'Container', default: { 'ephemeral-storage': '1' } }];
      const limitRange = {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'disk', namespace },
        spec: { limits },
      };
      const { pods } = await start(namespace, { held: true, before: [limitRange] });
      const { metadata } = await waiting(pods);
      await waitFor('the log to begin', async () => (await pods.logs(metadata.name)).includes('Refreshing'));
      const pod = await pods.waitForPod('is evicted', ({ status }) => status.reason === 'Evicted', 90_000);
      return { pods, pod };
    },
    'no-image': async (namespace) => {
      const { pods } = await start(namespace, { more: { images: { kubectl: 'registry.k8s.io/kubectl:v0.0.0' } } });
      const pod = await pods.waitForPod(
        'cannot pull',
        (one) => /ErrImagePull|ImagePullBackOff/.test(statusOf(one, 'kubectl')?.state.waiting?.reason ?? ''),
        90_000,
      );
      return { pods, pod };
    },
  };

  const expectOldLogin = async ({ pods }: Story): Promise<void> => {
    const { namespace } = pods;
    const secret = await node.plane.find<PushSecret>('secret', SECRET, namespace);
    expect(secret?.data).toEqual(login(namespace, registryHost).data);
  };

  it('out of memory: the pod fails, and the Secret stays', async () => {
    const story = await stories['out-of-memory'];
    const [first] = story.pod.status.initContainerStatuses ?? [];
    expect(first.state.terminated?.reason).toBe('OOMKilled');
    await expectOldLogin(story);
  });

  it('an image that cannot be pulled: the pod says which and waits, and the Secret stays', async () => {
    const story = await stories['no-image'];
    const { reason, message } = statusOf(story.pod, 'kubectl')?.state.waiting ?? {};
    expect(`${reason} ${message}`).toContain('registry.k8s.io/kubectl:v0.0.0');
    await expectOldLogin(story);
  });

  it('evicted: there is no log, only the message in the status, and the Secret stays', async () => {
    const story = await stories.evicted;
    expect(story.pod.status.message).toMatch(/ephemeral local storage usage exceeds the total limit of containers 1/);
    const { name } = story.pod.metadata;
    await waitFor('the log to be gone', async () => !(await story.pods.logs(name)).includes('Refreshing'));
    await expectOldLogin(story);
  });

  it.each(['deleted', 'late'])('%s: the pod ends soon, and the Secret stays', async (name) => {
    const story = await stories[name];
    expect(story.seconds).toBeLessThan(END_AT_MOST_S);
    await expectOldLogin(story);
  });

  it('the kubelet killed in the middle of a run: the run goes on, and completes when it is back', async () => {
    await Promise.allSettled(Object.values(stories));
    const { pods, job } = await start('kubelet', { held: true });
    await waiting(pods);
    const held = cloud.heldGate.held;
    await waitFor('a request to the cloud', () => cloud.heldGate.held > held);
    await node.killKubelet();
    const given = cloud.logins().length;
    cloud.heldGate.release();
    await waitFor('the container to go on', () => cloud.logins().length > given);
    await node.startKubelet();
    await pods.complete(job);
    const secret = await node.plane.find<PushSecret>('secret', SECRET, 'kubelet');
    expect(secret?.data).not.toEqual(login('kubelet', registryHost).data);
  });
});

/** A push Secret from before, as an earlier run left it. */
function login(namespace: string, host: string): { data: Record<string, string> } {
  const config = JSON.stringify({ auths: { [host]: { auth: Buffer.from('from:before').toString('base64') } } });
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: SECRET, namespace },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  };
  return secret;
}
