import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import {
  AwsIdentity,
  EcrAddress,
  EcrTokenRefresher,
  EcrTokenRefresherProps,
  PasswordSource,
  PushSecret,
  PushTarget,
  RegistryLogin,
  Schedule,
} from '../../../../lib';

const PLACE = { account: '123456789012', region: 'eu-west-1' };
const REGISTRY = EcrAddress.of(PLACE);
const ROLE_ARN = 'arn:aws:iam::123456789012:role/ecr-push';

// What Testing.synth gives is anything; a test looks at what it expects to be there.
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-argument */

function newChart(labels?: { [key: string]: string }): Chart {
  return new Chart(new App(), 'chart', { namespace: 'hub', labels });
}

function newRefresher(props: Partial<EcrTokenRefresherProps> = {}, chart = newChart()): EcrTokenRefresher {
  return new EcrTokenRefresher(chart, 'ecr', { registries: [REGISTRY], ...props });
}

function objectsOf(refresher: EcrTokenRefresher): any[] {
  return Testing.synth(Chart.of(refresher));
}

function ofKind(refresher: EcrTokenRefresher, kind: string): any[] {
  return objectsOf(refresher).filter((object) => object.kind === kind);
}

function podOf(refresher: EcrTokenRefresher): any {
  const pod = ofKind(refresher, 'CronJob')[0].spec.jobTemplate.spec.template;
  expect(ofKind(refresher, 'Job')[0].spec.template).toEqual(pod);
  return pod;
}

function awsEnv(refresher: EcrTokenRefresher): { [name: string]: unknown } {
  const env: any[] = podOf(refresher).spec.initContainers[0].env;
  return Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom.secretKeyRef]));
}

test('the whole refresher, without its script', () => {
  const refresher = newRefresher({ identity: AwsIdentity.irsa(ROLE_ARN), alert: {} });
  const objects = JSON.parse(JSON.stringify(objectsOf(refresher))) as any[];
  for (const job of [objects[3].spec.jobTemplate, objects[4]]) job.spec.template.spec.initContainers[0].args = ['...'];
  objects[4].spec.template = '...';
  objects[4].metadata.name = objects[4].metadata.name.replace(/[0-9a-f]{8}$/, '<hash>');
  expect(objects).toMatchSnapshot();
});

describe('the documented defaults', () => {
  const refresher = newRefresher();

  test('of the refresher', () => {
    expect(refresher.secretName).toBe('ecr-push-secret');
    expect(refresher.namespaces).toEqual(['hub']);
    expect(refresher.cronJob.name).toBe('ecr-token');
    expect(refresher.schedule).toBeInstanceOf(Schedule);
    expect(refresher.schedule.expression).toBe('48 */4 * * *');
    expect(refresher.identity).toEqual(AwsIdentity.ambient());
    expect(refresher.hosts).toEqual(['123456789012.dkr.ecr.eu-west-1.amazonaws.com']);
    expect(refresher.iamPolicyJson).toContain('"arn:aws:ecr:eu-west-1:123456789012:repository/*"');
    expect(refresher.iamPolicyJson).not.toContain('CreateRepository');
    expect(refresher.node.defaultChild).toBe(refresher.cronJob);
    expect(refresher.secret.name).toBe('ecr-push-secret');
    expect(ofKind(refresher, 'PrometheusRule')).toEqual([]);
  });

  test('of the pod', () => {
    const { metadata, spec } = podOf(refresher);
    expect(spec.initContainers[0].image).toBe('public.ecr.aws/aws-cli/aws-cli:2.36.46');
    expect(spec.containers[0].image).toBe('registry.k8s.io/kubectl:v1.36.4');
    expect(metadata).toEqual({
      labels: { 'sidecar.istio.io/inject': 'false' },
      annotations: { 'kubectl.kubernetes.io/default-container': 'aws' },
    });
    for (const field of ['imagePullSecrets', 'nodeSelector', 'tolerations', 'priorityClassName']) {
      expect(spec).not.toHaveProperty(field);
    }
    // both containers can end at once: they have nothing to finish, and process 1 of the first ignores SIGTERM
    expect(spec).toMatchObject({ terminationGracePeriodSeconds: 5 });
    expect(awsEnv(refresher)).toEqual({
      IDENTITY: 'ambient',
      REQUESTS: 'eu-west-1=123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      TOKEN_USERNAME: 'AWS',
      SECRET_NAME: 'ecr-push-secret',
      NAMESPACES: 'hub',
      MANIFESTS_DIR: '/manifests',
      NEXT_RUN: '240',
      REFRESH_NOW: 'kubectl -n hub create job --from=cronjob/ecr-token ecr-token-$(date +%s)',
      HOME: '/tmp',
      AWS_STS_REGIONAL_ENDPOINTS: 'regional',
    });
  });
});

