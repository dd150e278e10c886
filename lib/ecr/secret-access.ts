import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

/**
 * The rights on the one Secret, in each namespace: create and patch, which is what server-side apply takes. It creates
 * by a PATCH to a URL with the Secret's name, so that the name limits `create` too.
 */
export function secretAccess(
  scope: Construct,
  name: string,
  home: string,
  namespaces: readonly string[],
  secretName: string,
): void {
  for (const namespace of namespaces) {
    new k8s.KubeRole(scope, `role-${namespace}`, {
      metadata: { name, namespace },
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [secretName], verbs: ['create', 'patch'] }],
    });
    new k8s.KubeRoleBinding(scope, `role-binding-${namespace}`, {
      metadata: { name, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: home }],
    });
  }
}
