import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { addCollisionCheck } from '../kubernetes/collisions';

/**
 * A construct that writes a push Secret in the cluster, so that the Secret is not an object of the tree.
 *
 * @internal
 */
export interface SecretWriter extends IConstruct {
  readonly secretName: string;
  readonly namespaces: string[];
  /** @internal */
  readonly _writesSecret: true;
}

/** Adds a check that no other construct of the tree makes a Secret with the same name in the same namespace. */
export function addSecretCollisionCheck(owner: Construct): void {
  addCollisionCheck(owner, 'secretName', secretsOf);
}

/** The Secrets that come from one construct, directly or through an operator. */
function secretsOf(construct: IConstruct): string[] {
  if ('_writesSecret' in construct) {
    const { secretName, namespaces } = construct as SecretWriter;
    return namespaces.map((namespace) => `Secret ${namespace}/${secretName}`);
  }
  if (!ApiObject.isApiObject(construct)) return [];
  if (!['Secret', 'SealedSecret', 'ExternalSecret'].includes(construct.kind)) return [];
  return [`Secret ${construct.metadata.namespace ?? 'default'}/${construct.name}`];
}
