import {
  correctPath,
  splitHost,
  validateHost,
  validatePath,
  validatePushHost,
} from '../../../lib/images/image-reference';
import { inShort } from '../../support/errors';

test.each([
  ['docker.io', true],
  ['harbor.example.com:8443', true],
  ['10.0.0.1:5000', true],
  ['[::1]:5000', true],
  ['localhost', true],
  ['registry:5000', true],
  ['xn--bcher-kva.example', true],
  ['a.b', true],
  ['', false],
  ['Harbor.example.com', false],
  ['https://harbor.example.com', false],
  ['harbor.example.com/', false],
  ['harbor.example.com/team', false],
  ['harbor.example.com:', false],
  ['harbor.example.com:0', false],
  ['harbor.example.com:65536', false],
  ['harbor_1.example.com', false],
  ['-harbor.example.com', false],
  ['harbor..example.com', false],
  ['harbor.example.com.', false],
  ['user@harbor.example.com', false],
  [`${'a.'.repeat(126)}bc`, false],
  [undefined, false],
  [5000, false],
])('host %s: %s', (host, isValid) => {
  expect(inShort(validateHost(host))).toEqual(isValid ? [] : ['malformed']);
});

test.each([
  ['harbor.example.com', true],
  ['10.0.0.1:5000', true],
  ['localhost:5000', false],
  ['registry', false],
  ['[::1]:5000', false],
])("PrimeHub's builder can push to %s: %s", (host, canPush) => {
  expect(inShort(validatePushHost(host))).toEqual(canPush ? [] : ['not-allowed']);
});

// @see https://github.com/distribution/reference/blob/main/reference_test.go
test.each([
  ['notebooks', true],
  ['team/notebooks', true],
  ['a/b/c/d', true],
  ['a.b_c__d-e---f', true],
  ['0', true],
  ['x'.repeat(255), true],
  ['', false],
  ['Team/notebooks', false],
  ['team//notebooks', false],
  ['/team', false],
  ['team/', false],
  ['team/notebooks:v1', false],
  ['team/notebooks@sha256:00', false],
  ['a___b', false],
  ['a..b', false],
  ['a._b', false],
  ['-a', false],
  ['a-', false],
  ['a b', false],
  ['bücher', false],
  ['x'.repeat(256), false],
  [undefined, false],
  [7, false],
])('path %s: %s', (path, isValid) => {
  expect(inShort(validatePath(path))).toEqual(isValid ? [] : ['malformed']);
});

test.each([
  ['notebooks', undefined, 'notebooks'],
  ['team/notebooks', undefined, 'team/notebooks'],
  ['docker.io/team', 'docker.io', 'team'],
  ['registry:5000/team', 'registry:5000', 'team'],
  ['localhost/team', 'localhost', 'team'],
  ['Team/notebooks', 'Team', 'notebooks'],
])('%s is on %s', (reference, host, path) => {
  expect(splitHost(reference)).toEqual({ host, path });
});

test.each([
  ['https://team/notebooks', 'team/notebooks'],
  ['Team/Notebooks', 'team/notebooks'],
  ['team/notebooks:v1', 'team/notebooks'],
  ['notebooks:v1', 'notebooks'],
  ['team/notebooks@sha512:00ff', 'team/notebooks'],
  ['team/notebooks@sha256:00ff', 'team/notebooks'],
  ['user:pass@word/team', 'word/team'],
  ['//team//notebooks/', 'team/notebooks'],
  ['https://gcr.io/example-project/notebooks', 'example-project/notebooks'],
  ['harbor.example.com:8443/team/notebooks', 'team/notebooks'],
  ['Example.com/Project/Notebooks', 'example.com/project/notebooks'],
  ['team/notebooks', undefined],
  ['a b', undefined],
])('%s was probably meant as %s', (path, meant) => {
  expect(correctPath(path)).toBe(meant);
});
