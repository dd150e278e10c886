import { type Assembly, type Type, type TypeReference, TypeKind } from '@jsii/spec';

const HEADER = `// Made by \`npm run generate:api\` from the props interfaces that lib/index.ts exports: change those, not this.

/** The props of each interface. A prop with props of its own has the name of its interface as value. */
export const KNOWN_PROPS: { readonly [type: string]: { readonly [prop: string]: string } } = {
`;

/** The module that lists the props of all props interfaces, from jsii's description of the API. */
export function knownPropsModule(assembly: Assembly): string {
  const types = Object.values(assembly.types ?? {}).sort((a, b) => (a.name < b.name ? -1 : 1));
  const entries = types.filter(isProps).map((type) => {
    const lines = propsOf(assembly, type).map(([prop, its]) => `    ${prop}: '${its}',\n`);
    return `  ${type.name}: {\n${lines.join('')}  },\n`;
  });
  return `${HEADER}${entries.join('')}};\n`;
}

function isProps(type: Type | undefined): type is Extract<Type, { kind: TypeKind.Interface }> {
  return type?.kind === TypeKind.Interface && type.datatype === true;
}

function propsOf(assembly: Assembly, type: Type): [string, string][] {
  if (!isProps(type)) return [];
  const own = (type.properties ?? []).map((property): [string, string] => [
    property.name,
    propsType(assembly, property.type),
  ]);
  const inherited = (type.interfaces ?? []).flatMap((base) => propsOf(assembly, assembly.types![base]));
  // An interface may narrow a prop of its base.
  return Object.entries({ ...Object.fromEntries(inherited), ...Object.fromEntries(own) }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
}

/** The props interface of a prop, or of the members of its list. */
function propsType(assembly: Assembly, reference: TypeReference): string {
  if ('collection' in reference) return propsType(assembly, reference.collection.elementtype);
  const type = 'fqn' in reference ? assembly.types?.[reference.fqn] : undefined;
  return isProps(type) ? type.name : '';
}
