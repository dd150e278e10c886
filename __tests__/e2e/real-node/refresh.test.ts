import { readFileSync, statSync } from 'node:fs';
import { hostOf } from '../support/cloud-rows';
import { cloudFaults } from '../support/cloud-server';
import { passwords, type PushSecret } from '../support/ecr';
import { type RealPod, statusOf } from '../support/node-pods';
import type { Usage } from '../support/node-usage';
import { bytes } from '../support/pod';
import {
  AWS,
  CLOUDS,
  type CloudRow,
  hold,
  METADATA,
  NodeClouds,
  type Refresher,
  SECRET,
  slug,
  waitForHeld,
} from './clouds';

jest.setTimeout(600_000);

let clouds: NodeClouds;

beforeAll(async () => {
  clouds = await NodeClouds.start();
});

afterAll(() => clouds?.stop());

const containersOf = ({ spec }: RealPod): RealPod['spec']['containers'] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
];

/** Measures what the pods of some refreshers use. */
class Measurement {
  static async of(rows: readonly CloudRow[], install: (row: CloudRow) => Promise<Refresher>): Promise<Measurement> {
    const watch = clouds.node.watchUsage();
    const pods = await Promise.all(
      rows.map(async (row) => {
        const refresher = await install(row);
        await refresher.pods.complete(refresher.firstJob);
        return [row, await refresher.pods.list(refresher.firstJob)] as const;
      }),
    );
    return new Measurement(new Map(pods), await watch.stop());
  }

  private constructor(
    private readonly pods: ReadonlyMap<CloudRow, readonly RealPod[]>,
    private readonly used: ReadonlyMap<string, Usage>,
  ) {}

  expectRoom(row: CloudRow): void {
    const ran = this.containers(row);
    expect(new Set(ran.map(({ container }) => container.name)).size).toBe(3);
    for (const { container, usage } of ran) {
      const { requests, limits } = container.resources ?? {};
      expect(usage.memory).toBeGreaterThan(2 ** 19);
      expect(usage.memory).toBeLessThan(bytes(requests?.memory ?? ''));
      expect(usage.memory).toBeLessThan(bytes(limits?.memory ?? '') / 2);
    }
  }

  /** Prints the measurements behind the numbers in lib/. */
  print(title: string): void {
    const mib = (size: number): string => `${(size / 2 ** 20).toFixed(1)} MiB`;
    const lines = [...this.pods.keys()].flatMap((row) =>
      this.containers(row).map(({ container: { name }, usage: { memory, memoryWithFiles, cpuMs } }) =>
        [`${row.name}, ${name}:`, `${mib(memory)}, with files ${mib(memoryWithFiles)}, CPU ${cpuMs} ms`].join(' '),
      ),
    );
    process.stdout.write(`\nWhat ${title} used\n${lines.join('\n')}\n\n`);
  }

  /** The containers that ran. */
  private containers(row: CloudRow): { container: RealPod['spec']['containers'][number]; usage: Usage }[] {
    return (this.pods.get(row) ?? []).flatMap((pod) =>
      containersOf(pod).flatMap((container) => {
        const usage = this.used.get(statusOf(pod, container.name)?.containerID?.replace('containerd://', '') ?? '');
        return usage ? [{ container, usage }] : [];
      }),
    );
  }
}

describe('the first Job under `restricted`', () => {
  const ROWS = [...CLOUDS, METADATA];
  let measured: Measurement;

  beforeAll(async () => {
    measured = await Measurement.of(ROWS, (row) => clouds.install(row, slug(row)));
    measured.print('a run');
  });

  test.each(ROWS)('$name: makes a Secret that may push', async (row) => {
    const secret = await clouds.node.plane.find<PushSecret>('secret', SECRET, slug(row));
    expect(secret?.type).toBe('kubernetes.io/dockerconfigjson');
    const [[host, password], ...more] = Object.entries(passwords(secret, row.username));
    expect({ host, more }).toEqual({ host: hostOf(row), more: [] });
    expect(row.issued(clouds).map(({ token }) => token)).toContain(password);
  });

  test.each(ROWS)('$name: stays far below its memory limits', (row) => measured.expectRoom(row));
});

