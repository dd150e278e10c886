import { hostOf } from '../support/cloud-rows';
import type { PushSecret } from '../support/ecr';
import { type RealPod, statusOf } from '../support/node-pods';
import { waitFor } from '../support/process';
import {
  CLOUDS,
  type CloudRow,
  hold,
  type InstallOptions,
  NodeClouds,
  type Refresher,
  SECRET,
  slug,
  waitForHeld,
} from './clouds';

jest.setTimeout(600_000);

/** Kubernetes' default grace period after SIGTERM, in seconds. Ours is 5. */
const DEFAULT_GRACE_PERIOD_S = 30;

/** How a first Job went wrong. */
interface Story extends Refresher {
  readonly pod: RealPod;
  /** The time from the fault to the end of the pod. */
  readonly seconds?: number;
}

type Tale = (row: CloudRow, namespace: string) => Promise<Story>;

let clouds: NodeClouds;
const stories = new Map<CloudRow, Record<string, Promise<Story>>>();

/** Creates a first Job in a namespace that already has a Secret. */
const install = (row: CloudRow, namespace: string, options: InstallOptions = {}): Promise<Refresher> =>
  clouds.install(row, namespace, { ...options, before: [oldLogin(row, namespace), ...(options.before ?? [])] });

const tales: Record<string, Tale> = {
  'out-of-memory': async (row, namespace) => {
    const refresher = await install(row, namespace, {
      change: ({ spec }) => {
        const [first] = spec.template?.spec.initContainers ?? [];
        // the volume counts as memory, and leaves too little for the program
        first.args = [`head -c 13631488 /dev/zero >/tmp/fill\n${first.args?.[0]}`];
        first.resources = { requests: { memory: '8Mi' }, limits: { memory: '16Mi' } };
      },
    });
    const pod = await refresher.pods.waitForPod('has failed', ({ status }) => status.phase === 'Failed');
    return { ...refresher, pod };
  },
  deleted: async (row, namespace) => {
    const refresher = await install(row, namespace, { change: hold });
    const pod = await waitForHeld(refresher.pods);
    const since = Date.now();
    await clouds.node.plane.kubectl(['delete', 'job', refresher.firstJob, '-n', namespace, '--wait=false']);
    await refresher.pods.waitUntilGone(pod.metadata.name);
    return { ...refresher, pod, seconds: (Date.now() - since) / 1000 };
  },
  late: async (row, namespace) => {
    const activeDeadlineSeconds = 10;
    const refresher = await install(row, namespace, {
      change: (job) => {
        hold(job);
        Object.assign(job.spec, { activeDeadlineSeconds });
      },
    });
    const since = Date.now();
    expect(await refresher.pods.waitForJob(refresher.firstJob)).toBe('DeadlineExceeded');
    const seconds = (Date.now() - since) / 1000 - activeDeadlineSeconds;
    return { ...refresher, pod: (await refresher.pods.list(refresher.firstJob))[0], seconds };
  },
  evicted: async (row, namespace) => {
    // the namespace's default limit, which the pod's log alone exceeds
    const limits = [{ type: 'Container', default: { 'ephemeral-storage': '1' } }];
    const metadata = { name: 'disk', namespace };
    const before = [{ apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits } }];
    const refresher = await install(row, namespace, { change: hold, before });
    const isEvicted = ({ status }: RealPod): boolean => status.reason === 'Evicted';
    return { ...refresher, pod: await refresher.pods.waitForPod('is evicted', isEvicted) };
  },
  'no-image': async (row, namespace) => {
    const more = { images: { kubectl: 'registry.k8s.io/kubectl:v0.0.0' } };
    const refresher = await install(row, namespace, { more });
    const isPulling = (pod: RealPod): boolean =>
      /ErrImagePull|ImagePullBackOff/.test(statusOf(pod, 'kubectl')?.state.waiting?.reason ?? '');
    return { ...refresher, pod: await refresher.pods.waitForPod('cannot pull', isPulling) };
  },
};

// each story has its own namespace, and all stories of a cloud run at once, since they mostly wait
beforeAll(async () => {
  clouds = await NodeClouds.start();
});

