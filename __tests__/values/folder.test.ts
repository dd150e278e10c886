import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { plainHttpContainer } from '../../lib/registries/container';
import { synthesizeRegistry } from '../../synth/charts';
import { formatFindings } from '../../values/report/findings';
import { readValuesFolder } from '../../values/read';
import { missingPasswords, requirePasswords } from '../../values/registry/missing-passwords';
import { dockerHub, found, readValues, told, writeValues } from './support/values-folder';

test('one report has all problems of all files, each file in order', () => {
  const files = {
    'dockerhub.yaml': dockerHub({
      registryEndpoint: undefined,
      pushRepo: 'https://docker.io/ExampleTeam/notebooks',
      pushSecretname: 'dockerhub',
      insecureSkipVerify: '"yes"',
    }),
    'gcr.yaml': dockerHub({ pushRepo: 'gcr.io/example-project/notebooks' }),
    'harbor.yaml': '- customImage:\n',
    'quay.yaml': dockerHub({ registryPassword: '"' }),
    'right.yaml': dockerHub(),
  };
  const report = [
    'dockerhub.yaml:1:1 customImage.registryEndpoint missing: `registryEndpoint: docker.io`',
    'dockerhub.yaml:4:13 customImage.pushRepo malformed: `docker.io/exampleteam/notebooks`',
    'dockerhub.yaml:5:3 customImage.pushSecretname unknown-key: did you mean pushSecretName?',
    'dockerhub.yaml:6:23 customImage.insecureSkipVerify wrong-type',
    'gcr.yaml:2:21 customImage.registryEndpoint mismatch',
    'harbor.yaml file',
    'quay.yaml:4:21 yaml',
  ];
  expect(found(files, report)).toEqual(report);
});

test.each<[string, string, string[]]>([
  [
    'pushRepoPrefix next to pushRepo',
    dockerHub({ pushRepoPrefix: 'docker.io/exampleteam' }),
    ['6:19 customImage.pushRepoPrefix ignored'],
  ],
  [
    'the name of the Secret that the PrimeHub chart makes',
    dockerHub({ pushSecretName: 'primehub-controller-custom-image-push-secret' }),
    ['6:19 customImage.pushSecretName conflict'],
  ],
  [
    'an endpoint without TLS',
    dockerHub({ registryEndpoint: 'http://harbor.example.com', pushRepo: 'harbor.example.com/team/notebooks' }),
    ['2:21 customImage.registryEndpoint conflict'],
  ],
  [
    'a comment that may be part of the password',
    dockerHub({ registryPassword: 'abc #def' }),
    ['4:21 customImage.registryPassword yaml'],
  ],
  [
    'a password with white space around it',
    dockerHub({ registryPassword: '" secret"' }),
    ['4:21 customImage.registryPassword doubtful'],
  ],
])('%s is a warning', (_, file, answer) => {
  expect(found(file, answer, 'warnings')).toEqual(answer);
  const { problems, registries } = readValues(file);
  expect(problems).toBe('');
  expect(registries).toHaveLength(1);
});

test.each<[string, string, object]>([
  ['a repository without docker.io', dockerHub({ pushRepo: 'exampleteam/notebooks' }), {}],
  ['an alias of docker.io', dockerHub({ pushRepo: 'index.docker.io/exampleteam/notebooks' }), {}],
  ["docker's own address for Docker Hub", dockerHub({ registryEndpoint: 'https://index.docker.io/v1/' }), {}],
  ['an endpoint in capitals', dockerHub({ registryEndpoint: 'HTTPS://Docker.IO/' }), {}],
  ['a byte order mark', `\ufeff${dockerHub()}`, {}],
  ['lines that end in CRLF', dockerHub().replaceAll('\n', '\r\n'), {}],
  [
    'an anchor and its alias',
    `targetNamespace: &name exampleteam\n${dockerHub({ registryUsername: '*name' })}`,
    { namespaces: ['exampleteam'] },
  ],
  ['no namespace', dockerHub(), { namespaces: ['hub'] }],
  ['several namespaces', `targetNamespace: [hub, lab]\n${dockerHub()}`, { namespaces: ['hub', 'lab'] }],
  [
    'a prefix of a registry without namespaces',
    dockerHub({
      registryEndpoint: 'https://harbor.example.com:8443/v2/',
      pushRepo: undefined,
      pushRepoPrefix: 'harbor.example.com:8443',
    }),
    { host: 'harbor.example.com:8443', target: { path: '', isPrefix: true } },
  ],
  [
    'an IPv4 address',
    dockerHub({ registryEndpoint: '10.0.0.1:5000', pushRepo: '10.0.0.1:5000/notebooks' }),
    { host: '10.0.0.1:5000', target: { path: 'notebooks' } },
  ],
  [
    'a Secret that already exists',
    dockerHub({ registryUsername: undefined, registryPassword: undefined }),
    { pushSecret: { from: 'existing' } },
  ],
  ['a password with angle brackets in it', dockerHub({ registryPassword: 'a<b>c' }), {}],
  [
    'a registry without TLS',
    dockerHub({
      registryEndpoint: 'http://10.0.0.1:5000',
      pushRepo: '10.0.0.1:5000/notebooks',
      insecureSkipVerify: 'true',
    }),
    { host: '10.0.0.1:5000', kind: plainHttpContainer, target: { path: 'notebooks' }, insecureSkipVerify: true },
  ],
  [
    'quantities as numbers',
    dockerHub({ buildJob: '{ resources: { limits: { cpu: 2, memory: 1000000000 } } }' }),
    { buildJob: { resources: { limits: { cpu: '2', memory: '1000000000' } } } },
  ],
])('%s is accepted', (_, file, expected) => {
  const { problems, warnings, registries } = readValues(file);
  expect({ problems, warnings }).toEqual({ problems: '', warnings: '' });
  const dockerHubs = { host: 'docker.io', target: { path: 'exampleteam/notebooks', isPrefix: false } };
  expect(registries).toMatchObject([{ name: 'dockerhub', ...dockerHubs, ...expected }]);
});

