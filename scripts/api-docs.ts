import {
  type Assembly,
  CollectionKind,
  type Docs,
  type Parameter,
  type Type,
  type TypeReference,
  TypeKind,
} from '@jsii/spec';

type ClassOrInterface = Extract<Type, { kind: TypeKind.Class | TypeKind.Interface }>;
type Property = NonNullable<ClassOrInterface['properties']>[number];
type Method = NonNullable<ClassOrInterface['methods']>[number];

/** The chapters, one per folder of lib/. */
const CHAPTERS = [
  ['registries', 'Registries'],
  ['images', 'Push targets'],
  ['push-secret', 'Push Secrets'],
  ['token-refresher', 'Token refreshers'],
  ['settings', 'Settings'],
] as const;

const HEADER = `# API reference

<!-- Made from the docstrings in lib/ by \`npm run generate:api\`: change those, not this. -->

Everything that \`primehub-image-registries\` exports. Props without a default are required. Props and members that come from
another interface are listed only there: follow the link.
`;

/** The API reference as a Markdown document, from jsii's description of the API. */
export function apiDocs(assembly: Assembly): string {
  return new ApiDocs(assembly).document();
}

class ApiDocs {
  private readonly types: readonly Type[];
  /** The class whose section describes a property. Classes with the same hidden base class refer to the first one. */
  private readonly firstTypes = new Map<string, string>();

  constructor(private readonly assembly: Assembly) {
    this.types = Object.values(assembly.types ?? {}).sort(byRank);
  }

  document(): string {
    const chapters = CHAPTERS.map(([folder, title]) => {
      const types = this.types.filter((type) => type.locationInModule?.filename.startsWith(`lib/${folder}/`));
      return { title, types };
    });
    const missing = this.types.length - chapters.flatMap(({ types }) => types).length;
    if (missing > 0) throw new Error(`${missing} exported types are not in a folder that has a chapter`);
    const contents = chapters.map(
      ({ title, types }) => `- [${title}](#${anchor(title)}): ${types.map(({ fqn }) => this.link(fqn)).join(', ')}`,
    );
    const body = chapters.flatMap(({ title, types }) => [`## ${title}`, ...types.map((type) => this.section(type))]);
    return `${[HEADER.trimEnd(), contents.join('\n'), ...body].join('\n\n')}\n`;
  }

  private section(type: Type): string {
    const parts = [`### ${type.name}`, this.subtitle(type), prose(type.docs), see(type.docs)];
    if (type.kind === TypeKind.Enum) {
      const rows = type.members.map(({ name, docs }) => [`\`${type.name}.${name}\``, inline(docs)]);
      parts.push(table(['Member', ''], rows));
    } else if (type.kind === TypeKind.Interface && type.datatype) {
      const rows = inSourceOrder(type, type.properties).map((property) => this.propRow(property));
      if (rows.length > 0) parts.push(table(['Prop', 'Type', '', 'Default'], rows));
    } else {
      if (type.kind === TypeKind.Class && type.initializer) parts.push(this.call(`new ${type.name}`, type.initializer));
      parts.push(this.members(type));
      const methods = this.ownMembers(type, type.methods);
      parts.push(...methods.map((method) => this.call(methodName(type, method), method)));
    }
    return parts.filter((part) => part !== '').join('\n\n');
  }

  private subtitle(type: Type): string {
    if (type.kind === TypeKind.Enum) return '';
    const bases = type.kind === TypeKind.Class && type.base !== undefined ? [type.base] : [];
    const relation = type.kind === TypeKind.Class ? 'Implements' : 'Extends';
    const sentences = [
      bases.length > 0 ? `Extends ${bases.map((fqn) => this.link(fqn)).join(', ')}.` : '',
      type.interfaces ? `${relation} ${type.interfaces.map((fqn) => this.link(fqn)).join(', ')}.` : '',
    ].filter((sentence) => sentence !== '');
    return sentences.length === 0 ? '' : `_${sentences.join(' ')}_`;
  }

  private members(type: ClassOrInterface): string {
    const own = this.ownMembers(type, type.properties);
    const firstType = (property: Property) => this.firstTypes.get(sourceOf(property)) ?? type.fqn;
    const rows = own
      .filter((property) => firstType(property) === type.fqn)
      .map((property) => {
        this.firstTypes.set(sourceOf(property), type.fqn);
        return [`\`${property.name}\``, this.typeText(property.type, property.optional), inline(property.docs)];
      });
    const repeated = own.filter((property) => firstType(property) !== type.fqn);
    const names = repeated.map(({ name }) => `\`${name}\``).join(', ');
    return [
      rows.length === 0 ? '' : table(['Property', 'Type', ''], rows),
      repeated.length === 0 ? '' : `Also ${names}, as in ${this.link(firstType(repeated[0]))}.`,
    ]
      .filter((part) => part !== '')
      .join('\n\n');
  }

