import { KNOWN_PROPS } from './known-props';
import { nearest } from './nearest';
import { credentialsIn } from './redact';
import { ValidationError, ValuePath } from './validation';

/**
 * Finds props that a props interface does not have, including nested ones. TypeScript refuses most of them, but plain
 * JavaScript and `tsx` would ignore them silently.
 *
 * @param type the name of the props interface, exported by lib/index.ts
 */
export function unknownProps(type: string, props: unknown): ValidationError[] {
  return unknownAt([], type, props);
}

function unknownAt(path: ValuePath, type: string, props: unknown): ValidationError[] {
  if (typeof props !== 'object' || props === null) return [];
  if (Array.isArray(props)) return props.flatMap((item, i) => unknownAt([...path, i], type, item));
  const known = KNOWN_PROPS[type];
  if (known === undefined) throw new Error(`the props of ${type} are not known: run \`npm run generate:api\``);
  return Object.entries(props).flatMap(([prop, value]) => {
    if (!Object.hasOwn(known, prop)) return unknownProp(path, prop, Object.keys(known));
    return known[prop] === '' ? [] : unknownAt([...path, prop], known[prop], value);
  });
}

function unknownProp(path: ValuePath, prop: string, known: readonly string[]): ValidationError[] {
  const meant = nearest(prop, known);
  const right = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean \`${meant}\`?`;
  // Props may come from data, so a name that does not look like a prop may be a credential.
  if (!/^[A-Za-z_$][\w$]*$/.test(prop) || credentialsIn(prop).length > 0) {
    return [
      {
        path,
        code: 'unknown',
        message: `one prop is unknown (its name is not shown, as it may contain a credential); ${right}`,
      },
    ];
  }
  return [{ path: [...path, prop], code: 'unknown', message: `unknown prop; ${right}` }];
}

/**
 * The same for an interface of another library. The caller passes the list of members, and TypeScript checks that it is
 * complete.
 */
export function unknownMembers<T>(
  known: { readonly [member in keyof Required<T>]: true },
  value: T,
): ValidationError[] {
  const names = Object.keys(known);
  return Object.keys(value as object)
    .filter((member) => !names.includes(member))
    .flatMap((member) => unknownProp([], member, names));
}
