import type { ApiAnswer, ApiClient } from './api-client';

/** Where a refresher's rights are tried. */
export interface RightsScene {
  /** The refresher's namespace. It has another Secret, `theirs`. */
  readonly home: string;
  /** A namespace that the refresher has nothing to do with. It has a Secret with the name of the refresher's. */
  readonly other: string;
  readonly secretName: string;
  /** The name of the refresher's objects. */
  readonly name: string;
}

type Request = Parameters<ApiClient['ask']>;

const APPLY = '?fieldManager=token-refresher&force=true';
const AS_APPLY = { 'content-type': 'application/apply-patch+yaml' };
const AS_MERGE = { 'content-type': 'application/merge-patch+json' };
const RBAC = 'rbac.authorization.k8s.io';

export const secretsOf = (namespace: string, rest = ''): string => `/api/v1/namespaces/${namespace}/secrets${rest}`;

export const pushSecret = (namespace: string, name: string): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': Buffer.from('{"auths":{}}').toString('base64') },
});

/**
 * What a refresher's service account may not do. Each request is for an object that exists, so that no answer can be
 * "not found".
 */
export function forbidden({ home, other, secretName, name }: RightsScene): readonly (readonly [string, Request])[] {
  const own = `/${secretName}`;
  const core = (rest: string): string => `/api/v1/namespaces/${home}/${rest}`;
  const rbac = (rest: string): string => `/apis/${RBAC}/v1/namespaces/${home}/${rest}`;
  const batch = (rest: string): string => `/apis/batch/v1/namespaces/${home}/${rest}`;
  const onlyOwn = `fieldSelector=metadata.name=${secretName}`;
  const pod = { metadata: { name: 'x' }, spec: { containers: [] } };
  const all = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  const role = { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name }, rules: all };
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: secretName, namespace: home } };
  const binding = {
    metadata: { name: 'more' },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name, namespace: home }],
  };
  const administrator = { 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' };
  const token = { spec: { audiences: [] } };
  return [
    // its one Secret
    ['read it', ['GET', secretsOf(home, own)]],
    ['replace it', ['PUT', secretsOf(home, own), pushSecret(home, secretName)]],
    ['delete it', ['DELETE', secretsOf(home, own)]],
    ['create it with a POST', ['POST', secretsOf(home), pushSecret(home, secretName)]],
    // others
    ['list Secrets', ['GET', secretsOf(home)]],
    ['list the one', ['GET', secretsOf(home, `?${onlyOwn}`)]],
    ['watch Secrets', ['GET', secretsOf(home, '?watch=true&timeoutSeconds=1')]],
    ['watch the one', ['GET', secretsOf(home, `?watch=true&timeoutSeconds=1&${onlyOwn}`)]],
    ['delete all Secrets', ['DELETE', secretsOf(home)]],
    ['list Secrets of the cluster', ['GET', '/api/v1/secrets']],
    ['create another Secret', ['PATCH', secretsOf(home, `/new${APPLY}`), pushSecret(home, 'new'), AS_APPLY]],
    ['patch another Secret', ['PATCH', secretsOf(home, `/theirs${APPLY}`), pushSecret(home, 'theirs'), AS_APPLY]],
    ['read another Secret', ['GET', secretsOf(home, '/theirs')]],
    ['delete another Secret', ['DELETE', secretsOf(home, '/theirs')]],
    [
      'apply the Secret in another namespace',
      ['PATCH', secretsOf(other, own + APPLY), pushSecret(other, secretName), AS_APPLY],
    ],
    ['read the Secret in another namespace', ['GET', secretsOf(other, own)]],
    // other kinds, mainly those that lead to more rights
    ['list pods', ['GET', core('pods')]],
    ['create a pod', ['POST', core('pods'), pod]],
    ['apply a ConfigMap of the same name', ['PATCH', core(`configmaps/${secretName}${APPLY}`), configMap, AS_APPLY]],
    ['read a ConfigMap', ['GET', core('configmaps/kube-root-ca.crt')]],
    ['ask for a token of the default service account', ['POST', core('serviceaccounts/default/token'), token]],
    ['ask for a token of its own service account', ['POST', core(`serviceaccounts/${name}/token`), token]],
    // the webhooks of the clouds read these annotations
    [
      'annotate its service account',
      ['PATCH', core(`serviceaccounts/${name}`), { metadata: { annotations: { a: 'b' } } }, AS_MERGE],
    ],
    ['widen its own Role', ['PATCH', rbac(`roles/${name}${APPLY}`), role, AS_APPLY]],
    ['bind itself to cluster-admin', ['POST', rbac('rolebindings'), binding]],
    ['read its CronJob', ['GET', batch(`cronjobs/${name}`)]],
    ['change its CronJob', ['PATCH', batch(`cronjobs/${name}`), { spec: { suspend: true } }, AS_MERGE]],
    ['create a Job', ['POST', batch('jobs'), { metadata: {} }]],
    ['read a namespace', ['GET', `/api/v1/namespaces/${home}`]],
    ['list nodes', ['GET', '/api/v1/nodes']],
    ['act for the administrator', ['GET', secretsOf(home), undefined, administrator]],
  ];
}

/** The status of an answer, and the reason of a refusal. */
export function verdict({ status, text }: ApiAnswer): { status: number; reason?: string } {
  return { status, reason: (JSON.parse(text) as { reason?: string }).reason };
}
