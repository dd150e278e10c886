import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';

/**
 * A construct whose Secrets are written in the cluster and so are no objects of the tree.
 *
 * @internal
 */
export interface SecretWriter extends IConstruct {
  /** @internal */
  readonly _writesSecret: { readonly secretName: string; readonly namespaces: string[] };
}

/** Adds the check that no other construct of the tree makes a Secret of the same name in the same namespace. */
export function addSecretCollisionCheck(owner: Construct): void {
  owner.node.addValidation({
    validate: () => {
      const all = owner.node.root.node.findAll();
      const own = new Set(owner.node.findAll());
      const mine = new Set([...own].flatMap(secretsOf));
      return all
        .filter((other) => !own.has(other))
        .flatMap((other) => secretsOf(other).map((secret) => ({ secret, other })))
        .filter(({ secret }) => mine.has(secret))
        .map(
          ({ secret, other }) =>
            `the Secret ${secret} is made twice: by '${owner.node.path}' and '${other.node.path}'; ` +
            'give one of them another `secretName`',
        );
    },
  });
}

/** The Secrets, as `namespace/name`, that one construct ends as: its own, or what an operator makes of it. */
function secretsOf(construct: IConstruct): string[] {
  if ('_writesSecret' in construct) {
    const { secretName, namespaces } = (construct as SecretWriter)._writesSecret;
    return namespaces.map((namespace) => `${namespace}/${secretName}`);
  }
  if (!ApiObject.isApiObject(construct)) return [];
  if (!['Secret', 'SealedSecret', 'ExternalSecret'].includes(construct.kind)) return [];
  return [`${construct.metadata.namespace ?? 'default'}/${construct.name}`];
}
