import type { DoctorCluster } from './cluster';
import { nothing, type WrongState } from './state';

// The cluster itself, and other software in it.

const cronJob = (name: string, namespace: string, labels: object, command: string, annotations = {}): object => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name, namespace, labels, annotations },
  spec: {
    schedule: '0 */8 * * *',
    jobTemplate: {
      spec: {
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'kubectl', image: 'kubectl', command: ['sh', '-c', command] }],
          },
        },
      },
    },
  },
});
const WRITES =
  'kubectl delete secret --namespace hub aws-registry; kubectl create secret --namespace hub docker-registry aws-registry';

export const CLUSTER: readonly WrongState[] = [
  {
    title: 'a missing namespace',
    codes: ['namespace-missing'],
    options: ({ registries }) => ({
      registries: registries.map((one) => (one.name === 'quay' ? { ...one, namespaces: ['hub', 'lab'] } : one)),
    }),
    mend: nothing,
  },
  {
    title: 'no Prometheus operator',
    codes: ['operator-missing'],
    break: (cluster) => cluster.kubectl('delete', 'crd/prometheusrules.monitoring.coreos.com'),
    mend: async (cluster: DoctorCluster): Promise<void> => {
      await cluster.applyDefinitions();
      await cluster.plane.kubectl(['apply', '-f', cluster.dist]);
    },
  },
  {
    title: 'an External Secrets Operator that is too old for v1',
    codes: ['operator-too-old'],
    options: ({ registries }) => ({
      registries: registries.map((one) => ({
        ...one,
        manifests: one.manifests.map((object) =>
          object.kind === 'ExternalSecret' ? { ...object, apiVersion: 'external-secrets.io/v2' } : object,
        ),
      })),
    }),
    mend: nothing,
  },
  {
    title: 'the chart aws-ecr-credential in the same cluster',
    codes: ['old-chart'],
    break: (cluster) =>
      cluster.apply(cronJob('creds-cron', 'default', { 'helm.sh/chart': 'aws-ecr-credential-1.5.1' }, WRITES)),
  },
  {
    title: 'another CronJob that writes the Secret',
    codes: ['other-refresher'],
    break: (cluster) => cluster.apply(cronJob('login', 'default', {}, WRITES)),
  },
];
