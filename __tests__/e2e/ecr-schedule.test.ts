import type { KubernetesObject } from './support/api-client';
import { EcrCluster, type Installed, passwords } from './support/ecr';
import { sleep, waitFor } from './support/process';

// When the real CronJob controller runs the refresher: after an outage, and during a run that has not ended.

jest.setTimeout(120_000);

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

interface Event extends KubernetesObject {
  readonly reason: string;
  readonly involvedObject: { readonly name: string };
}

interface CronJob extends KubernetesObject {
  readonly status: { readonly lastScheduleTime?: string; readonly lastSuccessfulTime?: string };
}

/** A refresher that ran at `before` and missed the run at `missed`, which the controller has not noticed yet. */
interface Case {
  readonly refresher: Installed;
  readonly missed: Date;
}

let cluster: EcrCluster;
const now = Date.now();

beforeAll(async () => {
  cluster = await EcrCluster.start();
});

afterAll(async () => {
  await cluster?.stop();
});

/** The time so long ago, in whole minutes. */
function ago(ms: number): Date {
  return new Date(Math.floor((now - ms) / MINUTE) * MINUTE);
}

/** A schedule with runs so many hours after the given time. */
function scheduleOf(tick: Date, hours: readonly number[]): string {
  const of = hours.map((offset) => (tick.getUTCHours() + offset) % 24).sort((a, b) => a - b);
  return `${tick.getUTCMinutes()} ${of.join(',')} * * *`;
}

const EVERY_4_HOURS = [0, 4, 8, 12, 16, 20];

async function install(schedule: string): Promise<Installed> {
  const namespace = await cluster.namespace();
  return cluster.install(`
targetNamespace: ${namespace}
aws: { account: "123456789012", region: eu-west-1, schedule: "${schedule}" }
customImage:
  registryEndpoint: https://${HOST}
  pushRepo: ${HOST}/notebooks
  pushSecretName: aws-registry
`);
}

const cronJobPath = ({ namespace, name }: Installed): string =>
  `/apis/batch/v1/namespaces/${namespace}/cronjobs/${name}`;

/** Makes the CronJob look as if it had run at that time, and was older than that. */
async function ranAt(refresher: Installed, time: Date): Promise<void> {
  const status = { lastScheduleTime: time.toISOString().replace('.000', '') };
  await cluster.plane.api.patch(`${cronJobPath(refresher)}/status`, { status });
}

/** The Jobs that the CronJob created, by the time at which they were due. */
async function runs({ namespace, name }: Installed): Promise<Map<string, string>> {
  const jobs = await cluster.plane.api.list<KubernetesObject>(`/apis/batch/v1/namespaces/${namespace}/jobs`);
  const own = jobs.filter(({ metadata }) => metadata.ownerReferences?.[0].name === name);
  return new Map(own.map(({ metadata }) => [metadata.annotations?.[SCHEDULED] ?? '', metadata.name]));
}

function runOf({ refresher, missed }: Case): Promise<string> {
  const due = missed.toISOString().replace('.000', '');
  return waitFor(`the run of ${refresher.namespace} that was due at ${due}`, async () =>
    (await runs(refresher)).get(due),
  );
}

describe('an outage of the control plane', () => {
  let missedOne: Case;
  let missedMany: Case;
  let rare: Case;
  let tooLate: Case;

  beforeAll(async () => {
    const half = ago(HOUR / 2);
    const often = scheduleOf(half, EVERY_4_HOURS);
    missedOne = { refresher: await install(often), missed: half };
    missedMany = { refresher: await install(often), missed: half };
    const nine = ago(9 * HOUR + 5 * MINUTE);
    rare = { refresher: await install(scheduleOf(nine, [0, 10, 11, 12, 22, 23])), missed: nine };
    tooLate = { refresher: await install(often), missed: half };
    await cluster.plane.stopControllerManager();
    const { api } = cluster.plane;
    // why the chart's deadline is long: with this one, the run would be lost
    await api.patch(cronJobPath(tooLate.refresher), { spec: { startingDeadlineSeconds: 15 * 60 } });
    for (const { refresher, missed } of [missedOne, tooLate]) {
      await ranAt(refresher, new Date(missed.getTime() - 4 * HOUR));
    }
    await ranAt(missedMany.refresher, new Date(missedMany.missed.getTime() - 72 * HOUR));
    await ranAt(rare.refresher, new Date(rare.missed.getTime() - HOUR));
    await cluster.plane.startControllerManager();
  });

  test('the missed run starts late, and refreshes the token', async () => {
    const { refresher } = missedOne;

    const job = await runOf(missedOne);

    expect(await cluster.kubelet.runJob(refresher.namespace, job)).toMatchObject({ condition: 'Complete' });
    const secret = await cluster.secret(refresher.namespace, 'aws-registry');
    expect(passwords(secret)).toEqual({ [HOST]: cluster.aws.issued.at(-1)?.password });
    // the alert uses this field
    const success = await waitFor('the success to be noted', async () => {
      const { status } = await cluster.plane.api.get<CronJob>(cronJobPath(refresher));
      return status.lastSuccessfulTime;
    });
    expect(Math.abs(Date.now() - Date.parse(success))).toBeLessThan(10 * MINUTE);
  });

  test('after three days only one run starts, the one that was due last', async () => {
    await runOf(missedMany);

    expect((await runs(missedMany.refresher)).size).toBe(1);
  });

  test('with ten hours between two runs, a missed run still starts after nine hours', async () => {
    await runOf(rare);

    expect((await runs(rare.refresher)).size).toBe(1);
  });

  test('a run is skipped after the starting deadline', async () => {
    await Promise.all([missedOne, missedMany, rare].map(runOf));
    // The controller does not report a run that it skips. By now it has handled this CronJob too, as far as we can
    // tell.
    await sleep(1_000);

    expect(await runs(tooLate.refresher)).toEqual(new Map());
  });
});

test('a run that is due during another one waits for its end', async () => {
  const first = { missed: ago(HOUR / 2), refresher: await install(scheduleOf(ago(HOUR / 2), EVERY_4_HOURS)) };
  const { refresher } = first;
  await ranAt(refresher, new Date(first.missed.getTime() - 4 * HOUR));
  const slow = await runOf(first);
  const second = { refresher, missed: ago(HOUR / 6) };

  const schedule = scheduleOf(second.missed, EVERY_4_HOURS);
  await cluster.plane.api.patch(cronJobPath(refresher), { spec: { schedule } });
  // after a change of the schedule, the controller waits for the next time; after any other change, it checks at once
  await cluster.plane.api.patch(cronJobPath(refresher), { metadata: { annotations: { looked: 'at' } } });

  await waitFor('the controller to report that it waits', async () => {
    const events = await cluster.plane.api.list<Event>(`/api/v1/namespaces/${refresher.namespace}/events`);
    return events.some(
      ({ reason, involvedObject: { name } }) => name === refresher.name && reason === 'JobAlreadyActive',
    );
  });
  expect([...(await runs(refresher)).values()]).toEqual([slow]);
  expect(await cluster.kubelet.runJob(refresher.namespace, slow)).toMatchObject({ condition: 'Complete' });
  const next = await runOf(second);
  expect(await cluster.kubelet.runJob(refresher.namespace, next)).toMatchObject({ condition: 'Complete' });
});
