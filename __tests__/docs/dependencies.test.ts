import { readPage } from '../support/code-blocks';
import packageJson from '../../package.json';

test('docs/dependencies.md has one line for each direct dependency, and no other', () => {
  const rows = [...readPage('docs/dependencies.md').text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  const { peerDependencies, devDependencies } = packageJson;
  const dependencies = new Set([...Object.keys(peerDependencies), ...Object.keys(devDependencies)]);
  expect(rows.sort()).toEqual([...dependencies].sort());
});