describe('the CronJob and the first Job', () => {
  test('run often enough to keep the token fresh', () => {
    const { spec } = ofKind(newRefresher(), 'CronJob')[0];
    expect(spec).toMatchObject({
      concurrencyPolicy: 'Forbid',
      timeZone: 'Etc/UTC',
      startingDeadlineSeconds: 14400,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: { spec: { backoffLimit: 10, activeDeadlineSeconds: 3600 } },
    });
    const [job] = ofKind(newRefresher(), 'Job');
    expect(job.spec).toMatchObject({ backoffLimit: 10, activeDeadlineSeconds: 3600 });
    expect(job.spec).not.toHaveProperty('ttlSecondsAfterFinished');
  });

  test.each([
    ['17 * * * *', 4],
    ['17 */4 * * *', 4],
    ['0 */5 * * *', 5],
    ['0 0,1,11,12,22,23 * * *', 10],
  ])('%s: a missed run is made up for within %d hours, when the next one is due', (schedule, hours) => {
    const { spec } = ofKind(newRefresher({ schedule: Schedule.cron(schedule) }), 'CronJob')[0];
    expect(spec.schedule).toBe(schedule);
    expect(spec.startingDeadlineSeconds).toBe(hours * 3600);
  });

  test('the CronJob says what it is and how to refresh now', () => {
    expect(ofKind(newRefresher(), 'CronJob')[0].metadata.annotations).toEqual({
      'kubernetes.io/description':
        'Keeps the Secret ecr-push-secret in hub filled with fresh tokens for 123456789012.dkr.ecr.eu-west-1.amazonaws.com. ' +
        'Refresh now: kubectl -n hub create job --from=cronjob/ecr-token ecr-token-$(date +%s)',
      'kustomize.toolkit.fluxcd.io/substitute': 'disabled',
    });
  });

  test('Flux does not change the script, and replaces a Job whose pod was changed', () => {
    expect(ofKind(newRefresher(), 'Job')[0].metadata.annotations).toMatchObject({
      'kustomize.toolkit.fluxcd.io/substitute': 'disabled',
      'kustomize.toolkit.fluxcd.io/force': 'enabled',
    });
  });

  test("the Job's name depends on what it runs, including patches and labels", () => {
    const { firstJobName } = newRefresher();
    expect(firstJobName).toMatch(/^ecr-token-[0-9a-f]{8}$/);
    expect(newRefresher().firstJobName).toBe(firstJobName);
    const patched = newRefresher();
    patched.firstJob.addJsonPatch(JsonPatch.add('/spec/template/spec/priorityClassName', 'high'));
    const names = [
      firstJobName,
      patched.firstJobName,
      newRefresher({}, newChart({ team: 'ml' })).firstJobName,
      newRefresher({ pod: { labels: { team: 'data' } } }).firstJobName,
      newRefresher({ images: { kubectl: 'mirror.example.com/kubectl:v1.36.4' } }).firstJobName,
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(ofKind(patched, 'Job')[0].metadata.name).toBe(patched.firstJobName);
  });

  test('a schedule at other times keeps the first Job, one with longer intervals does not, as the pod warns about them', () => {
    const nameWith = (cron: string): string => newRefresher({ schedule: Schedule.cron(cron) }).firstJobName;
    expect(nameWith('1 */4 * * *')).toBe(newRefresher().firstJobName);
    expect(nameWith('1 */3 * * *')).not.toBe(newRefresher().firstJobName);
  });

  test('the longest name still fits', () => {
    const refresher = newRefresher({ name: 'x'.repeat(40) });
    expect(refresher.cronJob.name.length).toBeLessThanOrEqual(52);
    expect(refresher.firstJobName.length).toBeLessThanOrEqual(63);
  });
});

describe('rights', () => {
  test('create and patch of the one Secret, in each namespace, and nothing else', () => {
    const refresher = newRefresher({ namespaces: ['hub', 'ml'] });
    for (const [i, namespace] of ['hub', 'ml'].entries()) {
      expect(ofKind(refresher, 'Role')[i]).toMatchObject({ metadata: { name: 'ecr-token', namespace } });
      expect(ofKind(refresher, 'Role')[i].rules).toEqual([
        { apiGroups: [''], resources: ['secrets'], resourceNames: ['ecr-push-secret'], verbs: ['create', 'patch'] },
      ]);
      expect(ofKind(refresher, 'RoleBinding')[i]).toMatchObject({
        metadata: { name: 'ecr-token', namespace },
        roleRef: { kind: 'Role', name: 'ecr-token' },
        subjects: [{ kind: 'ServiceAccount', name: 'ecr-token', namespace: 'hub' }],
      });
    }
    for (const kind of ['ServiceAccount', 'CronJob', 'Job']) {
      expect(ofKind(refresher, kind).map(({ metadata }) => metadata.namespace)).toEqual(['hub']);
    }
    expect(objectsOf(refresher)).toHaveLength(7);
  });

  test('only the kubectl container has the token of the service account', () => {
    const refresher = newRefresher();
    const { spec } = podOf(refresher);
    expect(ofKind(refresher, 'ServiceAccount')[0].automountServiceAccountToken).toBe(false);
    expect(spec.automountServiceAccountToken).toBe(false);
    const mounts = (container: any): string[] => container.volumeMounts.map(({ mountPath }: any) => mountPath);
    expect(mounts(spec.initContainers[0])).toEqual(['/tmp', '/manifests']);
    expect(mounts(spec.containers[0])).toEqual(['/manifests', '/var/run/secrets/kubernetes.io/serviceaccount']);
  });

  // With any flag about the connection, even --request-timeout, kubectl asks localhost:8080.
  test('kubectl has only the flags of apply', () => {
    const { args = [] } = podOf(newRefresher()).spec.containers[0];
    expect(args.map((arg: string) => arg.split('=')[0])).toEqual([
      'apply',
      '--server-side',
      '--force-conflicts',
      '--field-manager',
      '--filename',
    ]);
  });

  test('the user is the given one, or the cluster chooses it', () => {
    const user = (pod: object): object => podOf(newRefresher({ pod })).spec.securityContext;
    expect(user({ runAsUser: 1000 })).toMatchObject({ runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 });
    const left = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
    expect(user({ useClusterUser: true })).toEqual(left);
  });

  test('Pod Security restricted', () => {
    const { spec } = podOf(newRefresher());
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const container of [...spec.initContainers, ...spec.containers]) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(Object.keys(container.resources)).toEqual(['limits', 'requests']);
      expect(container.terminationMessagePolicy).toBe('FallbackToLogsOnError');
    }
    expect(spec.volumes.slice(0, 2).map(({ emptyDir }: any) => emptyDir)).toEqual([
      { medium: 'Memory', sizeLimit: '16Mi' },
      { medium: 'Memory', sizeLimit: '16Mi' },
    ]);
  });
});

