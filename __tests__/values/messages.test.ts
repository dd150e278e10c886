import * as fs from 'fs';
import * as path from 'path';
import { readValuesFolder } from '../../values/read';
import type { Finding } from '../../values/report/findings';
import { testSentences } from './support/sentences';
import { dockerHub, writeValues } from './support/values-folder';

const inFolder = (folder: string) => (): readonly Finding[] => {
  const { problems, notes } = readValuesFolder(folder).findings;
  return [...problems, ...notes];
};
const inRegistries = (fill: (folder: string) => unknown) => () => {
  const folder = writeValues(dockerHub());
  fill(folder);
  return inFolder(folder)();
};
const withFile = (name: string, text: string) =>
  inRegistries((folder) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  });
const ONLY = 'only the files *.yaml directly in registries/ are';

// The sentences on files and folders, to the letter. Those on what is in a file are in the folders beside this one.
testSentences(
  ['read.ts'],
  [
    ['no such folder; the values files are looked for in a folder', inFolder('registrys')],
    [
      'a file; name the folder that it is in, registries; the values files are looked for in a folder',
      () => inFolder(path.join(writeValues(dockerHub()), 'dockerhub.yaml'))(),
    ],
    // A name that no system takes stands for one without permission, which root has always.
    ['this folder cannot be read (ENAMETOOLONG)', inFolder('x'.repeat(300))],
    ['no values file (*.yaml) in this folder; one per registry is wanted', { 'README.md': 'hi' }],
    ['not read; a values file ends in .yaml', { 'dockerhub.yml': dockerHub() }],
    [`not read: ${ONLY}`, withFile('hub.yaml.bak', 'x')],
    [`not read: ${ONLY}; a values file is YAML`, withFile('gcr.json', '{"customImage": {}}')],
    [`a folder, not read: ${ONLY}`, withFile('staging/hub.yaml', dockerHub())],
    [
      'a pipe, a folder or the like; a values file is a plain file',
      inRegistries((folder) => fs.mkdirSync(path.join(folder, 'b.yaml'))),
    ],
    ['larger than 128 KiB, which no values file is', `#${' '.repeat(128 * 1024)}\n`],
    ['not UTF-8 text; save it as such', Buffer.from([0xff])],
    ['cannot be read (ENOENT)', inRegistries((folder) => fs.symlinkSync('not-there', path.join(folder, 'b.yaml')))],
    ['the file is empty; a values file has the key customImage, as in registries/dockerhub.yaml', ''],
    ['the file holds no mapping; a values file has the key customImage, as in registries/dockerhub.yaml', '- x\n'],
    [
      'the file\'s name becomes part of Kubernetes names: lower-case letters, digits and "-", at most 40 characters, then .yaml',
      { 'DockerHub.yaml': dockerHub() },
    ],
    [
      "the file's name ends in -push-secret, which is how the ignored files in dist/ end; choose another",
      { 'dockerhub-push-secret.yaml': dockerHub() },
    ],
    [
      'registries/a.yaml writes the Secret shared in the namespace hub too; give one of them another name',
      { 'a.yaml': dockerHub({ pushSecretName: 'shared' }), 'b.yaml': dockerHub({ pushSecretName: 'shared' }) },
    ],
    [
      '100 findings, and the file may have more: put these right first',
      `targetNamespace: [${'A,'.repeat(101)}]\n${dockerHub()}`,
    ],
  ],
);
