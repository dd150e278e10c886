import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Parameter, TypeKind } from '@jsii/spec';
import { App, Chart } from 'cdk8s';
import * as library from '../../lib';
import { InvalidValueError } from '../../lib/validation';
import { apiDocs } from '../../scripts/api-docs';
import { readAssembly } from '../../scripts/assembly';
import { knownPropsModule } from '../../scripts/known-props';

const assembly = readAssembly();

test.each([
  ['docs/api.md', apiDocs],
  ['lib/known-props.ts', knownPropsModule],
])('jsii accepts the library, and %s is made from its docstrings', (file, make) => {
  expect(make(assembly)).toBe(readFileSync(join(__dirname, '../..', file), 'utf8'));
});

test('the first sentence of every docstring is complete, although jsii also ends it at a semicolon', () => {
  const cut = Object.values(assembly.types ?? {}).flatMap((type) => {
    const members = type.kind === TypeKind.Enum ? type.members : [...(type.properties ?? []), ...(type.methods ?? [])];
    const named = [type, ...members] as { name: string; docs?: { summary?: string } }[];
    return named.filter(({ docs }) => docs?.summary?.trim().endsWith(';')).map(({ name }) => `${type.name}.${name}`);
  });
  expect(cut).toEqual([]);
});

test('every constructor and every factory refuses unknown props', () => {
  const js = library as unknown as Record<string, Record<string, (...args: unknown[]) => unknown>>;
  const calls: [string, (...args: unknown[]) => unknown, Parameter[]][] = [];
  for (const type of Object.values(assembly.types ?? {})) {
    if (type.kind !== TypeKind.Class) continue;
    const Class = js[type.name] as unknown as new (...args: unknown[]) => unknown;
    calls.push([`new ${type.name}`, (...args) => new Class(...args), type.initializer?.parameters ?? []]);
    for (const { name, parameters, static: isStatic } of type.methods ?? []) {
      if (isStatic) calls.push([`${type.name}.${name}`, (...args) => js[type.name][name](...args), parameters ?? []]);
    }
  }
  const withProps = calls.filter(([, , parameters]) => parameters.some(isProps));
  expect(withProps.map(([name]) => name)).toEqual(
    expect.arrayContaining(['new EcrRegistry', 'EcrAddress.of', 'PasswordSource.fromExternalSecret']),
  );
  const silent = withProps.filter(([, call, parameters]) => {
    const chart = new Chart(new App(), 'chart', { namespace: 'hub' });
    const args = parameters.map((parameter) =>
      isProps(parameter) ? { nobodyHasIt: 1 } : 'fqn' in parameter.type ? chart : 'it',
    );
    try {
      call(...args);
      return true;
    } catch (error) {
      const errors = error instanceof InvalidValueError ? error.errors : [];
      return !errors.some(({ path, code }) => code === 'unknown' && path[path.length - 1] === 'nobodyHasIt');
    }
  });
  expect(silent.map(([name]) => name)).toEqual([]);
});

function isProps({ type }: Parameter): boolean {
  const props = 'fqn' in type ? assembly.types?.[type.fqn] : undefined;
  return props?.kind === TypeKind.Interface && props.datatype === true;
}
