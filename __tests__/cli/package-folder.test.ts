import * as fs from 'fs';
import * as path from 'path';
import { packageFolder } from '../../cli/package-folder';
import { temporaryFolder } from '../support/run-app';

const NAME = 'node_modules/primehub-image-registries';

let root: string;
let images: string;
beforeEach(() => {
  root = temporaryFolder();
  images = path.join(root, 'deploy/images');
  fs.mkdirSync(images, { recursive: true });
});

const write = (text: string) => fs.writeFileSync(path.join(root, 'package.json'), text);

test.each([
  ['["deploy/*"]'],
  ['["apps", "./deploy/images/"]'],
  ['["**"]'],
  ['["deploy/**"]'],
  ['["**/images"]'],
  ['{ "packages": ["*/im*"] }'],
])('a folder in the workspaces %s has the package in their root', (workspaces) => {
  write(`\ufeff{ "workspaces": ${workspaces} }`);
  expect(packageFolder(images)).toBe(`../../${NAME}`);
});

test.each([
  ['{ "workspaces": ["packages/*", "*", "deploy", "deploy/image", "ploy/*", "deploy?images", "deploy.images", 1] }'],
  ['{ "workspaces": "deploy/*" }'],
  ['{ "workspaces": null }'],
  ['{}'],
  ['null'],
  ['{'],
])('beside a package.json around it that is %s, a folder has the package itself', (text) => {
  write(text);
  expect(packageFolder(images)).toBe(NAME);
});

test('the root of the workspaces, and a folder without any package.json', () => {
  expect(packageFolder(images)).toBe(NAME);
  write('{ "workspaces": ["**"] }');
  expect(packageFolder(root)).toBe(NAME);
});

test('a package that is installed beside the values files is the one that is used', () => {
  write('{ "workspaces": ["deploy/*"] }');
  fs.mkdirSync(path.join(images, NAME), { recursive: true });
  expect(packageFolder(images)).toBe(NAME);
});