afterAll(async () => {
  await Promise.allSettled([...stories.values()].flatMap(Object.values));
  await clouds?.stop();
});

const secretIn = (namespace: string): Promise<PushSecret | undefined> =>
  clouds.node.plane.find<PushSecret>('secret', SECRET, namespace);

describe.each(CLOUDS)("what a real node does to $name's token refresher", (row) => {
  beforeAll(() => {
    const told = Object.entries(tales).map(([name, tell]) => [name, tell(row, `${slug(row)}-${name}`)] as const);
    // each story is checked by its own test
    for (const [, story] of told) story.catch(() => undefined);
    stories.set(row, Object.fromEntries(told));
  });

  const story = async (name: string): Promise<Story> => {
    const told = await (stories.get(row)?.[name] ?? Promise.reject(new Error(`no story ${name}`)));
    const { namespace } = told.pods;
    expect((await secretIn(namespace))?.data).toEqual(oldLogin(row, namespace).data);
    return told;
  };

  it('out of memory: the log says what to do, and the Secret stays', async () => {
    const [first] = (await story('out-of-memory')).pod.status.initContainerStatuses ?? [];
    const { reason, message = '' } = first.state.terminated ?? {};
    expect(reason).toBe('OOMKilled');
    // with cgroup v2, all processes of a container are killed at once, so none of them can log why
    const lastWord = clouds.node.hasCgroupV2
      ? /ends without OK or FAILED/
      : /FAILED: .* To do: give the container a larger memory limit/;
    expect(message).toMatch(lastWord);
  });

  it('an image that cannot be pulled: the pod names it and waits, and the Secret stays', async () => {
    const { reason, message } = statusOf((await story('no-image')).pod, 'kubectl')?.state.waiting ?? {};
    expect(`${reason} ${message}`).toContain('registry.k8s.io/kubectl:v0.0.0');
  });

  it('evicted: there is no log, only the message in the status, and the Secret stays', async () => {
    const { pod, pods } = await story('evicted');
    expect(pod.status.message).toMatch(/ephemeral local storage usage exceeds the total limit of containers 1/);
    const log = async (): Promise<string> => pods.logs(pod.metadata.name);
    await waitFor('the log to be gone', async () => !(await log()).includes('Refreshing'));
  });

  it.each(['deleted', 'late'])('%s: the pod ends soon, and the Secret stays', async (name) => {
    expect((await story(name)).seconds).toBeLessThan(DEFAULT_GRACE_PERIOD_S);
  });
});

describe('the kubelet is killed during a run', () => {
  const refreshers = new Map<CloudRow, Refresher>();
  const namespaceOf = (row: CloudRow): string => `${slug(row)}-kubelet`;

  beforeAll(async () => {
    await Promise.allSettled([...stories.values()].flatMap(Object.values));
    await Promise.all(
      CLOUDS.map(async (row) => refreshers.set(row, await install(row, namespaceOf(row), { change: hold }))),
    );
    const pods = await Promise.all([...refreshers.values()].map((one) => waitForHeld(one.pods)));
    await clouds.node.killKubelet();
    const given = CLOUDS.map((row) => row.issued(clouds).length);
    pods.forEach((pod) => clouds.release(pod));
    await waitFor('the containers to continue', () => CLOUDS.every((row, i) => row.issued(clouds).length > given[i]), {
      timeoutMs: 120_000,
    });
    await clouds.node.startKubelet();
  });

  it.each(CLOUDS)('$name: the run continues, and completes when the kubelet is back', async (row) => {
    const { pods, firstJob } = refreshers.get(row)!;
    await pods.complete(firstJob);
    expect((await secretIn(namespaceOf(row)))?.data).not.toEqual(oldLogin(row, namespaceOf(row)).data);
  });
});

/** A push Secret as an earlier run left it. */
function oldLogin(row: CloudRow, namespace: string): { data: Record<string, string> } {
  const config = JSON.stringify({ auths: { [hostOf(row)]: { auth: Buffer.from('from:before').toString('base64') } } });
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: SECRET, namespace },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  };
  return secret;
}
