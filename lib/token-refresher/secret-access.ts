import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

/** The account that gets the rights, and the Secrets they are for. */
export interface SecretAccessProps {
  /** The name of the Role, the RoleBinding and the service account. */
  readonly name: string;
  /** The namespace of the service account. */
  readonly home: string;
  /** The namespaces of the Secret. */
  readonly namespaces: readonly string[];
  readonly secretName: string;
}

/**
 * Makes the rights on the Secret in each namespace: create and patch, which server-side apply needs. It creates with a
 * PATCH to a URL that contains the Secret's name, so the name limits `create` too.
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
