import { Chart } from 'cdk8s';
import { ISecret, Secret, k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { AwsIdentity, AwsIdentityKind } from './aws-identity';
import { FirstJob } from '../first-job';
import { iamPolicyJson } from './iam-policy';
import { checkOptions, checkRegistries } from '../checks';
import { EcrTokenRefresherProps } from '../options';
import { refresherPodTemplate } from '../pod';
import { ResolvedRegistry, resolveRegistry } from './resolved-registry';
import { JOB_DEADLINE_MINUTES, defaultSchedule, longestGapMinutes } from '../schedule';
import { createSecretAccess } from '../secret-access';
import { createTokenRefreshAlert } from '../alert';
import { Faults, givenProps } from '../../validation';
import { addCollisionCheck, objectIdentity } from '../../kubernetes/collisions';
import { baseNameFaults } from '../../kubernetes/names';
import { resolveNamespaces } from '../../kubernetes/namespaces';
import { IPushSecret } from '../../push-secret/push-secret';
import { SecretWriter, addSecretCollisionCheck } from '../../push-secret/secret-collisions';

/**
 * Keeps a push Secret with fresh ECR tokens: a CronJob, a Job for the first token, and the least rights to do it.
 *
 * The Secret is no object of the chart: applying the chart again never takes a token back. It carries labels of its own,
 * so that no tool takes it for the chart's, and annotations that say when it was refreshed and when it expires.
 */
export class EcrTokenRefresher extends Construct implements IPushSecret, SecretWriter {
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
  /** The service account of the pod, in the first namespace: the one that a role's trust policy names. */
  readonly serviceAccount: k8s.KubeServiceAccount;
  /** The schedule: five cron fields, in UTC. */
  readonly schedule: string;
  /** Who asks AWS for tokens. */
  readonly identity: AwsIdentity;
  /** The least policy for the identity, as JSON. */
  readonly iamPolicyJson: string;
  /** The command that refreshes the token now. */
  readonly refreshCommand: string;
  /** @internal */
  readonly _registries: readonly ResolvedRegistry[];
  /** @internal */
  readonly _writesSecret = true;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
   */
  constructor(scope: Construct, id: string, props: EcrTokenRefresherProps) {
    super(scope, id);
    props = givenProps(props);
    const base = props.name ?? id;
    const faults = new Faults();
    faults.add('name', ...baseNameFaults('refresher', base, props.name === undefined));
    this.namespaces = resolveNamespaces(this, props.namespaces, faults);
    checkOptions(props, checkRegistries('registries', props.registries, faults), faults);
    this.secretName = props.secretName ?? `${base}-push-secret`;
    this.identity = props.identity ?? AwsIdentity.ambient();
    if (this.identity.accessKeySecretName === this.secretName) {
      faults.add(
        'identity',
        `the access keys are in the Secret ${this.secretName}, which is the one that is to be written`,
      );
    }
    faults.throwIfAny('EcrTokenRefresher', this);

    const name = `${base}-ecr-token`;
    const [namespace] = this.namespaces;
    const registries = props.registries.map(resolveRegistry);
    this._registries = registries;
    this.hosts = registries.map(({ host }) => host);
    this.schedule = props.schedule ?? defaultSchedule(namespace, name, this.hosts);
    // A name of its own each time, by the shell that it is pasted into: Kubernetes expands no `$(...)` with a space.
    this.refreshCommand = `kubectl -n ${namespace} create job --from=cronjob/${name} ${name}-$(date +%s)`;
    this.iamPolicyJson = iamPolicyJson(registries);

    this.serviceAccount = new k8s.KubeServiceAccount(this, 'service-account', {
      metadata: { name, namespace, annotations: roleAnnotations(this.identity) },
      automountServiceAccountToken: false,
    });
    createSecretAccess(this, { name, home: namespace, namespaces: this.namespaces, secretName: this.secretName });
    const { labels } = Chart.of(this);
    const jobSpec = {
      // Kubernetes waits 10 s, 20 s and so on up to 10 minutes: 11 tries take most of the hour.
      backoffLimit: 10,
      activeDeadlineSeconds: JOB_DEADLINE_MINUTES * 60,
      template: refresherPodTemplate({
        registries,
        secretName: this.secretName,
        namespaces: this.namespaces,
        serviceAccountName: name,
        identity: this.identity,
        images: props.images ?? {},
        pod: props.pod ?? {},
        chartLabels: labels,
        refreshCommand: this.refreshCommand,
      }),
    };
    this.cronJob = new k8s.KubeCronJob(this, 'cron-job', {
      metadata: { name, namespace, annotations: { 'kubernetes.io/description': this.describe() } },
      spec: {
        schedule: this.schedule,
        timeZone: 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        // A run that was missed while the control plane was down is made up for until the next one is due.
        startingDeadlineSeconds: Math.max(4 * 60, longestGapMinutes(this.schedule)) * 60,
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
        annotations: { 'kubernetes.io/description': `The first run of the CronJob ${name}, at once.` },
      },
      spec: jobSpec,
    });
    if (props.alert !== undefined) {
      const watched = { name, namespace, schedule: this.schedule, secretName: this.secretName };
      createTokenRefreshAlert(this, watched, props.alert);
    }

    this.node.defaultChild = this.cronJob;
    this.secret = Secret.fromSecretName(this, 'ref', this.secretName);
    addSecretCollisionCheck(this);
    addCollisionCheck(this, 'name', objectIdentity);
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

/** @see https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough */
function roleAnnotations(identity: AwsIdentity): { [key: string]: string } | undefined {
  if (identity.kind !== AwsIdentityKind.IRSA) return undefined;
  return {
    'eks.amazonaws.com/role-arn': identity.roleArn!,
    'eks.amazonaws.com/sts-regional-endpoints': 'true',
  };
}
