import { k8s } from 'cdk8s-plus-27';
import { TokenRefresherPod } from './options';
import { pushCheckScript, refreshScript } from './script/refresh-script';
import { ContainerResources, TokenSource } from './token-cloud';
import { envOf } from './validate-options';
import { FrameVariables, POD_TOKEN_FILE } from './variables';

/** A tag that is in public use. Users can verify its digest and pin it. */
const KUBECTL_IMAGE = 'registry.k8s.io/kubectl:v1.36.4';
/** The name that server-side apply records as the manager of the Secret's fields. */
const FIELD_MANAGER = 'token-refresher';

const UID = 65532;
const MANIFESTS = '/manifests';
const CA_FOLDER = '/etc/refresher-ca';

/** The values from which the pod template is made. */
export interface RefresherPodProps {
  readonly source: TokenSource;
  readonly secretName: string;
  readonly namespaces: readonly string[];
  readonly serviceAccountName: string;
  readonly images: { readonly [image: string]: string | undefined };
  readonly pod: TokenRefresherPod;
  /** Whether the last container asks whether the identity may push. */
  readonly pushCheck: boolean;
  readonly chartLabels: { [key: string]: string };
  /** The longest time until the next run, in minutes. */
  readonly nextRun: number;
  /** The command that starts another run, for the log. */
  readonly refreshCommand: string;
}

/** The name of the container that asks whether the identity may push. */
export const PUSH_CHECK = 'push-check';

/**
 * The pod's template. The first container fetches the tokens and writes manifests into a volume in memory. The kubectl
 * container, whose image has no shell, applies them. Then the push check asks the registry. The pod meets Pod Security
 * `restricted`.
 */
export function refresherPodTemplate(props: RefresherPodProps): k8s.PodTemplateSpec {
  const { pod, source } = props;
  const kubectl = kubectlContainer(props);
  return {
    metadata: {
      labels: { ...props.chartLabels, 'sidecar.istio.io/inject': 'false', ...pod.labels },
      annotations: {
        // `kubectl logs job/...` then shows the container that says what failed and what to do.
        'kubectl.kubernetes.io/default-container': source.cloud.container,
        ...source.podAnnotations,
        ...pod.annotations,
      },
    },
    spec: {
      serviceAccountName: props.serviceAccountName,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // A retry is a new pod, which passes the webhooks again.
      restartPolicy: 'Never',
      // The script is process 1, which ignores SIGTERM, and no container has anything to finish.
      terminationGracePeriodSeconds: 5,
      securityContext: { runAsNonRoot: true, ...user(pod), seccompProfile: { type: 'RuntimeDefault' } },
      imagePullSecrets: pod.imagePullSecrets?.map((name) => ({ name })),
      nodeSelector: pod.nodeSelector,
      tolerations: pod.tolerations,
      priorityClassName: pod.priorityClassName,
      initContainers: [tokenContainer(props), ...(props.pushCheck ? [kubectl] : [])],
      containers: [props.pushCheck ? pushCheckContainer(props) : kubectl],
      volumes: [
        inMemory('tmp'),
        inMemory('manifests'),
        { name: 'api-access', projected: { sources: API_ACCESS } },
        ...(source.audience === undefined ? [] : [podToken(source.audience)]),
        ...(pod.caConfigMap === undefined ? [] : [{ name: 'ca', configMap: { name: pod.caConfigMap } }]),
      ],
    },
  };
}

/**
 * The pod's user, or none if the cluster assigns one.
 *
 * @see
 * https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/authentication_and_authorization/managing-pod-security-policies
 */
function user({ runAsUser = UID, useClusterUser = false }: TokenRefresherPod): k8s.PodSecurityContext {
  return useClusterUser ? {} : { runAsUser, runAsGroup: runAsUser, fsGroup: runAsUser };
}

function tokenContainer(props: RefresherPodProps): k8s.Container {
  const { cloud } = props.source;
  return {
    ...cloudContainer(props, cloud.container, refreshScript(cloud.scripts)),
    volumeMounts: [...cloudMounts(props), { name: 'manifests', mountPath: MANIFESTS }],
  };
}

