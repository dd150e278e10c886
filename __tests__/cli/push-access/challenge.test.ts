import { readChallenge } from '../../../cli/push-access/challenge';
import { MOST_SECONDS, timed } from '../../support/cpu-time';

test.each([
  ['Basic realm="Registry Realm"', { scheme: 'basic' }],
  ['basic', { scheme: 'basic' }],
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    {
      scheme: 'bearer',
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      scope: 'repository:a/b:pull,push',
    },
  ],
  [
    'bearer Realm=https://t.example , Service = "s\\"x"',
    { scheme: 'bearer', realm: 'https://t.example', service: 's"x' },
  ],
  ['Negotiate, Basic realm=x', { scheme: 'basic' }],
  ['Digest realm="d", nonce="n", Bearer realm="https://t.example"', { scheme: 'bearer', realm: 'https://t.example' }],
  ['Bearer service="no realm"', undefined],
  ['Negotiate', undefined],
  ['', undefined],
])('%s', (header, challenge) => {
  expect(readChallenge(header)).toEqual(challenge);
});

test('a header of 16 KB, the most that is read, takes no time', () => {
  const { seconds } = timed(() => {
    for (const part of ['a', ' ', ',', 'a=', '"', '\\"', 'a a', ', a '])
      readChallenge(part.repeat(16_384 / part.length));
  });
  expect(seconds).toBeLessThan(MOST_SECONDS);
});
