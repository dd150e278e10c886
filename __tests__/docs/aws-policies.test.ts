import { parseAllDocuments } from 'yaml';
import { clonedOutput } from '../support/cloned-registries';
import { readPage } from '../support/code-blocks';

// Compares the policies in docs/ecr-identity.md with the output of synth for their example.

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

const output = clonedOutput();

test('the trust policy names the service account of dist/ecr.k8s.yaml', () => {
  const objects = parseAllDocuments(output['ecr.k8s.yaml']).map(
    (document) => document.toJS() as { kind: string; metadata: { name: string; namespace: string } },
  );
  const { name, namespace } = objects.find(({ kind }) => kind === 'ServiceAccount')!.metadata;
  const conditions = policies['irsa-trust.json'].Statement[0].Condition!.StringEquals;
  expect(Object.values(conditions)).toEqual([`system:serviceaccount:${namespace}:${name}`, 'sts.amazonaws.com']);
});

test('the repository policy for another account allows what the policy in dist/aws needs', () => {
  const asked = (JSON.parse(output['aws/ecr.iam-policy.json']) as Policy).Statement.flatMap(({ Action }) => Action);
  const allowed = policies['repository-policy.json'].Statement.flatMap(({ Action }) => Action);
  expect(['ecr:GetAuthorizationToken', ...allowed].sort()).toEqual(asked.sort());
});

test('all policies have the version that IAM expects', () => {
  expect(Object.keys(policies).sort()).toEqual([
    'irsa-trust.json',
    'pod-identity-trust.json',
    'repository-policy.json',
  ]);
  for (const { Version } of Object.values(policies)) expect(Version).toBe('2012-10-17');
});
