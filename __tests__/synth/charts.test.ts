import * as path from 'path';
import { synthesizeRegistry } from '../../synth/charts';
import { readValuesFolder } from '../../values/read';
import { dockerHub, writeValues } from '../values/support/values-folder';

const folder = writeValues(dockerHub());
const [values] = readValuesFolder(folder).registries;

/** The second line of every YAML file that is made of a values file. */
function headers(file: string): Set<string> {
  const { committed, plaintext = '', helmValues } = synthesizeRegistry({ ...values, file });
  return new Set([committed, plaintext, helmValues].map((text) => text.split('\n')[1]));
}

test.each([
  ['an absolute path', path.join(folder, 'dockerhub.yaml')],
  ['a relative path', path.relative('.', path.join(folder, 'dockerhub.yaml'))],
  ['a path by way of another folder', path.join(folder, '..', 'registries', 'dockerhub.yaml')],
])('the header names folder and file, read by %s', (_, file) => {
  expect(headers(file)).toEqual(
    new Set(['# Made by cdk8s synth from registries/dockerhub.yaml: change that file, not this one.']),
  );
});

test('the header names the folder that synth runs in', () => {
  const [header] = headers('dockerhub.yaml');
  expect(header).toContain(` ${path.basename(process.cwd())}/dockerhub.yaml:`);
});

test('no name of a folder ends the header', () => {
  const [header] = headers('/a\nkind: Secret\u2028/dockerhub.yaml');
  expect(header).toContain(' a?kind: Secret?/dockerhub.yaml:');
});
