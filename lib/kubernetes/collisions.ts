import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';

/**
 * The objects that a construct is in the cluster, as texts like `Role hub/ecr-token`. Equal texts mean the same object.
 */
export type IdentitiesOf = (construct: IConstruct) => string[];

/**
 * Adds a check that nothing else in the tree makes the same objects as the owner and its children.
 *
 * @param prop the owner's prop that has to change to avoid the collision
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

/** The kind, namespace and name of the object that a construct makes. */
export function objectIdentity(construct: IConstruct): string[] {
  if (!ApiObject.isApiObject(construct)) return [];
  return [`${construct.kind} ${construct.metadata.namespace}/${construct.name}`];
}
