import * as fs from 'fs';
import * as path from 'path';
import { stringify } from 'yaml';
import { SealingScope } from '../../../lib';
import { Findings } from '../../../values/report/findings';
import { SealTarget, readSealTarget } from '../../../values/registry/seal-target';
import { temporaryFolder } from '../../support/run-app';
import { sealedPassword } from '../../support/sealed';

const CUSTOM_IMAGE = {
  registryEndpoint: 'docker.io',
  registryUsername: 'team',
  pushRepo: 'docker.io/team/notebooks',
};

function read(values: object): { target?: SealTarget; problems: string[]; warnings: string[] } {
  const file = path.join(temporaryFolder(), 'dockerhub.yaml');
  fs.writeFileSync(file, stringify(values));
  const findings = new Findings();
  const target = readSealTarget(file, findings);
  const text = ({ key, message }: { key?: string; message: string }) => `${key}: ${message}`;
  return { target, problems: findings.problems.map(text), warnings: findings.warnings.map(text) };
}

const withCustomImage = (change: object) => ({ customImage: { ...CUSTOM_IMAGE, ...change } });

test('the file says what the password is for', () => {
  const { target, problems } = read({ ...withCustomImage({}), targetNamespace: ['hub', 'lab'] });
  expect(problems).toEqual([]);
  expect(target).toMatchObject({
    host: 'docker.io',
    username: 'team',
    secretName: 'dockerhub-push-secret',
    namespaces: ['hub', 'lab'],
    source: undefined,
    isInline: false,
  });
});

test.each<[string, object, string | undefined, boolean]>([
  ['the variable', { registryPasswordFrom: { env: 'NOT_SET_HERE' } }, 'the environment variable NOT_SET_HERE', false],
  ['the file', { registryPasswordFrom: { file: 'password.txt' } }, 'password.txt', false],
  ['the password itself', { registryPassword: 'token' }, 'registryPassword', true],
  ['an older sealed password', { registryPasswordFrom: { sealed: sealedPassword() } }, undefined, false],
  ['a broken sealed password', { registryPasswordFrom: { sealed: { scope: 5 } } }, undefined, false],
  ['a secret store', { registryPasswordFrom: { externalSecret: { store: 's', key: 'k' } } }, undefined, false],
])('the place of the password: %s', (_, change, origin, isInline) => {
  const { target, problems } = read(withCustomImage(change));
  expect(problems).toEqual([]);
  expect(target?.isInline).toBe(isInline);
  if (origin === undefined) expect(target?.source).toBeUndefined();
  else expect(target?.source?.origin).toContain(origin);
});

test.each<[string, object, string]>([
  ['a password with a newline', { registryPassword: 'marker\n' }, 'ends with a newline'],
  ['a number', { registryPassword: 12345 }, 'YAML reads this as a number'],
  ['an incomplete key file', { registryUsername: '_json_key', registryPassword: '{' }, 'is not JSON'],
  [
    'the password as a variable',
    { registryPasswordFrom: { env: 'marker' } },
    'not the name of an environment variable',
  ],
  ['two sources', { registryPassword: 'a', registryPasswordFrom: { env: 'B' } }, 'two sources:'],
  ['two others', { registryPasswordFrom: { env: 'A', file: 'b' } }, 'got env and file'],
])('%s: a problem of the old source is kept apart, as the source may not be used', (_, change, message) => {
  const { target, problems } = read(withCustomImage(change));
  expect(problems).toEqual([]);
  expect(target?.sourceProblems.map((problem) => problem.message).join('\n')).toContain(message);
  expect(JSON.stringify(target?.sourceProblems)).not.toContain('marker');
});

test('the scope of an older sealed password is read', () => {
  const sealed = sealedPassword({ scope: SealingScope.NAMESPACE_WIDE });
  const { target } = read(withCustomImage({ registryPasswordFrom: { sealed } }));
  expect(target?.scope).toBe('namespace-wide');
});

test.each<[string, object, string]>([
  ['ECR', { aws: { account: '123456789012', region: 'eu-west-1' }, ...withCustomImage({}) }, 'aws: Amazon ECR has no'],
  [
    'ECR without an aws block',
    withCustomImage({
      registryEndpoint: 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      registryPasswordFrom: { env: 'TOKEN' },
      pushRepo: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/notebooks',
    }),
    'customImage.registryEndpoint: Amazon ECR has no',
  ],
  ['no user name', withCustomImage({ registryUsername: undefined }), 'customImage.registryUsername: missing'],
  ['a disabled file', withCustomImage({ enabled: false }), 'customImage.enabled: this file is disabled'],
  ['a mistake elsewhere', withCustomImage({ pushRepo: 'docker.io/Team' }), 'customImage.pushRepo: '],
])('%s is a problem', (_, values, message) => {
  const { target, problems } = read(values);
  expect(target).toBeUndefined();
  expect(problems.join('\n')).toContain(message);
  expect(problems.join('\n')).not.toContain('marker');
});
