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

/** Exit status 3 of the push check ends the Job at once, as a registry that said no would say it again. */
const NO_RETRY = {
  action: 'FailJob',
  onExitCodes: { containerName: PUSH_CHECK, operator: 'In', values: [3] },
  // Kubernetes accepts only one of the two, but the class requires both.
} as k8s.PodFailurePolicyRule;

/**
 * The script contains `${...}`, which Flux's `postBuild.substitute` would replace.
 *
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
 */
const NO_SUBSTITUTION = { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' };

/**
 * A kustomize transformer changes a Job's pod but not its name. With this annotation, Flux replaces the Job.
 *
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
 */
const REPLACE_WHERE_IMMUTABLE = { 'kustomize.toolkit.fluxcd.io/force': 'enabled' };

/**
 * Keeps a push Secret filled with fresh tokens of a cloud, with a CronJob, a Job for the first token, and the fewest
 * rights that this needs.
 *
 * The Secret is not part of the chart, so applying the chart again never replaces a fresh token with an old one. It has
 * its own labels, so that no tool treats it as the chart's, and annotations that say when it was refreshed and when it
 * expires.
 *
 * @internal each cloud's refresher is its public class
 */
export abstract class TokenRefresher extends Construct implements IPushSecret, SecretWriter {
  readonly secretName: string;
  readonly namespaces: string[];
  readonly hosts: string[];
  readonly secret: ISecret;
  /** The CronJob, in the first namespace. */
  readonly cronJob: k8s.KubeCronJob;
  /**
   * The Job of the first token, with the same pod as the CronJob. Its name, `firstJobName`, ends in a hash of the spec
   * as it is written, so a patched Job is a new Job. A patched name gets the hash too. Patches of the CronJob's pod do
   * not change this Job: patch both.
   */
  readonly firstJob: k8s.KubeJob;
  /** The service account of the pod, in the first namespace. The cloud must trust it. */
  readonly serviceAccount: k8s.KubeServiceAccount;
  /** The times at which the refresher runs. */
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
    // The shell that it is pasted into makes a new name each time. Kubernetes does not expand `$(...)` with a space.
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
        // A run that was missed while the control plane was down can still start until the next one is due.
        startingDeadlineSeconds: Math.max(cloud.life.everyMinutes, this.schedule._longestGapMinutes) * 60,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: { metadata: { labels }, spec: jobSpec },
      },
    });
    // No TTL, or a tool that reconciles the chart would create the Job again and again.
    this.firstJob = new FirstJob(this, 'first-job', {
      metadata: {
        name,
        namespace,
        annotations: {
          'kubernetes.io/description': `The first run of the CronJob ${name}, without waiting for its schedule.`,
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
   * Mounts the Secret into a container, and sets the variables that tell builders where it is.
   *
   * @param container the container
   * @throws an error if the container already has a push Secret, or sets one of the variables itself
   */
  mount(container: Container): void {
    mountPushSecret(this, container);
  }

  /** The name of the first Job as it is now. A later patch or label changes it. */
  get firstJobName(): string {
    return (this.firstJob.toJson() as { metadata: { name: string } }).metadata.name;
  }

  private describe(): string {
    const where = this.namespaces.join(', ');
    return (
      `Keeps the Secret ${this.secretName} in ${where} filled with fresh tokens for ${this.hosts.join(', ')}. ` +
      `Refresh now: ${this.refreshCommand}`
    );
  }
}
