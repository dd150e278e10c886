import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { TokenRefresherProps } from '../../../lib';
import { TokenCloud, TokenSource } from '../../../lib/token-refresher/token-cloud';
import { TokenRefresher } from '../../../lib/token-refresher/token-refresher';
import { temporaryFolder } from '../../support/run-app';

/** An invented cloud, with tokens of one hour. It has only what every new cloud needs. */
const NIMBUS: TokenCloud = {
  title: 'Nimbus',
  tokenTitle: 'Nimbus token',
  alertPrefix: 'NimbusToken',
  username: 'cloud',
  life: { minutes: 60, inWords: 'one hour', everyMinutes: 15, mostRunsAnHour: 12 },
  container: 'nimbus',
  image: 'registry.example.com/curl:1',
  imageProp: 'curl',
  resources: { cpu: '20m', memory: '32Mi', memoryLimit: '64Mi' },
  envProp: 'curlEnv',
  caVariable: 'CURL_CA_BUNDLE',
  scripts: {
    identity: `cloud=Nimbus
token_title='Nimbus token'
identify() { :; }
advice() { echo "look at the sky"; }`,
    tokens: `fetch_token() {
  token=$(printf 'cloud:%s' "secret-for-$1" | base64)
  expires=$(( $(date +%s) + 3600 ))
}
finish() { echo "$REGION is done"; }`,
    pushCheck: `may_push() { answer=$ANSWER message='it rains' todo='wait for the sun'; }`,
  },
  allowedVariables: ['NIMBUS_CA'],
};

class NimbusTokenRefresher extends TokenRefresher {
  constructor(scope: Construct, id: string, props: TokenRefresherProps) {
    const source: TokenSource = {
      cloud: NIMBUS,
      errors: [],
      hosts: ['images.nimbus.example'],
      requests: ['west=images.nimbus.example'],
      pushTargets: ['west=images.nimbus.example/team/notebooks'],
      variables: { IDENTITY: 'weather', REGION: 'west' },
      variablesFrom: [],
    };
    super(scope, id, source, props);
  }
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: string[];
  readonly args: string[];
  readonly env: { name: string; value: string }[];
  readonly resources: { readonly requests: object; readonly limits: object };
}

interface Pod {
  readonly initContainers: Container[];
  readonly containers: Container[];
}

function manifests(props: TokenRefresherProps = {}): Record<string, { spec: Record<string, unknown> }> {
  const chart = new Chart(new App(), 'chart', { namespace: 'hub' });
  new NimbusTokenRefresher(chart, 'nimbus', props);
  return Object.fromEntries(
    (Testing.synth(chart) as { kind: string }[]).map((object) => [object.kind, object]),
  ) as never;
}

test('the schedule, the deadlines and the alert follow from a life of one hour', () => {
  const { CronJob, Job, PrometheusRule } = manifests({ alert: {} });
  expect(CronJob.spec.schedule).toMatch(/^[0-9]+-59\/15 \* \* \* \*$/);
  expect(CronJob.spec.startingDeadlineSeconds).toBe(15 * 60);
  // 10 s, 20 s, 40 s, 80 s, 160 s and 320 s make 630 s
  expect(Job.spec).toMatchObject({ activeDeadlineSeconds: 15 * 60, backoffLimit: 6 });
  expect(JSON.stringify(PrometheusRule)).toContain('NimbusTokenRefreshStale');
  expect(JSON.stringify(PrometheusRule)).toContain('It is valid for one hour');
});

test('nothing of another cloud is in its manifests', () => {
  expect(JSON.stringify(manifests({ alert: {} })).match(/aws|\becr\b|amazon/gi)).toBeNull();
});

/** Runs a container as the kubelet would, in a folder instead of its volumes. */
function run({ command, args, env }: Container, folder: string, more: Record<string, string> = {}) {
  const variables = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  return spawnSync(command[0], [...command.slice(1), ...args], {
    encoding: 'utf8',
    env: { ...variables, NODE_ENV: 'test', PATH: process.env.PATH, HOME: folder, MANIFESTS_DIR: folder, ...more },
  });
}

function pod(props: TokenRefresherProps = {}): Pod {
  return (manifests(props).Job.spec as { template: { spec: Pod } }).template.spec;
}

test('its containers ask for what it needs', () => {
  const { initContainers, containers } = pod();
  for (const { resources } of [initContainers[0], containers[0]]) {
    expect(resources).toEqual({ requests: { cpu: '20m', memory: '32Mi' }, limits: { cpu: '500m', memory: '64Mi' } });
  }
});

test('its pod writes the Secret', () => {
  const [container] = pod().initContainers;
  expect(container.image).toBe(NIMBUS.image);
  const folder = temporaryFolder();
  const { stdout, status } = run(container, folder);
  expect(status).toBe(0);
  expect(stdout).toContain('west is done');
  const secret = JSON.parse(fs.readFileSync(path.join(folder, 'hub.json'), 'utf8')) as {
    data: Record<string, string>;
  };
  const config = JSON.parse(Buffer.from(secret.data['.dockerconfigjson'], 'base64').toString('utf8')) as unknown;
  const auth = Buffer.from('cloud:secret-for-west').toString('base64');
  expect(config).toEqual({ auths: { 'images.nimbus.example': { auth } } });
});

test.each([
  ['yes', 0, 'OK. The token is fresh and may push.'],
  ['no', 3, 'FAILED: the token may not push. The Secret nimbus-push-secret has a fresh token, so pulls keep working.'],
  ['unknown', 1, 'FAILED: the registry did not say whether the token may push.'],
])('its push check ends with the answer %s', (answer, expected, line) => {
  const { initContainers, containers } = pod();
  expect(initContainers.map(({ name }) => name)).toEqual(['nimbus', 'kubectl']);
  const { stdout, status } = run(containers[0], temporaryFolder(), { ANSWER: answer });
  expect(status).toBe(expected);
  const [first, last] = stdout.trim().split('\n');
  expect(first).toContain('images.nimbus.example/team/notebooks: ');
  expect(last).toContain(line);
  if (answer !== 'yes') expect(last).toContain('To do: images.nimbus.example/team/notebooks: wait for the sun.');
});

test('a push that is refused ends the Job at once', () => {
  expect(manifests().Job.spec.podFailurePolicy).toEqual({
    rules: [{ action: 'FailJob', onExitCodes: { containerName: 'push-check', operator: 'In', values: [3] } }],
  });
});

test('without a push check, kubectl is the last container', () => {
  const { initContainers, containers } = pod({ pushCheck: false });
  expect([...initContainers, ...containers].map(({ name }) => name)).toEqual(['nimbus', 'kubectl']);
  expect(manifests({ pushCheck: false }).Job.spec.podFailurePolicy).toBeUndefined();
});
