import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';

/** What one construct is in the cluster, in words by which two that are the same are known: `Role hub/ecr-token`. */
export type IdentitiesOf = (construct: IConstruct) => string[];

/**
 * Adds the check that nothing else in the tree is in the cluster what the owner, or a part of it, is.
 *
 * @param prop the prop of the owner that another value of is the way out
 */
export function addCollisionCheck(owner: Construct, prop: string, identitiesOf: IdentitiesOf): void {
  owner.node.addValidation({
    validate: () => {
      const own = new Set(owner.node.findAll());
      const mine = new Set([...own].flatMap(identitiesOf));
      return owner.node.root.node
        .findAll()
        .filter((other) => !own.has(other))
        .flatMap((other) => identitiesOf(other).map((identity) => ({ identity, other })))
        .filter(({ identity }) => mine.has(identity))
        .map(
          ({ identity, other }) =>
            `the ${identity} is made twice, by '${owner.node.path}' and '${other.node.path}'; ` +
            `give one of them another \`${prop}\``,
        );
    },
  });
}

/** The object that a construct is, by kind, namespace and name. */
export function objectIdentity(construct: IConstruct): string[] {
  if (!ApiObject.isApiObject(construct)) return [];
  return [`${construct.kind} ${construct.metadata.namespace}/${construct.name}`];
}
