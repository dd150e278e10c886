import { App, Chart, Testing } from 'cdk8s';
import { EcrAddress, EcrRegistry, EcrTokenRefresher, PushTarget } from '../../../lib';
import { createAdmissionPolicy } from '../../../lib/token-refresher/admission-policy';
import { AWS } from '../../../lib/token-refresher/aws/ecr-tokens';

interface Policy {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: { readonly policyName?: string; readonly validations: { readonly expression: string }[] };
}

const address = EcrAddress.of({ account: '123456789012', region: 'eu-west-1' });
const newChart = (namespace = 'hub'): Chart => new Chart(new App(), 'chart', { namespace, labels: { app: 'x' } });

function policies(chart: Chart): Policy[] {
  return (Testing.synth(chart) as Policy[]).filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy'));
}

test('there is none by default', () => {
  const chart = newChart();
  new EcrTokenRefresher(chart, 'ecr', { registries: [address] });
  expect(policies(chart)).toEqual([]);
});

test('policy and binding are cluster-scoped, with the namespace in their name', () => {
  const chart = newChart('team');
  const target = PushTarget.repository('notebooks');
  new EcrRegistry(chart, 'ecr', { address, target, admissionPolicy: true });
  const found = policies(chart);
  expect(found.map(({ kind, metadata }) => [kind, metadata])).toEqual([
    ['ValidatingAdmissionPolicy', { name: 'ecr-token.team', labels: { app: 'x' } }],
    ['ValidatingAdmissionPolicyBinding', { name: 'ecr-token.team', labels: { app: 'x' } }],
  ]);
  expect(found[1].spec.policyName).toBe('ecr-token.team');
  expect(JSON.stringify(found[0].spec)).toContain("== 'system:serviceaccount:team:ecr-token'");
});

test('for a cloud that may repeat a token, a write without a new one is accepted', () => {
  const props = { name: 'x-token', home: 'hub', namespaces: ['hub'], secretName: 'x' };
  const [one, other] = [false, true].map((repeatsTokens) => {
    const chart = newChart();
    createAdmissionPolicy(chart, props, { ...AWS, repeatsTokens });
    return policies(chart)[0].spec.validations.filter(({ expression }) => expression.includes('oldObject.?data'));
  });
  expect([one.length, other.length]).toEqual([1, 0]);
});
