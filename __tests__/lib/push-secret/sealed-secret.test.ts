import { Chart, Testing } from 'cdk8s';
import { PasswordSource, PushSecret, SealedPassword, SealingScope } from '../../../lib';
import { SealedUse, sealedPasswordFaults, sealedUseFaults } from '../../../lib/push-secret/sealed-secret';
import { SealedSecretSpec } from '../../../imports/bitnami.com';
import { Manifest, manifests } from '../../support/manifests';
import { plausibleCiphertext, sealedPassword } from '../../support/sealed';

function sealedSecrets(sealed: SealedPassword, namespaces = ['hub']): Manifest<SealedSecretSpec>[] {
  const scope = new Chart(Testing.app(), 'chart', { labels: { 'app.kubernetes.io/instance': 'tracked-by-argo' } });
  const login = { host: 'docker.io', username: 'user', password: PasswordSource.fromSealed(sealed) };
  new PushSecret(scope, 'push', { secretName: 'push', namespaces, logins: [login] });
  return manifests(scope);
}

test('one SealedSecret for each namespace, with the ciphertext of that namespace', () => {
  const encryptedData = { hub: plausibleCiphertext(200), lab: plausibleCiphertext(201) };
  const objects = sealedSecrets(sealedPassword({ encryptedData }), ['hub', 'lab']);
  expect(objects).toEqual(
    ['hub', 'lab'].map((namespace) => ({
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 'push', namespace, labels: { 'app.kubernetes.io/instance': 'tracked-by-argo' } },
      spec: {
        encryptedData: { '.dockerconfigjson': encryptedData[namespace as 'hub' | 'lab'] },
        template: { type: 'kubernetes.io/dockerconfigjson', metadata: { name: 'push', namespace } },
      },
    })),
  );
});

test.each([SealingScope.NAMESPACE_WIDE, SealingScope.CLUSTER_WIDE])('the scope %s is annotated on both', (scope) => {
  const [{ metadata, spec }] = sealedSecrets(sealedPassword({ scope }));
  const annotations = { [`sealedsecrets.bitnami.com/${scope}`]: 'true' };
  expect(metadata.annotations).toEqual(annotations);
  expect(spec.template?.metadata).toMatchObject({ annotations });
});

test('a cluster-wide ciphertext serves a namespace that it was not sealed for', () => {
  const sealed = sealedPassword({ scope: SealingScope.CLUSTER_WIDE });
  const objects = sealedSecrets(sealed, ['hub', 'lab']);
  expect(objects[1].spec.encryptedData['.dockerconfigjson']).toBe(sealed.encryptedData.hub);
});

test('a sealed source is available', () => {
  expect(PasswordSource.fromSealed(sealedPassword()).available).toBe(true);
});

const { STRICT, NAMESPACE_WIDE, CLUSTER_WIDE } = SealingScope;
const NAME = 'sealed for the Secret name "push", not "other", and in the scope strict it opens under no other';
const namespaceFault = (scope: string) =>
  `sealed for the namespace hub, not for lab, and in the scope ${scope} it opens in no other`;
const HOST = 'sealed for the registry "docker.io", not "gcr.io"';
const USERNAME = 'sealed with the user name "user", not "someone"';

test.each<[string, SealingScope, Partial<SealedUse>, string[]]>([
  ['nothing', STRICT, {}, []],
  ['the Secret name', STRICT, { secretName: 'other' }, [NAME]],
  ['the Secret name', NAMESPACE_WIDE, { secretName: 'other' }, []],
  ['the Secret name', CLUSTER_WIDE, { secretName: 'other' }, []],
  ['a namespace', STRICT, { namespaces: ['hub', 'lab'] }, [namespaceFault('strict')]],
  ['a namespace', NAMESPACE_WIDE, { namespaces: ['lab'] }, [namespaceFault('namespace-wide')]],
  ['the host to another of its names', STRICT, { host: 'index.docker.io' }, []],
  ['a namespace', CLUSTER_WIDE, { namespaces: ['lab'] }, []],
  ['the host', STRICT, { host: 'gcr.io' }, [HOST]],
  ['the host', CLUSTER_WIDE, { host: 'gcr.io' }, [HOST]],
  ['the user name', STRICT, { username: 'someone' }, [USERNAME]],
  ['the user name', CLUSTER_WIDE, { username: 'someone' }, [USERNAME]],
  [
    'everything',
    STRICT,
    { secretName: 'other', namespaces: ['lab'], host: 'gcr.io', username: 'someone' },
    [NAME, namespaceFault('strict'), HOST, USERNAME],
  ],
])('changed since sealing: %s, scope %s', (_, scope, change, expected) => {
  const use = { secretName: 'push', namespaces: ['hub'], host: 'docker.io', username: 'user', ...change };
  expect(sealedUseFaults(sealedPassword({ scope }), use)).toEqual(
    expected.map((message) => `${message}: run \`npm run seal\` again`),
  );
});

