import { k8s } from 'cdk8s-plus-27';
import { Schedule } from './schedule';

/** What a cluster may want of the refresher's pod. */
export interface TokenRefresherPod {
  /**
   * The user of the pod, and its group and `fsGroup`: a number from 1 on.
   *
   * @default 65532
   */
  readonly runAsUser?: number;
  /**
   * Leave user, group and `fsGroup` to the cluster: OpenShift's `restricted-v2` refuses every number but those of the
   * namespace's own range, and fills them in.
   *
   * @default false
   */
  readonly useClusterUser?: boolean;
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
   * Annotations of the pod, on top of the refresher's own: which container `kubectl logs` shows, and what keeps the
   * cloud's credentials out of the kubectl container.
   *
   * @default - the refresher's own alone
   */
  readonly annotations?: { [key: string]: string };
  /**
   * A ConfigMap in the refresher's namespace whose key `ca.crt` holds the certificates to trust, all of them, as PEM.
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

/** What can be chosen of every cloud's refresher, on its own and inside a registry. */
export interface TokenRefresherOptions {
  /**
   * The name of the Secret.
   *
   * @default - `<name>-push-secret`
   */
  readonly secretName?: string;
  /**
   * When to refresh, in UTC. At least two runs have to fall into a token's life.
   *
   * @default - several times in a token's life, at a minute that follows from the first namespace, the name and the
   * registries
   */
  readonly schedule?: Schedule;
  /**
   * Ask the registry, after each refresh, whether the identity may push to the repositories that are known. The Job
   * fails when it may not, so that a Job which succeeded means a token that is fresh and may push. Nothing is pushed.
   *
   * @default true
   */
  readonly pushCheck?: boolean;
  /**
   * Limits what the refresher may write to its Secret by a ValidatingAdmissionPolicy, as its Role cannot: a service
   * account that fell into wrong hands could otherwise get the token of any other of the namespaces. It takes Kubernetes
   * 1.30, and the right to write objects of the cluster.
   *
   * @default false
   */
  readonly admissionPolicy?: boolean;
  /**
   * A PrometheusRule on the age of the last success. It takes kube-state-metrics and the Prometheus operator.
   *
   * @default - none
   */
  readonly alert?: TokenRefreshAlertProps;
}

/** Props that every cloud's refresher has. */
export interface TokenRefresherProps extends TokenRefresherOptions {
  /**
   * The base of the names: everything is named `<name>-token`.
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

/** The options as the frame reads them: each cloud names the image and the variables of its container itself. */
export interface AnyTokenRefresherProps extends TokenRefresherProps {
  readonly images?: { readonly [image: string]: string | undefined };
  readonly pod?: TokenRefresherPod;
}