describe('identities', () => {
  test('an IAM role for the service account', () => {
    const refresher = newRefresher({ identity: AwsIdentity.irsa(ROLE_ARN) });
    // no annotation that the webhook of EKS would act on
    expect(JSON.stringify(Testing.synth(Chart.of(refresher))).match(/"eks\.amazonaws\.com/g)).toBeNull();
    expect(awsEnv(refresher)).toMatchObject({
      IDENTITY: 'irsa',
      AWS_ROLE_ARN: ROLE_ARN,
      AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/token-refresher/token',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    const serviceAccountToken = { audience: 'sts.amazonaws.com', expirationSeconds: 3600, path: 'token' };
    expect(podOf(refresher).spec.volumes).toContainEqual({
      name: 'pod-token',
      projected: { sources: [{ serviceAccountToken }] },
    });
  });

  test('Pod Identity', () => {
    const refresher = newRefresher({ identity: AwsIdentity.podIdentity() });
    expect(ofKind(refresher, 'ServiceAccount')[0].metadata).not.toHaveProperty('annotations');
    expect(awsEnv(refresher)).toMatchObject({ IDENTITY: 'pod-identity', AWS_EC2_METADATA_DISABLED: 'true' });
  });

  test('access keys', () => {
    expect(awsEnv(newRefresher({ identity: AwsIdentity.accessKeys('keys') }))).toMatchObject({
      IDENTITY: 'access-keys',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: { name: 'keys', key: 'AWS_ACCESS_KEY_ID' },
      AWS_SECRET_ACCESS_KEY: { name: 'keys', key: 'AWS_SECRET_ACCESS_KEY' },
    });
  });
});

test('the settings of the pod', () => {
  const refresher = newRefresher({
    pod: {
      imagePullSecrets: ['mirror'],
      nodeSelector: { pool: 'infra' },
      tolerations: [{ key: 'infra', operator: 'Exists' }],
      priorityClassName: 'system-cluster-critical',
      labels: { team: 'ml', 'sidecar.istio.io/inject': 'true' },
      annotations: { 'linkerd.io/inject': 'disabled' },
      awsEnv: { NO_PROXY: '10.0.0.0/8', HTTPS_PROXY: 'http://proxy:3128' },
      caConfigMap: 'company-ca',
    },
    images: { awsCli: `mirror.example.com:5000/aws-cli@sha256:${'a'.repeat(64)}` },
  });
  const { metadata, spec } = podOf(refresher);
  expect(metadata).toEqual({
    labels: { team: 'ml', 'sidecar.istio.io/inject': 'true' },
    annotations: { 'kubectl.kubernetes.io/default-container': 'aws', 'linkerd.io/inject': 'disabled' },
  });
  expect(spec).toMatchObject({
    imagePullSecrets: [{ name: 'mirror' }],
    nodeSelector: { pool: 'infra' },
    tolerations: [{ key: 'infra', operator: 'Exists' }],
    priorityClassName: 'system-cluster-critical',
  });
  expect(spec.initContainers[0].image).toBe(`mirror.example.com:5000/aws-cli@sha256:${'a'.repeat(64)}`);
  expect(awsEnv(refresher)).toMatchObject({
    AWS_CA_BUNDLE: '/etc/refresher-ca/ca.crt',
    HTTPS_PROXY: 'http://proxy:3128',
  });
  expect(spec.volumes[3]).toEqual({ name: 'ca', configMap: { name: 'company-ca' } });
  expect(spec.initContainers[0].volumeMounts).toContainEqual({
    name: 'ca',
    mountPath: '/etc/refresher-ca',
    readOnly: true,
  });
  // kubectl would send the API server through the proxy.
  expect(spec.containers[0]).not.toHaveProperty('env');
});

test('registries of one region are next to each other', () => {
  const refresher = newRefresher({
    registries: [
      EcrAddress.of({ ...PLACE, region: 'us-east-1' }),
      REGISTRY,
      EcrAddress.of({ account: '000000000001', region: 'us-east-1' }),
    ],
  });
  expect(awsEnv(refresher).REQUESTS).toBe(
    [
      'eu-west-1=123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      'us-east-1=000000000001.dkr.ecr.us-east-1.amazonaws.com',
      'us-east-1=123456789012.dkr.ecr.us-east-1.amazonaws.com',
    ].join('\n'),
  );
});

test('creates the repositories that are asked for, each once, but no prefixes', () => {
  const [notebooks, models] = ['ml/notebooks', 'models'].map((path) => PushTarget.repository(path));
  const refresher = newRefresher({
    registries: [
      EcrAddress.of({
        ...PLACE,
        targets: [notebooks, notebooks, PushTarget.prefix('ml'), models],
        ensureRepositories: true,
      }),
      EcrAddress.of({ account: '000000000001', region: 'us-east-1', targets: [notebooks] }),
    ],
  });
  expect(awsEnv(refresher).ENSURE_REPOSITORIES).toBe(
    'eu-west-1=123456789012=ml/notebooks\neu-west-1=123456789012=models',
  );
  expect(awsEnv(newRefresher())).not.toHaveProperty('ENSURE_REPOSITORIES');
});

describe('labels', () => {
  const refresher = newRefresher(
    { pod: { labels: { team: 'data' } }, alert: { labels: { release: 'prometheus' } } },
    newChart({ team: 'ml', 'app.kubernetes.io/part-of': 'primehub' }),
  );

  test('of the chart are on every object, the jobs and the pods', () => {
    for (const { metadata } of objectsOf(refresher)) expect(metadata.labels).toMatchObject({ team: 'ml' });
    expect(ofKind(refresher, 'CronJob')[0].spec.jobTemplate.metadata.labels).toMatchObject({ team: 'ml' });
    expect(podOf(refresher).metadata.labels).toMatchObject({ 'app.kubernetes.io/part-of': 'primehub', team: 'data' });
    expect(ofKind(refresher, 'PrometheusRule')[0].metadata.labels).toMatchObject({ release: 'prometheus', team: 'ml' });
  });
});

describe('in a tree', () => {
  test('two side by side', () => {
    const chart = newChart();
    newRefresher({}, chart);
    new EcrTokenRefresher(chart, 'other', { registries: [REGISTRY] });
    expect(Testing.synth(chart)).toHaveLength(10);
  });

  test('two that write the same Secret', () => {
    const chart = newChart();
    newRefresher({}, chart);
    new EcrTokenRefresher(chart, 'other', { registries: [REGISTRY], secretName: 'ecr-push-secret' });
    expect(() => Testing.synth(chart)).toThrow(
      "the Secret hub/ecr-push-secret is made twice, by 'chart/ecr' and 'chart/other'",
    );
  });

  test('one that writes the Secret of a PushSecret', () => {
    const chart = newChart();
    const password = PasswordSource.fromPlaintext('x');
    const logins = [RegistryLogin.of({ host: 'gcr.io', username: 'u', password })];
    new PushSecret(chart, 'logins', { secretName: 'ecr-push-secret', logins });
    newRefresher({}, chart);
    expect(() => Testing.synth(chart)).toThrow('is made twice');
  });

  test('two of the same name', () => {
    const chart = newChart();
    newRefresher({}, chart);
    new EcrTokenRefresher(chart, 'other', { registries: [REGISTRY], name: 'ecr', secretName: 'aws-registry' });
    for (const made of ['ServiceAccount', 'Role', 'RoleBinding', 'CronJob']) {
      expect(() => Testing.synth(chart)).toThrow(
        `the ${made} hub/ecr-token is made twice, by 'chart/ecr' and 'chart/other/`,
      );
    }
    expect(() => Testing.synth(chart)).toThrow('; give one of them another `name`');
  });

  test('two with the same name and different first namespaces, in a namespace that gets both Secrets', () => {
    const app = new App();
    const charts = ['team-a', 'team-b'].map((namespace) => new Chart(app, namespace, { namespace }));
    for (const chart of charts) {
      const namespaces = [chart.namespace!, 'shared'];
      const secretName = `${chart.namespace}-registry`;
      new EcrTokenRefresher(chart, 'ecr', { registries: [REGISTRY], namespaces, secretName });
    }
    expect(() => app.synth()).toThrow("the Role shared/ecr-token is made twice, by 'team-a/ecr' and 'team-b/ecr/");
  });

  test('its main object is the CronJob', () => {
    expect(ApiObject.of(newRefresher()).kind).toBe('CronJob');
  });
});