  private call(name: string, callable: { docs?: Docs; parameters?: Parameter[]; returns?: Method['returns'] }): string {
    const parameters = callable.parameters ?? [];
    const returns = callable.returns ? `: ${this.typeText(callable.returns.type)}` : '';
    const lines = [`**\`${name}(${parameters.map((parameter) => parameter.name).join(', ')})\`**${returns}`];
    if (prose(callable.docs) !== '') lines.push('', prose(callable.docs));
    // Scope, id and props need no text: they are the same for all constructs, and the props have their own section.
    const items = parameters.map((parameter) => {
      const text = inline(parameter.docs).replace(/\.$/, '');
      const says = text === '' || text === `the ${parameter.name}` ? '' : `: ${text}`;
      return `- \`${parameter.name}\` (${this.typeText(parameter.type, parameter.optional)})${says}`;
    });
    if (callable.docs?.returns) items.push(`- returns ${callable.docs.returns}`);
    if (callable.docs?.custom?.throws) items.push(`- throws ${callable.docs.custom.throws}`);
    if (items.length > 0) lines.push('', ...items);
    if (see(callable.docs) !== '') lines.push('', see(callable.docs));
    return lines.join('\n');
  }

  private propRow(property: Property): string[] {
    const { docs } = property;
    const fallback = property.optional ? defaultText(docs?.default) : '(required)';
    return [`\`${property.name}\``, this.typeText(property.type), inline(docs), fallback];
  }

  /** The members of a class without those of the interfaces that it implements. */
  private ownMembers<T extends Property | Method>(type: ClassOrInterface, members?: readonly T[]): T[] {
    const bases = (type.interfaces ?? []).map((fqn) => this.assembly.types?.[fqn] as ClassOrInterface | undefined);
    const inherited = bases.flatMap((base) => [...(base?.properties ?? []), ...(base?.methods ?? [])]);
    return inSourceOrder(type, members).filter(({ name }) => !inherited.some((one) => one.name === name));
  }

  private typeText(reference: TypeReference, optional = false): string {
    return `${this.requiredTypeText(reference)}${optional ? ' or nothing' : ''}`;
  }

  private requiredTypeText(reference: TypeReference): string {
    if ('primitive' in reference) return `\`${reference.primitive}\``;
    if ('fqn' in reference) return this.link(reference.fqn);
    if (!('collection' in reference)) throw new Error('unexpected type: this API has no unions and no intersections');
    const { kind, elementtype } = reference.collection;
    return `${kind === CollectionKind.Array ? 'list' : 'map'} of ${this.requiredTypeText(elementtype)}`;
  }

  private link(fqn: string): string {
    const name = fqn.slice(fqn.indexOf('.') + 1);
    return this.assembly.types?.[fqn] === undefined ? `\`${name}\`` : `[\`${name}\`](#${anchor(name)})`;
  }
}

function sourceOf({ name, locationInModule }: Property): string {
  return `${locationInModule?.filename}:${locationInModule?.line}:${name}`;
}

function methodName(type: Type, method: Method): string {
  return method.static ? `${type.name}.${method.name}` : method.name;
}

/** Order: classes, then the interfaces that they implement, their props, and enums. */
function byRank(a: Type, b: Type): number {
  return rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}

function rank(type: Type): number {
  if (type.kind === TypeKind.Class) return 0;
  if (type.kind === TypeKind.Enum) return 3;
  return type.datatype ? 2 : 1;
}

/**
 * jsii sorts members by name, but the sources have the most important first. Members of a hidden base class come last.
 */
function inSourceOrder<T extends Property | Method>(type: Type, members: readonly T[] = []): T[] {
  const isOwn = ({ locationInModule }: T) => locationInModule?.filename === type.locationInModule?.filename;
  const line = ({ locationInModule }: T) => locationInModule?.line ?? 0;
  return [...members].sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || line(a) - line(b));
}

/** jsii splits off the first sentence. */
function prose(docs: Docs | undefined): string {
  return [docs?.summary, docs?.remarks].filter(Boolean).join(' ');
}

function see(docs: Docs | undefined): string {
  return docs?.see === undefined ? '' : `See <${docs.see}>`;
}

function inline(docs: Docs | undefined): string {
  return [prose(docs), see(docs)].filter(Boolean).join(' ').replace(/\s+/g, ' ');
}

/** A default is either a literal or a sentence after a dash. */
function defaultText(text: string | undefined): string {
  if (text === undefined) return '';
  return text.startsWith('- ') ? text.slice(2).replace(/\s+/g, ' ') : `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function anchor(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}
