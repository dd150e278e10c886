import * as fs from 'fs';
import * as path from 'path';
import { readValuesFolder } from '../../../values/read';
import { dockerHub, readValues, told, writeValues } from '../support/values-folder';

// People copy whole values files of PrimeHub and of the chart aws-ecr-credential here.

test("PrimeHub's own keys are recognized, and nothing else is proposed for them", () => {
  const text = `usage: { enabled: true }\nstore: { enabled: true }\njobSubmission: {}\n${dockerHub()}`;
  const { findings } = readValues(text);
  expect(findings.problems.map(({ key, code }) => `${key} ${code}`)).toEqual([
    'usage unknown-key',
    'store unknown-key',
    'jobSubmission unknown-key',
  ]);
  for (const { message } of findings.problems) expect(message).toContain("belongs to PrimeHub's own values file");
});

test.each(['jobImage', 'usage', 'tsusage'])('%s does not hide that customImage is missing', (key) => {
  const { findings } = readValues(`${key}: { enabled: true }\n`);
  expect(findings.problems.map(({ key: at, code }) => `${at} ${code}`)).toContain('customImage missing');
});

test.each([
  ['a key that is already set', dockerHub({ registryUsernam: 'x' })],
  ['a key of another level', `property: x\n${dockerHub()}`],
  ['a key that is already set one level up', `pushRepo: docker.io/team/x\n${dockerHub()}`],
])('%s is not proposed', (_, text) => {
  const { findings } = readValues(text);
  expect(findings.problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^unknown key: the keys allowed here are /),
  ]);
});

test.each([
  [
    'a misspelt key',
    dockerHub({ registryUsername: undefined, registryUsernam: 'x' }),
    'did you mean registryUsername?',
  ],
  ['the level above', dockerHub({ targetNamespace: 'hub' }), 'move it to the top level of the file'],
  [
    'the level below',
    dockerHub({ registryPassword: undefined, env: 'TOKEN' }),
    'move it to customImage.registryPasswordFrom',
  ],
])('%s is proposed', (_, text, right) => {
  expect(readValues(text).problems).toContain(right);
});

test.each(['secretName', 'existingSecret', 'secretKeyRef'])('%s as the source of a password', (key) => {
  const source = { registryUsername: undefined, registryPassword: undefined, registryPasswordFrom: `{ ${key}: x }` };
  expect(readValues(dockerHub(source)).problems).toContain('set customImage.pushSecretName to its name');
});

test('files that are not read are noted: a backup copy, JSON, a folder with values files', () => {
  const files = { 'hub.yaml': dockerHub(), 'hub.yaml.bak': 'x', 'gcr.json': '{"customImage": {}}', 'key.json': '{}' };
  const folder = writeValues(files);
  fs.mkdirSync(path.join(folder, 'staging'));
  fs.writeFileSync(path.join(folder, 'staging/hub.yaml'), dockerHub());
  fs.mkdirSync(path.join(folder, 'keys'));
  fs.writeFileSync(path.join(folder, 'keys/other.yaml'), 'a: b\n');
  const { findings } = readValuesFolder(folder);
  expect(told(findings.problems)).toEqual([]);
  expect(told(findings.notes, [], true)).toEqual(['gcr.json file', 'hub.yaml.bak file', 'staging file']);
});
