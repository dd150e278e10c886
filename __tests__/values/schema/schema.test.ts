import Ajv from 'ajv';
import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';
import { JsonSchema, valuesJsonSchema } from '../../../values/schema/json-schema';
import { CLONED_REGISTRIES } from '../../support/cloned-registries';
import { REPOSITORY } from '../../support/run-app';
import { dockerHub, readValues } from '../support/values-folder';

const committed = fs.readFileSync(path.join(REPOSITORY, 'values.schema.json'), 'utf8');
const validate = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(
  JSON.parse(committed) as object,
);
const read = (text: string): unknown => parse(text, { version: '1.2' });

test('the committed schema is generated from the definition that checks the files', () => {
  expect(committed).toBe(`${JSON.stringify(valuesJsonSchema(), null, 2)}\n`);
});

test('every key has a description', () => {
  const undescribed = (schema: JsonSchema, at: string): string[] => [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, sub]) => [
      ...(sub.description === undefined ? [`${at}.${key}`] : []),
      ...undescribed(sub, `${at}.${key}`),
    ]),
    ...[schema.items, ...(schema.anyOf ?? [])].flatMap((sub) => (sub === undefined ? [] : undescribed(sub, at))),
  ];
  expect(undescribed(valuesJsonSchema(), '')).toEqual([]);
});

test.each(Object.entries(CLONED_REGISTRIES))('registries/%s is valid', (_file, text) => {
  expect(validate(read(text)) || validate.errors).toBe(true);
});

const AWS = 'account: "123456789012", region: eu-west-1';
const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const ecr = (aws: string) =>
  `aws: { ${aws} }\ncustomImage: { registryEndpoint: ${HOST}, pushRepo: ${HOST}/notebooks }\n`;
const source = (from: string) => dockerHub({ registryPassword: undefined, registryPasswordFrom: from });

// Values that are right or wrong on their own. Rules between keys are not part of the schema.
test.each<[string, string, boolean]>([
  ['the smallest file', dockerHub(), true],
  ['a namespace', `targetNamespace: hub\n${dockerHub()}`, true],
  ['several namespaces', `targetNamespace: [hub, lab]\n${dockerHub()}`, true],
  ['no namespace in a list', `targetNamespace: []\n${dockerHub()}`, false],
  ['a number in a list', `targetNamespace: [1]\n${dockerHub()}`, false],
  ['an unknown key', `${dockerHub()}region: x\n`, false],
  ['an unknown key in customImage', dockerHub({ region: 'x' }), false],
  ['no customImage', 'targetNamespace: hub\n', false],
  ['customImage as text', 'customImage: x\n', false],
  ['disabled', dockerHub({ enabled: 'false' }), true],
  ['a boolean as text', dockerHub({ insecureSkipVerify: '"yes"' }), false],
  ['YAML 1.1', dockerHub({ insecureSkipVerify: 'yes' }), false],
  ['a key without a value', dockerHub({ pushSecretName: '' }), false],
  ['a number as a password', dockerHub({ registryPassword: '1' }), false],
  ['a list as a password', dockerHub({ registryPassword: '[a]' }), false],
  ['a variable', source('{ env: TOKEN }'), true],
  ['a file', source('{ file: ../token }'), true],
  ['no source', source('{}'), false],
  ['two sources', source('{ env: TOKEN, file: token }'), false],
  ['an unknown source', source('{ vault: x }'), false],
  ['a secret store', source('{ externalSecret: { store: vault, key: x, storeKind: ClusterSecretStore } }'), true],
  ['an unknown kind of store', source('{ externalSecret: { store: vault, key: x, storeKind: Vault } }'), false],
  ['a store without a key', source('{ externalSecret: { store: vault } }'), false],
  ['quantities as text', dockerHub({ buildJob: '{ resources: { limits: { cpu: 2000m, memory: 1Gi } } }' }), true],
  ['quantities as numbers', dockerHub({ buildJob: '{ resources: { requests: { cpu: 0.5, memory: 1e9 } } }' }), true],
  ['a quantity as a list', dockerHub({ buildJob: '{ ephemeralStorage: [1Gi] }' }), false],
  ['cpu alone', dockerHub({ buildJob: '{ resources: { requests: { cpu: 500m } } }' }), false],
  ['an image', dockerHub({ buildJob: '{ image: { repository: mirror.example.com/buildah, tag: v1.40.0 } }' }), true],
  ['a tag as a number', dockerHub({ buildJob: '{ image: { tag: 1.40 } }' }), false],
  ['ECR', ecr(AWS), true],
  ['ECR with an account that is a number', ecr('account: 123456789012, region: eu-west-1'), false],
  ['ECR with an account of 11 digits', ecr('account: "12345678901", region: eu-west-1'), false],
  ['ECR without a region', ecr('account: "123456789012"'), false],
  [
    'ECR with everything about the pod',
    ecr(`${AWS}, pod: { tolerations: [{ operator: Exists }], awsEnv: { NO_PROXY: b } }`),
    true,
  ],
  ['ECR with an unknown operator', ecr(`${AWS}, pod: { tolerations: [{ operator: Is }] }`), false],
  ['ECR with a label that is a number', ecr(`${AWS}, pod: { labels: { a: 1 } }`), false],
])('the schema and our check agree: %s', (_, text, isValid) => {
  expect({ schema: validate(read(text)), check: readValues(text).problems === '' }).toEqual({
    schema: isValid,
    check: isValid,
  });
});