function pushCheckContainer(props: RefresherPodProps): k8s.Container {
  return {
    ...cloudContainer(props, PUSH_CHECK, pushCheckScript(props.source.cloud.scripts)),
    volumeMounts: [...cloudMounts(props), { name: 'manifests', mountPath: MANIFESTS, readOnly: true }],
  };
}

/** A container that calls the cloud. */
function cloudContainer(props: RefresherPodProps, name: string, script: string): k8s.Container {
  const { cloud } = props.source;
  return {
    name,
    image: props.images[cloud.imageProp] ?? cloud.image,
    command: ['/bin/sh', '-c'],
    args: [script],
    env: environment(props),
    ...container(cloud.resources),
  };
}

function cloudMounts({ source, pod }: RefresherPodProps): k8s.VolumeMount[] {
  const tokenFolder = POD_TOKEN_FILE.slice(0, POD_TOKEN_FILE.lastIndexOf('/'));
  return [
    { name: 'tmp', mountPath: '/tmp' },
    ...(source.audience === undefined ? [] : [{ name: 'pod-token', mountPath: tokenFolder, readOnly: true }]),
    ...(pod.caConfigMap === undefined ? [] : [{ name: 'ca', mountPath: CA_FOLDER, readOnly: true }]),
  ];
}

function kubectlContainer(props: RefresherPodProps): k8s.Container {
  return {
    name: 'kubectl',
    image: props.images.kubectl ?? KUBECTL_IMAGE,
    command: ['kubectl'],
    // kubectl finds its cluster by itself only without flags about the connection, such as --request-timeout. With one
    // it asks localhost:8080.
    args: [
      'apply',
      '--server-side',
      '--force-conflicts',
      `--field-manager=${FIELD_MANAGER}`,
      `--filename=${MANIFESTS}`,
    ],
    ...container({ cpu: '10m', memory: '64Mi', memoryLimit: '128Mi' }),
    volumeMounts: [
      { name: 'manifests', mountPath: MANIFESTS, readOnly: true },
      { name: 'api-access', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
    ],
  };
}

function container({ cpu, memory, memoryLimit }: ContainerResources): Partial<k8s.Container> {
  const quantity = (value: string): k8s.Quantity => k8s.Quantity.fromString(value);
  return {
    resources: {
      requests: { cpu: quantity(cpu), memory: quantity(memory) },
      limits: { cpu: quantity('500m'), memory: quantity(memoryLimit) },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    // `kubectl describe pod` then shows the last lines of the log, which say what failed.
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

function environment({ source, pod, ...props }: RefresherPodProps): k8s.EnvVar[] {
  const { cloud } = source;
  const frame: FrameVariables = {
    REQUESTS: [...source.requests].sort().join('\n'),
    PUSH_TARGETS: props.pushCheck ? source.pushTargets.join('\n') : undefined,
    TOKEN_USERNAME: cloud.username,
    SECRET_NAME: props.secretName,
    NAMESPACES: props.namespaces.join(' '),
    MANIFESTS_DIR: MANIFESTS,
    NEXT_RUN: String(props.nextRun),
    REFRESH_NOW: props.refreshCommand,
    HOME: '/tmp',
  };
  const ca = pod.caConfigMap === undefined ? {} : { [cloud.caVariable]: `${CA_FOLDER}/ca.crt` };
  const added = Object.entries(envOf(pod, cloud) ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...Object.entries({ ...frame, ...source.variables, ...ca }).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, value }],
    ),
    ...source.variablesFrom,
    ...added.map(([name, value]) => ({ name, value })),
  ];
}

/** The pod's own token for a cloud. The pod asks for it itself, so it does not depend on a webhook. */
function podToken(audience: string): k8s.Volume {
  const serviceAccountToken = { audience, expirationSeconds: 3600, path: 'token' };
  return { name: 'pod-token', projected: { sources: [{ serviceAccountToken }] } };
}

function inMemory(name: string): k8s.Volume {
  return { name, emptyDir: { medium: 'Memory', sizeLimit: k8s.Quantity.fromString('16Mi') } };
}

/**
 * What the kubelet would mount into every container, here only for the one that uses it. It spells out every default:
 * kubectl compares this list as a whole, and would otherwise patch the object at each apply.
 */
const API_ACCESS: k8s.VolumeProjection[] = [
  { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  { downwardApi: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
];
