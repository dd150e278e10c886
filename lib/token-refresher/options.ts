import { k8s } from 'cdk8s-plus-27';
import { AwsIdentity } from './aws/aws-identity';
import { EcrHostForm } from './aws/ecr-host';
import { PushTarget } from '../images/push-target';

/** One ECR registry: an account in a region. */
export interface EcrRegistryAddress {
  /** The AWS account, 12 digits. */
  readonly account: string;
  /** The AWS region: `eu-west-1`. */
  readonly region: string;
  /**
   * The form of the host that image references have.
   *
   * @default EcrHostForm.PLAIN
   */
  readonly hostForm?: EcrHostForm;
  /**
   * What is pushed to the registry: the IAM policy names it. An empty list means that images are only pulled from the
   * registry, from every repository of it.
   *
   * @default - every repository of the registry
   */
  readonly targets?: PushTarget[];
  /**
   * Create the repositories among `targets` where they are missing. A failure of that is logged and never stops a token.
   *
   * @default false
   */
  readonly ensureRepositories?: boolean;
}

/** The images of the refresher's pod, with tag or digest, for mirrors and for pinning. */
export interface EcrTokenRefresherImages {
  /**
   * An image with the AWS CLI and a shell.
   *
   * @default public.ecr.aws/aws-cli/aws-cli:2.36.46
   */
  readonly awsCli?: string;
  /**
   * An image with kubectl.
   *
   * @default registry.k8s.io/kubectl:v1.36.4
   */
  readonly kubectl?: string;
}

/** What a cluster may want of the refresher's pod. */
export interface EcrTokenRefresherPod {
  /**
   * The names of the Secrets to pull the images with.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];
  /**
   * The labels of the nodes to run on.
   *
   * @default - any node
   */
  readonly nodeSelector?: { [key: string]: string };
  /**
   * The taints to put up with.
   *
   * @default - none
   */
  readonly tolerations?: k8s.Toleration[];
  /**
   * The priority class.
   *
   * @default - the cluster's default
   */
  readonly priorityClassName?: string;
  /**
   * Labels of the pod, on top of the chart's.
   *
   * @default - the chart's labels, and `sidecar.istio.io/inject: "false"`
   */
  readonly labels?: { [key: string]: string };
  /**
   * Annotations of the pod, on top of the refresher's own: which container `kubectl logs` shows, and, with IRSA and Pod
   * Identity, what keeps the AWS credentials out of the kubectl container.
   *
   * @default - the refresher's own alone
   */
  readonly annotations?: { [key: string]: string };
  /**
   * Environment of the AWS container alone: `HTTPS_PROXY`, `NO_PROXY`, `AWS_USE_FIPS_ENDPOINT`. It is committed as it
   * stands, so that it can hold no password, and it cannot choose an identity.
   *
   * @default - nothing more than what the refresher needs
   */
  readonly awsEnv?: { [key: string]: string };
  /**
   * A ConfigMap in the refresher's namespace whose key `ca.crt` holds the certificates that the AWS CLI trusts, all of
   * them, as PEM.
   *
   * @default - those of the image
   */
  readonly caConfigMap?: string;
}

/** The alert on a refresher that does not refresh. */
export interface TokenRefreshAlertProps {
  /**
   * Labels of the PrometheusRule, on top of the chart's: those that your Prometheus selects rules by.
   *
   * @default - the chart's labels alone
   */
  readonly labels?: { [key: string]: string };
}

/** What can be chosen of a refresher, on its own and inside an `EcrRegistry`. */
export interface EcrTokenRefresherOptions {
  /**
   * The name of the Secret.
   *
   * @default - `<name>-push-secret`
   */
  readonly secretName?: string;
  /**
   * Who asks AWS for tokens.
   *
   * @default AwsIdentity.ambient()
   */
  readonly identity?: AwsIdentity;
  /**
   * When to refresh: five cron fields, in UTC. At least two runs have to fall into a token's 12 hours.
   *
   * @default - every 4 hours, at a minute that follows from the first namespace, the name and the registries
   */
  readonly schedule?: string;
  /**
   * The images of the pod.
   *
   * @default - the official ones of AWS and of Kubernetes
   */
  readonly images?: EcrTokenRefresherImages;
  /**
   * What the cluster wants of the pod.
   *
   * @default - nothing
   */
  readonly pod?: EcrTokenRefresherPod;
  /**
   * A PrometheusRule on the age of the last success. It takes kube-state-metrics and the Prometheus operator.
   *
   * @default - none
   */
  readonly alert?: TokenRefreshAlertProps;
}

/** Props of an `EcrTokenRefresher`. */
export interface EcrTokenRefresherProps extends EcrTokenRefresherOptions {
  /** The registries that the Secret logs in to, all in one partition of AWS. */
  readonly registries: EcrRegistryAddress[];
  /**
   * The base of the names: everything is named `<name>-ecr-token`.
   *
   * @default - the node id
   */
  readonly name?: string;
  /**
   * The namespaces that get the Secret. The first one is home to the refresher itself.
   *
   * @default - the chart's namespace
   */
  readonly namespaces?: string[];
}