test.each([
  ['http://10.0.0.1:5000', 'http://10.0.0.1:5000'],
  ['HTTP://10.0.0.1:5000', 'http://10.0.0.1:5000'],
  ['10.0.0.1:5000', 'https://10.0.0.1:5000'],
])('the endpoint %s becomes %s in the settings', (registryEndpoint, written) => {
  const file = dockerHub({ registryEndpoint, pushRepo: '10.0.0.1:5000/notebooks', insecureSkipVerify: 'true' });
  const [values] = readValues(file).registries;
  expect(synthesizeRegistry(values).helmValues).toContain(`  registryEndpoint: "${written}"\n`);
});

test('a file with enabled: false is skipped, whatever else it contains', () => {
  const read = readValues({ 'a.yaml': 'customImage: { enabled: false, other: <x> }\n', 'b.yaml': dockerHub() });
  expect(read.problems).toBe('');
  expect(read.disabled.map((file) => path.basename(file))).toEqual(['a.yaml']);
  expect(read.registries.map(({ name }) => name)).toEqual(['b']);
});

test('a folder that does not exist, and a file instead of a folder', () => {
  expect(told(readValuesFolder('registrys').findings.problems, [], true)).toEqual(['registrys file']);
  const file = path.join(writeValues(dockerHub()), 'dockerhub.yaml');
  expect(told(readValuesFolder(file).findings.problems, [], true)).toEqual(['dockerhub.yaml file']);
});

test('a folder that cannot be read', () => {
  // The tests may run as root, who can read every folder. A name that is too long is refused to root as well.
  const folder = 'x'.repeat(300);
  expect(told(readValuesFolder(folder).findings.problems)).toEqual(['file']);
});

test('a named pipe, which could block for ever, and a folder with the name of a values file', () => {
  const folder = writeValues({});
  expect(spawnSync('mkfifo', [path.join(folder, 'a.yaml')]).status).toBe(0);
  fs.mkdirSync(path.join(folder, 'b.yaml'));
  expect(told(readValuesFolder(folder).findings.problems, [], true)).toEqual(['a.yaml file', 'b.yaml file']);
});

test('the report has the order of the files, not the order in which problems were found', () => {
  const { findings } = readValues({
    'a.yaml': dockerHub({ pushSecretName: 'shared' }),
    'b.yaml': dockerHub({ pushSecretName: 'shared' }),
    'c.yaml': '- x\n',
    'd.yml': '',
  });
  const report = formatFindings(findings.problems);
  expect([...report.matchAll(/registries\/(.\.ya?ml)/g)].map(([, name]) => name)).toEqual([
    'b.yaml',
    'a.yaml',
    'c.yaml',
    'd.yml',
  ]);
});

test('two files may refer to the same Secret if neither writes it', () => {
  const file = dockerHub({ registryUsername: undefined, registryPassword: undefined, pushSecretName: 'shared' });
  expect(readValues({ 'a.yaml': file, 'b.yaml': file }).problems).toBe('');
});

test('a missing password is a problem only if passwords are required', () => {
  const source = (from: string) => dockerHub({ registryPassword: undefined, registryPasswordFrom: from });
  const read = readValues({ 'a.yaml': source('{ env: NOT_SET }'), 'b.yaml': source('{ file: not-there.txt }') });
  expect(read.problems).toBe('');
  const missing = missingPasswords(read.registries);
  expect(missing).toMatchObject([{ name: 'a', origin: 'the environment variable NOT_SET' }, { name: 'b' }]);
  requirePasswords(missing, read.reports);
  expect(told(read.findings.problems, [], true)).toEqual([
    'a.yaml:5:25 customImage.registryPasswordFrom unavailable',
    'b.yaml:5:25 customImage.registryPasswordFrom unavailable',
  ]);
});
