import { App, Chart } from 'cdk8s';
import { Faults } from '../../../lib/validation';
import { namespaceFaults, objectNameFaults } from '../../../lib/kubernetes/names';
import { resolveNamespaces } from '../../../lib/kubernetes/namespaces';

test.each([
  ['hub', true, true],
  ['a', true, true],
  ['0-9', true, true],
  ['a.b', false, true],
  ['a'.repeat(63), true, true],
  ['a'.repeat(64), false, true],
  ['a'.repeat(254), false, false],
  ['', false, false],
  ['Hub', false, false],
  ['hub_1', false, false],
  ['-hub', false, false],
  ['hub-', false, false],
  ['hub.', false, false],
  ['a..b', false, false],
  ['hub\n', false, false],
  [undefined, false, false],
  [1, false, false],
])('%j is a namespace: %s, an object: %s', (name, isNamespace, isObject) => {
  expect(namespaceFaults(name).length === 0).toBe(isNamespace);
  expect(objectNameFaults('Secret', name).length === 0).toBe(isObject);
});

test('the rule is in the message', () => {
  expect(namespaceFaults('Hub')).toEqual([
    '"Hub" is no namespace name: lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters',
  ]);
});

describe('namespaces', () => {
  const resolve = (chartNamespace: string | undefined, given: unknown) => {
    const faults = new Faults();
    const chart = new Chart(new App(), 'chart', { namespace: chartNamespace });
    const namespaces = resolveNamespaces(chart, given as string[], faults);
    return { namespaces, faults: faults.list.map(({ message }) => message) };
  };

  test.each<[string, string | undefined, unknown, string[]]>([
    ["the chart's", 'hub', undefined, ['hub']],
    ['those given', 'hub', ['lab', 'prod'], ['lab', 'prod']],
    ['those given, without one of the chart', undefined, ['lab'], ['lab']],
  ])('%s', (_, chartNamespace, given, namespaces) => {
    expect(resolve(chartNamespace, given)).toEqual({ namespaces, faults: [] });
  });

  test.each<[string, string | undefined, unknown, string]>([
    [
      'none at all',
      undefined,
      undefined,
      'none given and the chart has none: pass `namespaces`, or `namespace` to the chart',
    ],
    ['an empty list', 'hub', [], 'none given and the chart has none: pass `namespaces`, or `namespace` to the chart'],
    ['text', 'hub', 'lab', 'a list of namespace names is wanted'],
    ['one twice', 'hub', ['lab', 'lab'], 'named twice: lab'],
  ])('%s is an error', (_, chartNamespace, given, fault) => {
    expect(resolve(chartNamespace, given).faults).toEqual([fault]);
  });
});
