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
const ONLY = 'only *.yaml files directly in registries/ are read';

// The exact sentences about files and folders. Those about the content of a file are in the subfolders.
testSentences(
  ['read.ts'],
  [
    [
      'this folder does not exist: change to the folder that contains it, or let `npx primehub-image-registries init` make registries/',
      inFolder('registrys'),
    ],
    [
      'this is a file: name the folder that contains it',
      () => inFolder(path.join(writeValues(dockerHub()), 'dockerhub.yaml'))(),
    ],
    // The tests may run as root, who can read every folder. A name that is too long is refused to root as well.
    ['this folder cannot be read (ENAMETOOLONG)', inFolder('x'.repeat(300))],
    ['this folder has no values file (*.yaml): add one per registry', { 'README.md': 'hi' }],
    ['this file is not read: the name of a values file must end in .yaml', { 'dockerhub.yml': dockerHub() }],
    [`ignored: ${ONLY}`, withFile('hub.yaml.bak', 'x')],
    [`ignored: ${ONLY}; write the values as YAML`, withFile('gcr.json', '{"customImage": {}}')],
    [`this folder is ignored: ${ONLY}`, withFile('staging/hub.yaml', dockerHub())],
    [
      'this is a folder, a pipe or a device: a values file must be a regular file',
      inRegistries((folder) => fs.mkdirSync(path.join(folder, 'b.yaml'))),
    ],
    ['the file is larger than 128 KiB, the limit for a values file', `#${' '.repeat(128 * 1024)}\n`],
    ['the file is not UTF-8 text: save it as UTF-8', Buffer.from([0xff])],
    [
      'the file cannot be read (ENOENT)',
      inRegistries((folder) => fs.symlinkSync('not-there', path.join(folder, 'b.yaml'))),
    ],
    ['the file is empty: expected the key customImage, as in registries/dockerhub.yaml', ''],
    ['the file is not a mapping: expected the key customImage, as in registries/dockerhub.yaml', '- x\n'],
    [
      'the file\'s name becomes part of Kubernetes names: expected at most 40 lower-case letters, digits and "-", then .yaml',
      { 'DockerHub.yaml': dockerHub() },
    ],
    [
      "the file's name must not end in -push-secret, as git ignores the files in dist/ that end so: choose another name",
      { 'dockerhub-push-secret.yaml': dockerHub() },
    ],
    [
      'registries/a.yaml also writes the Secret shared in the namespace hub: give one of them another name',
      { 'a.yaml': dockerHub({ pushSecretName: 'shared' }), 'b.yaml': dockerHub({ pushSecretName: 'shared' }) },
    ],
    [
      '100 findings, and the file may have more: fix these first',
      `targetNamespace: [${'A,'.repeat(101)}]\n${dockerHub()}`,
    ],
  ],
);
