import { App, Chart } from 'cdk8s';
import { validateNamespace, validateObjectName } from '../../../lib/kubernetes/names';
import { resolveNamespaces } from '../../../lib/kubernetes/namespaces';
import { ValidationErrors } from '../../../lib/validation';
import { inShort } from '../../support/errors';

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
  expect(inShort(validateNamespace(name))).toEqual(isNamespace ? [] : ['malformed']);
  expect(inShort(validateObjectName('Secret', name))).toEqual(isObject ? [] : ['malformed']);
});

describe('namespaces', () => {
  const resolve = (chartNamespace: string | undefined, given: unknown) => {
    const errors = new ValidationErrors();
    const chart = new Chart(new App(), 'chart', { namespace: chartNamespace });
    const namespaces = resolveNamespaces(chart, given as string[], errors);
    return { namespaces, errors: inShort(errors.list) };
  };

  test.each<[string, string | undefined, unknown, string[]]>([
    ["the chart's", 'hub', undefined, ['hub']],
    ['those given', 'hub', ['lab', 'prod'], ['lab', 'prod']],
    ['those given, without one of the chart', undefined, ['lab'], ['lab']],
  ])('%s', (_, chartNamespace, given, namespaces) => {
    expect(resolve(chartNamespace, given)).toEqual({ namespaces, errors: [] });
  });

  test.each<[string, string | undefined, unknown, string]>([
    ['none at all', undefined, undefined, 'namespaces missing'],
    ['an empty list', 'hub', [], 'namespaces missing'],
    ['text', 'hub', 'lab', 'namespaces wrong-type'],
    ['one twice', 'hub', ['lab', 'lab'], 'namespaces duplicate'],
    ['one that is not valid', 'hub', ['Lab'], 'namespaces malformed'],
  ])('%s is an error', (_, chartNamespace, given, error) => {
    expect(resolve(chartNamespace, given).errors).toEqual([error]);
  });
});
