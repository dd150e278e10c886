import { change, remove, merge, refresher, type WrongState } from './state';

// The objects of dist/.

export const OBJECTS: readonly WrongState[] = [
  { title: 'no CronJob', codes: ['cron-job-missing'], break: remove('CronJob') },
  {
    title: 'a CronJob with another schedule',
    codes: ['cron-job-changed'],
    break: change('CronJob', { spec: { schedule: '0 0 1 1 *' } }),
    says: /spec\.schedule/,
  },
  {
    title: 'a CronJob with one more container',
    codes: ['cron-job-changed'],
    break: (cluster) =>
      cluster.kubectl(
        ...['patch', refresher(cluster, 'CronJob'), '-p'],
        '{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"spy","image":"spy"}]}}}}}}',
      ),
    says: /delete cronjob/,
  },
  { title: 'no service account', codes: ['service-account-missing'], break: remove('ServiceAccount') },
  {
    title: 'a changed service account',
    codes: ['service-account-changed'],
    break: change('ServiceAccount', { automountServiceAccountToken: true }),
  },
  { title: 'no Role', codes: ['role-missing'], break: remove('Role') },
  {
    title: 'a Role without its rule',
    codes: ['role-changed'],
    break: change('Role', { rules: [] }),
  },
  {
    title: 'a Role with one more rule',
    codes: ['role-changed'],
    break: (cluster) =>
      cluster.kubectl(
        ...['patch', refresher(cluster, 'Role'), '--type=json', '-p'],
        '[{"op":"add","path":"/rules/-","value":{"apiGroups":[""],"resources":["secrets"],"verbs":["list"]}}]',
      ),
  },
  { title: 'no RoleBinding', codes: ['role-binding-missing'], break: remove('RoleBinding') },
  {
    title: 'a RoleBinding for somebody else',
    codes: ['role-binding-changed'],
    break: change('RoleBinding', { subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'hub' }] }),
  },
  {
    title: 'a changed settings ConfigMap',
    codes: ['config-map-changed'],
    break: change('ConfigMap', { data: { 'config.yaml': '{}' } }),
  },
  {
    title: 'no ExternalSecret',
    codes: ['external-secret-missing'],
    break: (cluster) => cluster.kubectl('delete', 'externalsecret/quay-push-secret'),
  },
  {
    title: 'an ExternalSecret that its operator cannot sync',
    codes: ['external-secret-not-synced'],
    break: (cluster) =>
      merge(cluster, 'externalsecret/quay-push-secret', {
        status: {
          conditions: [{ type: 'Ready', status: 'False', reason: 'SecretSyncedError', message: 'no such key' }],
        },
      }),
    mend: (cluster) => merge(cluster, 'externalsecret/quay-push-secret', { status: null }),
    says: /SecretSyncedError: no such key/,
  },
];
