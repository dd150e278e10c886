import { Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

/** Makes a Secret from a docker config in plaintext. */
export function createPlaintextSecret(
  scope: Construct,
  id: string,
  metadata: { readonly name: string; readonly namespace: string },
  dockerConfig: string,
): k8s.KubeSecret {
  const data = { '.dockerconfigjson': Buffer.from(dockerConfig, 'utf8').toString('base64') };
  return new PlaintextSecret(scope, id, {
    metadata,
    type: 'kubernetes.io/dockerconfigjson',
    // Behind a function, so that printing the object (`util.inspect`, a failing assertion) does not show it.
    data: Lazy.any({ produce: () => data }) as typeof data,
  });
}

/** A Secret that keeps its plaintext out of errors: a JSON patch that fails prints the whole document. */
class PlaintextSecret extends k8s.KubeSecret {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the signature of cdk8s
  override toJson(): any {
    try {
      return super.toJson();
    } catch (error) {
      // Without `cause`, as the message of that error contains the document.
      const kind = error instanceof Error ? error.name : 'Error';
      throw new Error(
        `The Secret '${this.node.path}' cannot be written (${kind}; its message may contain the password, so it is not shown): ` +
          'check the JSON patches that were added to it',
      );
    }
  }
}
