import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { internalError } from './support/api-proxy';
import { dockerConfig, EcrCluster, type Installed, passwords } from './support/ecr';
import type { JobResult } from './support/kubelet';
import type { PodOptions, PodRun } from './support/pod-run';

// A token is in the in-memory volume and in the push Secret, and nowhere else: searched for in all that a run leaves,
// byte by byte and in base64, while it runs and after.

jest.setTimeout(120_000);

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

let cluster: EcrCluster;
let refresher: Installed;
/** What was seen while pods ran: arguments, variables and files on disk. */
let seen: string[];

beforeAll(async () => {
  cluster = await EcrCluster.start();
  const namespace = await cluster.namespace();
  refresher = await cluster.install(`
targetNamespace: ${namespace}
aws: { account: "123456789012", region: eu-west-1 }
customImage:
  registryEndpoint: https://${HOST}
  pushRepo: ${HOST}/notebooks
  pushSecretName: aws-registry
`);
});

beforeEach(() => (seen = []));

afterAll(async () => {
  await cluster?.stop();
});

/** The files that the stand-in for the kubelet has on disk: all that a node would have, but for the volumes in memory. */
function filesOnDisk(): string {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('primehub-e2e-kubelet'));
  if (folders.length === 0) throw new Error('the kubelet has no folder');
  const files = folders.flatMap((name) => {
    const entries = readdirSync(join(tmpdir(), name), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  });
  return files.map((file) => readFileSync(file, 'latin1')).join('\n');
}

/** Looks at the pod over and over, and at the disk after each container. */
function watched(): PodOptions {
  let watch: NodeJS.Timeout | undefined;
  const look = (run: PodRun): number => seen.push(JSON.stringify(run.processes()));
  return {
    traceExec: true,
    hooks: {
      started: (_name, run) => void (watch ??= setInterval(() => look(run), 20)),
      afterContainer: (_name, run) => {
        clearInterval(watch);
        watch = undefined;
        look(run);
        seen.push(filesOnDisk());
      },
    },
  };
}

/** All that can be read of a run by those who cannot read Secrets. */
async function everything(job: JobResult): Promise<string> {
  const kinds = 'pods,jobs.batch,cronjobs.batch,events,configmaps,serviceaccounts,roles,rolebindings';
  const objects = await cluster.plane.kubectl(['get', kinds, '-n', refresher.namespace, '-o', 'yaml']);
  const pods = job.pods.map(
    (pod) => pod.execTrace + pod.containers.map(({ log, message }) => log + message).join('\n'),
  );
  return [objects, ...pods, ...seen].join('\n');
}

/** What base64 makes of a text in the middle of another, for each alignment. */
function base64Cores(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString('base64');
    return encoded.slice(before === 0 ? 0 : 4, -4);
  });
}

/** Pieces of each token that AWS gave: as it is, in base64, and in the base64 of the docker config. */
function pieces(): string[] {
  return cluster.aws.issued.flatMap(({ password }) =>
    [0.1, 0.5, 0.9].flatMap((part) => {
      const at = Math.floor(password.length * part);
      const piece = password.slice(at, at + 48);
      const auths = base64Cores(piece);
      return [piece, ...auths, ...auths.flatMap(base64Cores)];
    }),
  );
}

function leaks(text: string): string[] {
  return pieces().filter((piece) => text.includes(piece));
}

async function passwordNow(): Promise<string> {
  return passwords(await cluster.secret(refresher.namespace, 'aws-registry'))[HOST];
}

test('the first run leaves its token in the Secret alone', async () => {
  const job = await cluster.completeFirstJob(refresher, watched());
  const all = await everything(job);
  expect(leaks(all)).toEqual([]);
  expect(all).toContain('get-authorization-token');
  expect(all).toContain('--server-side');
});

test('a run that kubectl ends with an error shows no token either', async () => {
  const proxy = await cluster.plane.startProxy();
  const port = cluster.kubelet.apiPort;
  cluster.kubelet.apiPort = proxy.port;
  const takeBack = proxy.inject({ method: 'PATCH', path: /secrets/, times: 1 }, internalError);
  const before = await passwordNow();
  const count = cluster.aws.issued.length;
  const job = await cluster.refresh(refresher, watched());
  takeBack();
  cluster.kubelet.apiPort = port;
  expect(job.pods[0].phase).toBe('Failed');
  expect(cluster.aws.issued.length).toBeGreaterThan(count);
  expect(leaks(await everything(job))).toEqual([]);
  expect(await passwordNow()).not.toBe(before);
});

test('the search finds a token wherever one is planted', async () => {
  const secret = await cluster.secret(refresher.namespace, 'aws-registry');
  const config = dockerConfig(secret).toString('utf8');
  const password = await passwordNow();
  const planted = { password, auth: Buffer.from(`AWS:${password}`).toString('base64'), config, data: config };
  for (const [where, text] of Object.entries(planted)) {
    const written = where === 'data' ? Buffer.from(text).toString('base64') : text;
    expect({ where, found: leaks(`before ${written} after`).length > 0 }).toEqual({ where, found: true });
  }
});
