import { differences } from '../../../cli/doctor/compare';

// The wanted value, the value in the cluster, and the differences.
test.each<[string, unknown, unknown, string[]]>([
  ['the same', { a: { b: [1] } }, { a: { b: [1] } }, []],
  ['what others add to a map', { a: 1 }, { a: 1, b: 2 }, []],
  ['another value', { a: { b: 'x' } }, { a: { b: 'y' } }, ['o.a.b']],
  ['a key that is gone', { a: { b: false } }, { a: {} }, ['o.a.b']],
  ['a map that is gone', { a: { b: 1 } }, {}, ['o.a']],
  ['what the API server leaves out', { a: '', b: [], c: {}, d: null }, {}, []],
  ['one entry less', { a: [1, 2] }, { a: [1] }, ['o.a']],
  ['one entry more', { a: [1] }, { a: [1, 2] }, ['o.a extra']],
  ['an entry that changed', { a: [{ n: 1 }, { n: 2 }] }, { a: [{ n: 1 }, { n: 3 }] }, ['o.a[1].n']],
  ['a quantity, written another way', { limits: { cpu: '0.5' } }, { limits: { cpu: '500m' } }, []],
  ['another quantity', { limits: { cpu: '0.5' } }, { limits: { cpu: '50m' } }, ['o.limits.cpu']],
  ['what only looks like a quantity', { data: '0.5' }, { data: '500m' }, ['o.data']],
])('%s', (_, wanted, live, expected) => {
  const found = differences(wanted, live, 'o').map(({ path, extra }) => (extra ? `${path} extra` : path));

  expect(found).toEqual(expected);
});
