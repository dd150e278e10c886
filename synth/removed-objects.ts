import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { shellWord } from './shell-word';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** The commands that remove a registry's objects from the cluster, one per namespace. */
export function removalCommands(folder: string, name: string): string[] {
  const objects = read(path.join(folder, `${name}.k8s.yaml`));
  const namespaces = [...new Set(objects.map(({ metadata }) => metadata.namespace))];
  return namespaces.map((namespace) => {
    const names = objects
      .filter(({ metadata }) => metadata.namespace === namespace)
      .map(({ kind, metadata }) => shellWord(`${kind}/${metadata.name}`));
    return `kubectl delete${namespace === undefined ? '' : ` -n ${shellWord(namespace)}`} --ignore-not-found ${names.join(' ')}`;
  });
}

/** The objects in a file, which somebody may have edited. */
function read(file: string): Manifest[] {
  try {
    return parseAllDocuments(fs.readFileSync(file, 'utf8'))
      .map((document) => document.toJS() as Partial<Manifest> | null)
      .filter((object): object is Manifest => object?.kind !== undefined && object.metadata?.name !== undefined);
  } catch {
    return [];
  }
}
