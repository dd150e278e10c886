import { k8s } from 'cdk8s-plus-27';
import { AwsIdentity, AwsIdentityKind } from './aws/aws-identity';
import { EcrTokenRefresherImages, EcrTokenRefresherPod } from './options';
import { OwnVariable } from './variables';
import { REFRESH_SCRIPT } from './refresh-script';
import { ResolvedRegistry } from './aws/resolved-registry';

/** Tags seen in public use; their digests are for the user to verify and pin. */
const DEFAULT_IMAGES = {
  awsCli: 'public.ecr.aws/aws-cli/aws-cli:2.36.46',
  kubectl: 'registry.k8s.io/kubectl:v1.36.4',
};
/** Who server-side apply notes as the owner of the Secret's fields. */
const FIELD_MANAGER = 'ecr-token-refresher';

const UID = 65532;
const MANIFESTS = '/manifests';
const CA_FOLDER = '/etc/aws-ca';

/** What the pod template is made from. */
export interface RefresherPodProps {
  readonly registries: readonly ResolvedRegistry[];
  readonly secretName: string;
  readonly namespaces: readonly string[];
  readonly serviceAccountName: string;
  readonly identity: AwsIdentity;
  readonly images: EcrTokenRefresherImages;
  readonly pod: EcrTokenRefresherPod;
  readonly chartLabels: { [key: string]: string };
  /** Starts another run, for the log. */
  readonly refreshCommand: string;
}

/**
 * The pod: the AWS CLI fetches the tokens into a volume in memory, then kubectl, which has no shell, applies what is
 * there. It passes Pod Security `restricted`.
 */
export function refresherPodTemplate(props: RefresherPodProps): k8s.PodTemplateSpec {
  const { pod, identity } = props;
  const viaWebhook = [AwsIdentityKind.IRSA, AwsIdentityKind.POD_IDENTITY].includes(identity.kind);
  return {
    metadata: {
      labels: { ...props.chartLabels, 'sidecar.istio.io/inject': 'false', ...pod.labels },
      annotations: {
        // `kubectl logs job/...` shows the container that says what failed and what to do.
        'kubectl.kubernetes.io/default-container': 'aws',
        ...(viaWebhook ? { 'eks.amazonaws.com/skip-containers': 'kubectl' } : {}),
        ...pod.annotations,
      },
    },
    spec: {
      serviceAccountName: props.serviceAccountName,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // A retry is a new pod, which passes the webhooks again.
      restartPolicy: 'Never',
      securityContext: {
        runAsNonRoot: true,
        runAsUser: UID,
        runAsGroup: UID,
        fsGroup: UID,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      imagePullSecrets: pod.imagePullSecrets?.map((name) => ({ name })),
      nodeSelector: pod.nodeSelector,
      tolerations: pod.tolerations,
      priorityClassName: pod.priorityClassName,
      initContainers: [awsContainer(props)],
      containers: [kubectlContainer(props)],
      volumes: [
        inMemory('tmp'),
        inMemory('manifests'),
        { name: 'api-access', projected: { sources: API_ACCESS } },
        ...(pod.caConfigMap === undefined ? [] : [{ name: 'aws-ca', configMap: { name: pod.caConfigMap } }]),
      ],
    },
  };
}

function awsContainer(props: RefresherPodProps): k8s.Container {
  return {
    name: 'aws',
    image: props.images.awsCli ?? DEFAULT_IMAGES.awsCli,
    command: ['/bin/sh', '-c'],
    args: [REFRESH_SCRIPT],
    env: awsEnvironment(props),
    // The volumes count as memory of who writes to them.
    ...container('50m', '128Mi', '256Mi'),
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'manifests', mountPath: MANIFESTS },
      ...(props.pod.caConfigMap === undefined ? [] : [{ name: 'aws-ca', mountPath: CA_FOLDER, readOnly: true }]),
    ],
  };
}

function kubectlContainer(props: RefresherPodProps): k8s.Container {
  return {
    name: 'kubectl',
    image: props.images.kubectl ?? DEFAULT_IMAGES.kubectl,
    command: ['kubectl'],
    // kubectl finds its cluster by itself only where no flag is about the connection, --request-timeout among them: with
    // one it asks localhost:8080.
    args: [
      'apply',
      '--server-side',
      '--force-conflicts',
      `--field-manager=${FIELD_MANAGER}`,
      `--filename=${MANIFESTS}`,
    ],
    ...container('10m', '64Mi', '128Mi'),
    volumeMounts: [
      { name: 'manifests', mountPath: MANIFESTS, readOnly: true },
      { name: 'api-access', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
    ],
  };
}

function container(cpu: string, memory: string, memoryLimit: string): Partial<k8s.Container> {
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
    // The last lines of the log say what failed: `kubectl describe pod` shows them then.
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

function awsEnvironment({ registries, identity, pod, ...props }: RefresherPodProps): k8s.EnvVar[] {
  // One token is good for all registries of a region: those of one region stand together.
  const byRegion = registries.map(({ region, host }) => `${region}=${host}`).sort();
  const repositories = registries.flatMap(({ region, account, createdRepositories }) =>
    createdRepositories.map((name) => `${region}=${account}=${name}`),
  );
  const values: Record<OwnVariable | 'AWS_CA_BUNDLE', string | undefined> = {
    IDENTITY: identity.kind,
    ROLE_ARN: identity.roleArn,
    REGISTRIES: byRegion.join('\n'),
    SECRET_NAME: props.secretName,
    NAMESPACES: props.namespaces.join(' '),
    ENSURE_REPOSITORIES: repositories.length === 0 ? undefined : [...new Set(repositories)].join('\n'),
    MANIFESTS_DIR: MANIFESTS,
    REFRESH_NOW: props.refreshCommand,
    HOME: '/tmp',
    AWS_STS_REGIONAL_ENDPOINTS: 'regional',
    AWS_EC2_METADATA_DISABLED: identity.kind === AwsIdentityKind.AMBIENT ? undefined : 'true',
    AWS_CA_BUNDLE: pod.caConfigMap === undefined ? undefined : `${CA_FOLDER}/ca.crt`,
  };
  const sorted = Object.entries(pod.awsEnv ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
    ...accessKeys(identity.accessKeySecretName),
    ...sorted.map(([name, value]) => ({ name, value })),
  ];
}

function accessKeys(secretName: string | undefined): k8s.EnvVar[] {
  if (secretName === undefined) return [];
  return ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((name) => ({
    name,
    valueFrom: { secretKeyRef: { name: secretName, key: name } },
  }));
}

function inMemory(name: string): k8s.Volume {
  return { name, emptyDir: { medium: 'Memory', sizeLimit: k8s.Quantity.fromString('16Mi') } };
}

/**
 * What the kubelet mounts by itself where the token is not kept out, here for the one container that uses it. Every
 * default is spelled out: kubectl compares this list as a whole, and would patch the object with each apply.
 */
const API_ACCESS: k8s.VolumeProjection[] = [
  { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  { downwardApi: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
];
