import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';
import { REPOSITORY, readTree, temporaryFolder } from './support/run-app';

interface Definition {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly group: string; readonly names: { readonly plural: string } };
}

const CRDS = path.join(REPOSITORY, 'crds');
const files = fs.readdirSync(CRDS).sort();

test.each(files)('crds/%s is one definition, and its name starts with the API group', (file) => {
  const text = fs.readFileSync(path.join(CRDS, file), 'utf8');
  const { kind, metadata, spec } = parse(text) as Definition;
  expect(kind).toBe('CustomResourceDefinition');
  expect(file).toBe(`${spec.group}.yaml`);
  expect(metadata.name).toBe(`${spec.names.plural}.${spec.group}`);
  expect(text).toMatch(/^# Follows upstream v\d+\.\d+\.\d+/m);
});

test('cdk8s.yaml imports every definition', () => {
  const { imports } = parse(fs.readFileSync(path.join(REPOSITORY, 'cdk8s.yaml'), 'utf8')) as { imports: string[] };
  expect(imports).toEqual(files.map((file) => `crds/${file}`));
});

test('imports/ is the output of `npm run import` for crds/', () => {
  const folder = temporaryFolder();
  const cli = path.join(REPOSITORY, 'node_modules/cdk8s-cli/bin/cdk8s');
  const args = [cli, 'import', '--no-save', '--check-upgrade=false', '--output', folder];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: REPOSITORY, encoding: 'utf8' });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(readTree(folder)).toEqual(readTree(path.join(REPOSITORY, 'imports')));
}, 60_000);
