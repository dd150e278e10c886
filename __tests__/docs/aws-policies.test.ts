import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { readPage } from '../support/code-blocks';
import { REPOSITORY } from '../support/run-app';

// The policies in docs/ecr-identity.md against what synth makes of the example that they are for.

interface Policy {
  readonly Version: string;
  readonly Statement: {
    readonly Action: string | string[];
    readonly Condition?: { readonly StringEquals: Record<string, string> };
  }[];
}

const policies = Object.fromEntries(
  readPage('docs/ecr-identity.md')
    .blocks.filter(({ language }) => language === 'json')
    .map(({ tags, text }) => [tags[0], JSON.parse(text) as Policy]),
);

test('the trust policy names the service account of dist/ecr.k8s.yaml', () => {
  const text = fs.readFileSync(path.join(REPOSITORY, 'dist/ecr.k8s.yaml'), 'utf8');
  const objects = parseAllDocuments(text).map(
    (document) => document.toJS() as { kind: string; metadata: { name: string; namespace: string } },
  );
  const { name, namespace } = objects.find(({ kind }) => kind === 'ServiceAccount')!.metadata;
  const conditions = policies['irsa-trust.json'].Statement[0].Condition!.StringEquals;
  expect(Object.values(conditions)).toEqual([`system:serviceaccount:${namespace}:${name}`, 'sts.amazonaws.com']);
});

test("another account's repository allows what the policy in dist/aws asks for", () => {
  const text = fs.readFileSync(path.join(REPOSITORY, 'dist/aws/ecr.iam-policy.json'), 'utf8');
  const asked = (JSON.parse(text) as Policy).Statement.flatMap(({ Action }) => Action);
  const allowed = policies['repository-policy.json'].Statement.flatMap(({ Action }) => Action);
  expect(['ecr:GetAuthorizationToken', ...allowed].sort()).toEqual(asked.sort());
});

test('all of them are of the version that IAM knows', () => {
  expect(Object.keys(policies).sort()).toEqual([
    'irsa-trust.json',
    'pod-identity-trust.json',
    'repository-policy.json',
  ]);
  for (const { Version } of Object.values(policies)) expect(Version).toBe('2012-10-17');
});
