import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

/** Who gets the rights, and on what. */
export interface SecretAccessProps {
  /** The name of Role, RoleBinding and service account. */
  readonly name: string;
  /** The namespace of the service account. */
  readonly home: string;
  /** The namespaces of the Secret. */
  readonly namespaces: readonly string[];
  readonly secretName: string;
}

/**
 * The rights on the one Secret, in each namespace: create and patch, which is what server-side apply takes. It creates
 * by a PATCH to a URL with the Secret's name, so that the name limits `create` too.
 */
export function createSecretAccess(scope: Construct, props: SecretAccessProps): void {
  const { name, home, namespaces, secretName } = props;
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
