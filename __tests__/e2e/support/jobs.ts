import type { PodSpec } from './pod';

/** The user of the containers below. */
const USER = 65532;

const restricted = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };

/** A container of the AWS CLI's image that runs a script, with the volume `work`. */
export const script = (text: string): object => ({
  name: 'script',
  image: 'public.ecr.aws/aws-cli/aws-cli:2.36.46',
  command: ['/bin/sh', '-c', text],
  env: [{ name: 'HOME', value: '/work' }],
  securityContext: restricted,
  volumeMounts: [{ name: 'work', mountPath: '/work' }],
});

/** A container of kubectl's image, with the volume `work`. */
export const kubectlContainer = (...args: string[]): object => ({
  name: 'kubectl',
  image: 'registry.k8s.io/kubectl:v1.36.4',
  args,
  securityContext: restricted,
  volumeMounts: [{ name: 'work', mountPath: '/work', readOnly: true }],
});

const podSpec = (spec: object): PodSpec =>
  ({
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    securityContext: {
      runAsUser: USER,
      runAsGroup: USER,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumes: [{ name: 'work', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
    ...spec,
  }) as unknown as PodSpec;

/** A Job whose pod passes Pod Security `restricted`, with a volume `work` of 1 MiB in memory. */
export const job = (name: string, spec: object, more: object = {}): object => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'hub' },
  spec: { backoffLimit: 0, ...more, template: { spec: podSpec(spec) } },
});
