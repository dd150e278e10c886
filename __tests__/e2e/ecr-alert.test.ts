import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from './support/api-client';
import { objectOf, synthesize } from './support/ecr';
import { removeFolder, run, temporaryFolder } from './support/process';
import { requireTools, tool } from './support/tools';

// Prometheus itself evaluates the alert from the object that the app wrote.

jest.setTimeout(60_000);

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

interface PrometheusRule extends KubernetesObject {
  readonly spec: { readonly groups: { readonly name: string; readonly rules: Rule[] }[] };
}

/** When the refresher runs: every 4 hours, and with the longest gap between two runs that a schedule can have. */
const schedules = {
  default: { line: '', hours: 4, stale: 5 * 60 },
  rare: { line: ', schedule: "0 0,1,11,12,22,23 * * *"', hours: 10, stale: 11 * 60 },
};
type Schedule = keyof typeof schedules;

let folder: string;
let rules: Record<Schedule, PrometheusRule>;

beforeAll(async () => {
  requireTools('promtool');
  folder = temporaryFolder('alert');
  const [usual, rare] = await Promise.all(
    [schedules.default, schedules.rare].map(async ({ line }) => {
      const dist = await synthesize(`
targetNamespace: hub
aws: { account: "123456789012", region: eu-west-1, alert: { labels: { release: prometheus } }${line} }
customImage:
  registryEndpoint: https://${HOST}
  pushRepo: ${HOST}/notebooks
  pushSecretName: aws-registry
`);
      return objectOf<PrometheusRule>(dist, 'PrometheusRule');
    }),
  );
  rules = { default: usual, rare };
});

afterAll(() => removeFolder(folder));

/** JSON, which is also YAML. */
function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test.each(['default', 'rare'] as const)('promtool finds nothing wrong with the rules: %s', async (schedule) => {
  const { groups } = rules[schedule].spec;
  const file = write(`${schedule}.rules.json`, { groups });

  const { code, stdout, stderr } = await run(tool('promtool'), ['check', 'rules', file]);

  expect({ code, stderr, stdout }).toEqual({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('SUCCESS: 2 rules') as string,
  });
});

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The metrics of kube-state-metrics about a CronJob, once a minute. `at` gives the value in seconds, or nothing. */
interface Series {
  readonly metric: 'kube_cronjob_created' | 'kube_cronjob_status_last_successful_time';
  readonly namespace?: string;
  readonly cronjob?: string;
  readonly at: (time: number) => number | undefined;
}

/** The names of the alerts that fire after a number of minutes. */
async function firing(schedule: Schedule, series: readonly Series[], minutes: readonly number[]): Promise<string[][]> {
  const { groups } = rules[schedule].spec;
  const all = groups.flatMap((group) => group.rules);
  const input = series.map(({ metric, namespace = 'hub', cronjob = 'ecr-token', at }) => ({
    series: `${metric}{namespace="${namespace}",cronjob="${cronjob}",job="kube-state-metrics"}`,
    values: Array.from({ length: Math.max(...minutes) + 1 }, (_, minute) => at(minute * MINUTE) ?? '_').join(' '),
  }));
  const results: string[][] = minutes.map(() => []);
  // promtool says whether an alert fires as expected, but not which one, so each alert is tested separately
  await Promise.all(
    all.map(async ({ alert }, i) => {
      const asked = minutes.map((minute) => ({ eval_time: `${minute}m`, alertname: alert, exp_alerts: [] }));
      const name = `${schedule}-${alert}-${i}`;
      const file = write(`${name}.test.json`, {
        rule_files: [write(`${name}.rules.json`, { groups })],
        evaluation_interval: '1m',
        tests: [{ interval: '1m', input_series: input, alert_rule_test: asked }],
      });
      const { code, stdout, stderr } = await run(tool('promtool'), ['test', 'rules', file]);
      const output = stdout + stderr;
      const fired = [...output.matchAll(/alertname: (\w+), time: (\S+),/g)];
      if (code !== 0 && fired.length === 0) throw new Error(output);
      for (const [, name, time] of fired) results[minutes.indexOf(inMinutes(time))].push(name);
    }),
  );
  return results;
}

/** The minutes of a duration such as `5h1m`. */
function inMinutes(duration: string): number {
  const [, days = '0', hours = '0', minutes = '0'] = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:0s)?$/.exec(duration) ?? [];
  return (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
}

const created = (time: number): Series => ({
  metric: 'kube_cronjob_created',
  at: (now) => (now < time ? undefined : time),
});
const success = (at: Series['at'], of: Partial<Series> = {}): Series => ({
  metric: 'kube_cronjob_status_last_successful_time',
  at,
  ...of,
});

describe.each(['default', 'rare'] as const)('schedule %s', (schedule) => {
  const { hours, stale } = schedules[schedule];

  test('no alert for a refresher that works, nor for a slow run or one that fails twice', async () => {
    // the last success at each moment, with runs at a fixed interval that take 40 minutes to succeed
    const works = success((now) => {
      const last = Math.floor((now - 40 * MINUTE) / (hours * HOUR)) * hours * HOUR + 40 * MINUTE;
      return last < 0 ? undefined : last;
    });
    const minutes = Array.from({ length: 48 }, (_, i) => i * 60 + 39);

    expect(await firing(schedule, [created(0), works], minutes)).toEqual(minutes.map(() => []));
  });

  test('an alert for a refresher that stops, from before the token expires until it works again', async () => {
    const stopped = success((now) => (now < 20 * HOUR ? 0 : 20 * HOUR));
    const minutes = [stale - 1, stale + 1, 12 * 60 - 1, 19 * 60, 20 * 60 + 1];

    expect(await firing(schedule, [created(0), stopped], minutes)).toEqual([
      [],
      ...[['EcrTokenRefreshStale'], ['EcrTokenRefreshStale'], ['EcrTokenRefreshStale']],
      [],
    ]);
    expect(stale + 1).toBeLessThan(12 * 60);
  });

  test('an alert for a refresher that has never succeeded, but not for a new one', async () => {
    const minutes = [10 * 60, 10 * 60 + stale - 1, 10 * 60 + stale + 1, 36 * 60];

    const fired = await firing(schedule, [created(10 * HOUR)], minutes);

    expect(fired).toEqual(minutes.map((minute) => (minute > 10 * 60 + stale ? ['EcrTokenRefreshNeverSucceeded'] : [])));
  });

  test('no alert for other CronJobs', async () => {
    const fine = success((now) => Math.floor(now / (hours * HOUR)) * hours * HOUR);
    const others = [
      success(() => 0, { namespace: 'other' }),
      success(() => 0, { cronjob: 'another' }),
      { ...created(0), namespace: 'other' },
    ];

    expect(await firing(schedule, [created(0), fine, ...others], [24 * 60])).toEqual([[]]);
  });
});

test('the alert names the Secret, has a text that is true when it fires, and has the labels of the user', () => {
  const { metadata, spec } = rules.default;
  expect(metadata.labels).toMatchObject({ release: 'prometheus' });
  for (const { annotations } of spec.groups.flatMap((group) => group.rules)) {
    expect(annotations.description).toMatch(
      /aws-registry .*300 minutes.* kubectl -n hub logs job\/NAME --all-containers --ignore-errors says what to do\.$/,
    );
  }
});
