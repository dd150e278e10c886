import { authsKey, dockerConfigJson } from '../../../lib/push-secret/docker-config';

test.each([
  ['docker.io', 'https://index.docker.io/v1/'],
  ['index.docker.io', 'https://index.docker.io/v1/'],
  ['gcr.io', 'gcr.io'],
  ['europe-west1-docker.pkg.dev', 'europe-west1-docker.pkg.dev'],
  ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', '123456789012.dkr.ecr.eu-west-1.amazonaws.com'],
  ['Harbor.Example.com:8443', 'harbor.example.com:8443'],
])('the auths key of %s is %s', (host, key) => {
  expect(authsKey(host)).toBe(key);
});

test('an entry holds auth alone, base64 of user:password in UTF-8', () => {
  const config = dockerConfigJson([{ host: 'gcr.io', username: '_json_key', password: '{"a":"ü \\" \\n"}' }]);
  const { auths } = JSON.parse(config) as { auths: Record<string, { auth: string }> };
  expect(Object.keys(auths['gcr.io'])).toEqual(['auth']);
  expect(Buffer.from(auths['gcr.io'].auth, 'base64').toString('utf8')).toBe('_json_key:{"a":"ü \\" \\n"}');
});

test('several logins are one docker config', () => {
  const config = dockerConfigJson([
    { host: 'docker.io', username: 'a', password: 'b' },
    { host: 'gcr.io', username: 'c', password: 'd' },
  ]);
  expect(config).toBe('{"auths":{"https://index.docker.io/v1/":{"auth":"YTpi"},"gcr.io":{"auth":"Yzpk"}}}');
});
