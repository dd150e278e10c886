import { k8s } from 'cdk8s-plus-27';

/** A Secret that holds plaintext, and keeps it out of errors: a JSON patch that fails prints the whole document. */
export class PlaintextSecret extends k8s.KubeSecret {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the signature of cdk8s
  override toJson(): any {
    try {
      return super.toJson();
    } catch (error) {
      // Without `cause`: the message of that error is what holds the document.
      const kind = error instanceof Error ? error.name : 'Error';
      throw new Error(
        `The Secret '${this.node.path}' cannot be written (${kind}; its message may hold the password and is left out): ` +
          'look at the JSON patches that are added to it',
      );
    }
  }
}