test('what changed since sealing throws in the constructor', () => {
  expect(() => sealedSecrets(sealedPassword({ secretName: 'another' }))).toThrow(
    'Invalid PushSecret at \'chart/push\':\n  - logins[0].password: sealed for the Secret name "another", not "push"',
  );
});

/** A ciphertext that claims this length of its RSA part. */
function withRsaBytes(rsaBytes: number): string {
  const bytes = Buffer.from(plausibleCiphertext(), 'base64');
  bytes.writeUInt16BE(rsaBytes);
  return bytes.toString('base64');
}

test.each<[string, object, string, string]>([
  ['an unknown scope', { scope: 'galaxy-wide' }, 'scope', '"galaxy-wide" is none of strict, namespace-wide, cluster'],
  ['no Secret name', { secretName: undefined }, 'secretName', ''],
  ['a host with a scheme', { host: 'https://gcr.io' }, 'host', '"https://gcr.io" is no registry host'],
  ['a user name with a colon', { username: 'a:b' }, 'username', 'a user name cannot hold a ":"'],
  ['no ciphertexts', { encryptedData: undefined }, 'encryptedData', 'a ciphertext for each namespace is wanted'],
  ['an empty map', { encryptedData: {} }, 'encryptedData', 'no ciphertext at all'],
  [
    'a namespace in capitals',
    { encryptedData: { Hub: plausibleCiphertext() } },
    'encryptedData',
    '"Hub" is no namespace',
  ],
  ['a number', { encryptedData: { hub: 5 } }, 'encryptedData.hub', 'a ciphertext in base64 is wanted'],
  ['no base64', { encryptedData: { hub: 'AgB!' } }, 'encryptedData.hub', 'not base64'],
  [
    'half a ciphertext',
    { encryptedData: { hub: plausibleCiphertext().slice(0, 399) } },
    'encryptedData.hub',
    'not base64',
  ],
  ['a cut ciphertext', { encryptedData: { hub: plausibleCiphertext().slice(0, 300) } }, 'encryptedData.hub', 'cut off'],
  [
    'a token',
    { encryptedData: { hub: 'ZGNrcl9wYXQ=' } },
    'encryptedData.hub',
    'not what the Sealed Secrets controller',
  ],
  [
    'a key that is too short',
    { encryptedData: { hub: withRsaBytes(128) } },
    'encryptedData.hub',
    'not what the Sealed',
  ],
  [
    'a sealed password alone',
    { encryptedData: { hub: plausibleCiphertext(36) } },
    'encryptedData.hub',
    'too short for a docker config',
  ],
])('%s is a fault', (_, change, prop, message) => {
  const sealed = sealedPassword(change);
  expect(sealedPasswordFaults(sealed)).toEqual([{ prop, message: expect.stringContaining(message) as string }]);
  expect(() => PasswordSource.fromSealed(sealed)).toThrow(`Invalid SealedPassword:\n  - value.${prop}: ${message}`);
});

test('a password where a namespace belongs is in no message', () => {
  const encryptedData = { ['dckr_pat_Zq7mARk1xYbb']: 'x' };
  expect(sealedPasswordFaults(sealedPassword({ encryptedData }))).toEqual([
    {
      prop: 'encryptedData',
      message:
        'this value (not shown, as it may hold a credential) is no namespace name: lower-case letters, digits and "-", a letter or digit at both ends, at most 63 characters',
    },
  ]);
});

test('nothing at all is a fault too', () => {
  expect(() => PasswordSource.fromSealed(undefined as unknown as SealedPassword)).toThrow('`npm run seal`');
});

test('a ciphertext of a docker config in kubectl form, under any RSA key from 2048 bits, is plausible', () => {
  const config = '{"auths":{"docker.io":{"username":"user","password":"p","auth":"dXNlcjpw"}}}';
  for (const rsaBytes of [256, 384, 512, 1024]) {
    const encryptedData = { hub: plausibleCiphertext(config.length, rsaBytes) };
    expect(sealedPasswordFaults(sealedPassword({ encryptedData }))).toEqual([]);
  }
});
