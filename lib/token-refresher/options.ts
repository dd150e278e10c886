import { k8s } from 'cdk8s-plus-27';
import { Schedule } from './schedule';

/** Settings of the refresher's pod. */
export interface TokenRefresherPod {
  /**
   * The user id of the pod, also its group and its `fsGroup`. It is a whole number from 1.
   *
   * @default 65532
   */
  readonly runAsUser?: number;
  /**
   * Let the cluster choose user, group and `fsGroup`. OpenShift's `restricted-v2` refuses numbers outside the
   * namespace's range, and fills in its own.
   *
   * @default false
   */
  readonly useClusterUser?: boolean;
  /**
   * The names of the Secrets with which the pod's images are pulled.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];
  /**
   * The labels of the nodes on which the pod may run.
   *
   * @default - any node
   */
  readonly nodeSelector?: { [key: string]: string };
  /**
   * The taints that the pod tolerates.
   *
   * @default - none
   */
  readonly tolerations?: k8s.Toleration[];
  /**
   * The name of the pod's priority class.
   *
   * @default - the cluster's default
   */
  readonly priorityClassName?: string;
  /**
   * Labels of the pod, added to the chart's.
   *
   * @default - the chart's labels, and `sidecar.istio.io/inject: "false"`
   */
  readonly labels?: { [key: string]: string };
  /**
   * Annotations of the pod, added to the refresher's own. Those choose the container that `kubectl logs` shows, and
   * keep the cloud's credentials out of the kubectl container.
   *
   * @default - only the refresher's own
   */
  readonly annotations?: { [key: string]: string };
  /**
   * The name of a ConfigMap in the refresher's namespace. Its key `ca.crt` has all certificates to trust, as PEM.
   *
   * @default - the certificates of the image
   */
  readonly caConfigMap?: string;
}

/** Props of the alert on a refresher that does not refresh. */
export interface TokenRefreshAlertProps {
  /**
   * Labels of the PrometheusRule, added to the chart's. Use the labels by which your Prometheus selects rules.
   *
   * @default - only the chart's labels
   */
  readonly labels?: { [key: string]: string };
}

/** Options of every cloud's token refresher, by itself and inside a registry. */
export interface TokenRefresherOptions {
  /**
   * The name of the Secret.
   *
   * @default - `<name>-push-secret`
   */
  readonly secretName?: string;
  /**
   * The times at which to refresh, in UTC. At least two runs must fit into a token's life.
   *
   * @default - several times in a token's life, at a minute derived from the first namespace, the name and the
   * registries
   */
  readonly schedule?: Schedule;
  /**
   * Ask the registry after each refresh whether the identity may push to the known repositories, without pushing
   * anything. If it may not, the Job fails. A Job that succeeded then means that the token is fresh and may push.
   *
   * @default true
   */
  readonly pushCheck?: boolean;
  /**
   * Limit what the refresher may write to its Secret, with a ValidatingAdmissionPolicy. Without it, somebody who takes
   * over the refresher's service account could get the token of any other service account of the namespaces. It needs
   * Kubernetes 1.30, and the right to apply cluster-scoped objects.
   *
   * @default false
   */
  readonly admissionPolicy?: boolean;
  /**
   * Make a PrometheusRule that alerts on the age of the last success. It needs kube-state-metrics and the Prometheus
   * operator.
   *
   * @default - none
   */
  readonly alert?: TokenRefreshAlertProps;
}

/** Props that every cloud's refresher has. */
export interface TokenRefresherProps extends TokenRefresherOptions {
  /**
   * The base of the names. All objects are named `<name>-token`.
   *
   * @default - the id of the construct
   */
  readonly name?: string;
  /**
   * The namespaces that get the Secret. The refresher itself runs in the first one.
   *
   * @default - the chart's namespace
   */
  readonly namespaces?: string[];
}

/**
 * The options as the frame reads them. The image and the variables of the cloud's container have a different name for
 * each cloud.
 */
export interface AnyTokenRefresherProps extends TokenRefresherProps {
  readonly images?: { readonly [image: string]: string | undefined };
  readonly pod?: TokenRefresherPod;
}
