import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';

/**
 * Adds the check that nothing else in the tree makes an object of the same kind, name and namespace as the owner.
 *
 * @param prop the prop of the owner that the name follows from
 */
export function addObjectCollisionCheck(owner: Construct, prop: string): void {
  owner.node.addValidation({
    validate: () => {
      const own = objectsOf(owner);
      const mine = new Set(own.map(identityOf));
      return objectsOf(owner.node.root as Construct)
        .filter((other) => !own.includes(other) && mine.has(identityOf(other)))
        .map(
          (other) =>
            `the ${identityOf(other)} is made twice: by '${owner.node.path}' and '${other.node.path}'; ` +
            `give one of them another \`${prop}\``,
        );
    },
  });
}

function objectsOf(root: Construct): ApiObject[] {
  return root.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
}

function identityOf({ kind, name, metadata: { namespace } }: ApiObject): string {
  return `${kind} ${namespace}/${name}`;
}
