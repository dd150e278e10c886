import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { addCollisionCheck } from '../kubernetes/collisions';

/**
 * What keeps a push Secret by writing it in the cluster, so that the Secret is no object of the tree.
 *
 * @internal
 */
export interface SecretWriter extends IConstruct {
  readonly secretName: string;
  readonly namespaces: string[];
  /** @internal */
  readonly _writesSecret: true;
}

/** Adds the check that no other construct of the tree makes a Secret of the same name in the same namespace. */
export function addSecretCollisionCheck(owner: Construct): void {
  addCollisionCheck(owner, 'secretName', secretsOf);
}

/** The Secrets that one construct ends as: its own, or what an operator makes of it. */
function secretsOf(construct: IConstruct): string[] {
  if ('_writesSecret' in construct) {
    const { secretName, namespaces } = construct as SecretWriter;
    return namespaces.map((namespace) => `Secret ${namespace}/${secretName}`);
  }
  if (!ApiObject.isApiObject(construct)) return [];
  if (!['Secret', 'SealedSecret', 'ExternalSecret'].includes(construct.kind)) return [];
  return [`Secret ${construct.metadata.namespace ?? 'default'}/${construct.name}`];
}
