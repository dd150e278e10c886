import { Chart } from 'cdk8s';
import { Container, ISecret, Secret, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { createAdmissionPolicy } from './admission-policy';
import { createTokenRefreshAlert } from './alert';
import { FirstJob } from './first-job';
import { AnyTokenRefresherProps } from './options';
import { PUSH_CHECK, refresherPodTemplate } from './pod';
import { Schedule, defaultSchedule, jobDeadlineMinutes, retriesWithin } from './schedule';
import { createSecretAccess } from './secret-access';
import { TokenSource } from './token-cloud';
import { validateOptions } from './validate-options';
import { addCollisionCheck, objectIdentity } from '../kubernetes/collisions';
import { validateBaseName } from '../kubernetes/names';
import { resolveNamespaces } from '../kubernetes/namespaces';
import { mountPushSecret } from '../push-secret/mount';
import { IPushSecret } from '../push-secret/push-secret';
import { SecretWriter, addSecretCollisionCheck } from '../push-secret/secret-collisions';
import { ValidationErrors, givenProps } from '../validation';

/** A registry that said no says it again: exit status 3 of the push check ends the Job at once. */
const NO_RETRY = {
  action: 'FailJob',
  onExitCodes: { containerName: PUSH_CHECK, operator: 'In', values: [3] },
  // Kubernetes takes one of the two, the class wants both.
} as k8s.PodFailurePolicyRule;

/**
 * The script has `${...}`, which Flux's `postBuild.substitute` takes for its own variables.
 *
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
 */
const NO_SUBSTITUTION = { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' };

/**
 * A transformer of kustomize changes the pod of a Job and keeps its name: Flux then makes the Job anew.
 *
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
 */
const REPLACE_WHERE_IMMUTABLE = { 'kustomize.toolkit.fluxcd.io/force': 'enabled' };

/**
 * Keeps a push Secret with fresh tokens of a cloud: a CronJob, a Job for the first token, and the least rights to do it.
 *
 * The Secret is no object of the chart: applying the chart again never takes a token back. It carries labels of its own,
 * so that no tool takes it for the chart's, and annotations that say when it was refreshed and when it expires.
 *
 * @internal the public face of it is the refresher of each cloud
 */
export abstract class TokenRefresher extends Construct implements IPushSecret, SecretWriter {
  readonly secretName: string;
  readonly namespaces: string[];
  readonly hosts: string[];
  readonly secret: ISecret;
  /** The CronJob, in the first namespace. */
  readonly cronJob: k8s.KubeCronJob;
  /**
   * The Job of the first token, with the same pod as the CronJob. Its name ends in a hash of its spec as it is written,
   * so that every patch of it makes another Job; `firstJobName` has it. A patch of the CronJob's pod does not reach it:
   * patch both. A patched name gets the hash too.
   */
  readonly firstJob: k8s.KubeJob;
  /** The service account of the pod, in the first namespace: the one that the cloud has to trust. */
  readonly serviceAccount: k8s.KubeServiceAccount;
  /** When it runs. */
  readonly schedule: Schedule;
  /** The command that refreshes the token now. */
  readonly refreshCommand: string;
  /** @internal */
  readonly _writesSecret = true;

  protected constructor(scope: Construct, id: string, source: TokenSource, given: AnyTokenRefresherProps) {
    super(scope, id);
    const props = givenProps(given);
    const { cloud } = source;
    const base = props.name ?? id;
    const errors = new ValidationErrors();
    errors.add('name', validateBaseName('refresher', base, props.name === undefined));
    this.namespaces = resolveNamespaces(this, props.namespaces, errors);
    errors.add([], source.errors);
    errors.add([], validateOptions(props, cloud));
    errors.throwIfAny(this.constructor.name, this);

    const name = `${base}-token`;
    const [namespace] = this.namespaces;
    this.secretName = props.secretName ?? `${base}-push-secret`;
    this.hosts = [...source.hosts];
    this.schedule = props.schedule ?? defaultSchedule(namespace, name, this.hosts, cloud.life);
    // A name of its own each time, by the shell that it is pasted into: Kubernetes expands no `$(...)` with a space.
    this.refreshCommand = `kubectl -n ${namespace} create job --from=cronjob/${name} ${name}-$(date +%s)`;

    this.serviceAccount = new k8s.KubeServiceAccount(this, 'service-account', {
      metadata: { name, namespace, annotations: source.serviceAccountAnnotations },
      automountServiceAccountToken: false,
    });
    const access = { name, home: namespace, namespaces: this.namespaces, secretName: this.secretName };
    createSecretAccess(this, access);
    if (props.admissionPolicy === true) createAdmissionPolicy(this, access, cloud);
    const { labels } = Chart.of(this);
    const deadline = jobDeadlineMinutes(cloud.life);
    const pushCheck = props.pushCheck !== false && source.pushTargets.length > 0;
    const jobSpec = {
      backoffLimit: retriesWithin(deadline),
      activeDeadlineSeconds: deadline * 60,
      podFailurePolicy: pushCheck ? { rules: [NO_RETRY] } : undefined,
      template: refresherPodTemplate({
        source,
        secretName: this.secretName,
        namespaces: this.namespaces,
        serviceAccountName: name,
        images: props.images ?? {},
        pod: props.pod ?? {},
        pushCheck,
        chartLabels: labels,
        nextRun: this.schedule._longestGapMinutes,
        refreshCommand: this.refreshCommand,
      }),
    };
    this.cronJob = new k8s.KubeCronJob(this, 'cron-job', {
      metadata: { name, namespace, annotations: { 'kubernetes.io/description': this.describe(), ...NO_SUBSTITUTION } },
      spec: {
        schedule: this.schedule.expression,
        timeZone: 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        // A run that was missed while the control plane was down is made up for until the next one is due.
        startingDeadlineSeconds: Math.max(cloud.life.everyMinutes, this.schedule._longestGapMinutes) * 60,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: { metadata: { labels }, spec: jobSpec },
      },
    });
    // No TTL: whatever reconciles the chart would create the Job again and again.
    this.firstJob = new FirstJob(this, 'first-job', {
      metadata: {
        name,
        namespace,
        annotations: {
          'kubernetes.io/description': `The first run of the CronJob ${name}, at once.`,
          ...NO_SUBSTITUTION,
          ...REPLACE_WHERE_IMMUTABLE,
        },
      },
      spec: jobSpec,
    });
    if (props.alert !== undefined) {
      const watched = { name, namespace, schedule: this.schedule, secretName: this.secretName, cloud };
      createTokenRefreshAlert(this, watched, props.alert);
    }

    this.node.defaultChild = this.cronJob;
    this.secret = Secret.fromSecretName(this, 'ref', this.secretName);
    addSecretCollisionCheck(this);
    addCollisionCheck(this, 'name', objectIdentity);
  }

  /**
   * Mounts the Secret into a container, and sets the variables by which builders find it.
   *
   * @param container the container
   * @throws Error when the container has a push Secret already, or sets one of the variables itself
   */
  mount(container: Container): void {
    mountPushSecret(this, container);
  }

  /** The name of the first Job as it is now. A later patch or label of it gives it another. */
  get firstJobName(): string {
    return (this.firstJob.toJson() as { metadata: { name: string } }).metadata.name;
  }

  private describe(): string {
    const where = this.namespaces.join(', ');
    return (
      `Keeps the Secret ${this.secretName} in ${where} with fresh tokens for ${this.hosts.join(', ')}. ` +
      `Refresh now: ${this.refreshCommand}`
    );
  }
}