// the largest tokens in 30 namespaces, and before that the largest answer without a token
describe('the first Job of a large refresher', () => {
  const REGISTRIES = ['eu-west-1', 'us-east-1', 'ap-southeast-2'].flatMap((region) =>
    Array.from({ length: 7 }, (_, i) => ({ account: `11112222333${i}`, region })),
  );
  let measured: Measurement;

  beforeAll(async () => {
    clouds.google.tokenLength = 2048;
    clouds.azure.claims = { permissions: 'x'.repeat(4000) };
    for (const step of ['sts', 'entra']) clouds.server.inject(step, cloudFaults.binary, 1);
    measured = await Measurement.of(CLOUDS, (row) =>
      clouds.install(row, `large-${slug(row)}`, {
        more: row === AWS ? { registries: REGISTRIES } : {},
        further: Array.from({ length: 29 }, (_, i) => `large-${slug(row)}-${i}`),
      }),
    );
    measured.print('a large run');
  });

  test.each(CLOUDS)('$name: stays far below its memory limits', (row) => measured.expectRoom(row));
});

describe.each(CLOUDS)('the pod of $name', (row) => {
  let refresher: Refresher;
  let pod: RealPod;
  let first: RealPod['spec']['containers'][number];

  beforeAll(async () => {
    refresher = await clouds.install(row, `held-${slug(row)}`, { change: hold });
    pod = await waitForHeld(refresher.pods);
    [first] = containersOf(pod);
  });

  const shell = async (script: string): Promise<string> => {
    const { namespace } = refresher.pods;
    const args = ['exec', pod.metadata.name, '-n', namespace, '-c', first.name, '--', '/bin/sh', '-c', script];
    const { stdout, stderr } = await clouds.node.plane.tryKubectl(args);
    return stdout + stderr;
  };

  it('runs as an ordinary user, without capabilities, under seccomp, and cannot gain more rights', async () => {
    const status = await shell('cat /proc/1/status');
    const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1];
    expect(field('Uid')).toBe('65532\t65532\t65532\t65532');
    expect(field('Gid')).toBe('65532\t65532\t65532\t65532');
    expect([...status.matchAll(/^Cap(?:Inh|Prm|Eff|Bnd|Amb):\s*(.*)$/gm)].map(([, set]) => Number(`0x${set}`))).toEqual(
      [0, 0, 0, 0, 0],
    );
    expect(field('Seccomp')).toBe('2');
    expect(field('NoNewPrivs')).toBe('1');
  });

  it('cannot write to its root file system, nor more than the limit to the volume in memory', async () => {
    expect(await shell('touch /here')).toContain('Read-only file system');
    for (const { name, emptyDir } of pod.spec.volumes ?? []) {
      if (!emptyDir) continue;
      const limit = bytes(emptyDir.sizeLimit ?? '');
      const mount = first.volumeMounts?.find((one) => one.name === name)?.mountPath;
      const filled = await shell(
        `cat /dev/zero >${mount}/fill; stat -f -c %T ${mount}; stat -c %s ${mount}/fill; rm ${mount}/fill`,
      );
      expect(filled).toContain('No space left on device');
      expect(filled).toMatch(/^tmpfs$/m);
      const size = Number(/^\d+$/m.exec(filled)?.[0]);
      expect(size).toBeGreaterThan(limit * 0.9);
      expect(size).toBeLessThanOrEqual(limit);
    }
  });

  it('has each token only in the container that uses it, readable for its own user and group', async () => {
    const holders = (volume: string): string[] =>
      containersOf(pod)
        .filter(({ volumeMounts }) => volumeMounts?.some(({ name }) => name === volume))
        .map(({ name }) => name);
    expect(holders('api-access')).toEqual(['kubectl']);
    expect(await shell('ls /var/run/secrets/kubernetes.io')).toContain('No such file or directory');
    const ofCloud = pod.spec.volumes?.some(({ name }) => name === 'pod-token') ? ['pod-token'] : [];
    expect(ofCloud.flatMap(holders)).toEqual(ofCloud.flatMap(() => [first.name, 'push-check']));
    for (const volume of ['api-access', ...ofCloud]) {
      const token = clouds.node.volumeFile(pod, 'projected', volume, 'token');
      const { mode, uid, gid } = statSync(token);
      expect({ mode: (mode & 0o777).toString(8), uid, gid }).toEqual({ mode: '640', uid: 65532, gid: 65532 });
      expect(readFileSync(token, 'utf8').split('.')).toHaveLength(3);
    }
  });

  it('completes as soon as it may continue', async () => {
    clouds.release(pod);
    await refresher.pods.complete(refresher.firstJob);
  });
});
