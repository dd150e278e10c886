import { Chart, Testing } from 'cdk8s';
import { PasswordSource, PushSecret, RegistryLogin, SealedPassword, SealingScope } from '../../../lib';
import { SealedUse, validateSealedPassword, validateSealedUse } from '../../../lib/push-secret/sealed-secret';
import { SealedSecretSpec } from '../../../imports/bitnami.com';
import { errorsOf, inShort } from '../../support/errors';
import { Manifest, manifests } from '../../support/manifests';
import { plausibleCiphertext, sealedPassword } from '../../support/sealed';

function sealedSecrets(sealed: SealedPassword, namespaces = ['hub']): Manifest<SealedSecretSpec>[] {
  const scope = new Chart(Testing.app(), 'chart', { labels: { 'app.kubernetes.io/instance': 'tracked-by-argo' } });
  const password = PasswordSource.fromSealed(sealed);
  const login = RegistryLogin.of({ host: 'docker.io', username: 'user', password });
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
const NAME =
  'sealed for the Secret name "push", not "other", and with the scope strict it cannot be opened under another name';
const namespaceError = (scope: string) =>
  `sealed for the namespace hub, not for lab, and with the scope ${scope} it cannot be opened in another`;
const HOST = 'sealed for the registry "docker.io", not "gcr.io"';
const USERNAME = 'sealed with the user name "user", not "someone"';

test.each<[string, SealingScope, Partial<SealedUse>, string[]]>([
  ['nothing', STRICT, {}, []],
  ['the Secret name', STRICT, { secretName: 'other' }, [NAME]],
  ['the Secret name', NAMESPACE_WIDE, { secretName: 'other' }, []],
  ['the Secret name', CLUSTER_WIDE, { secretName: 'other' }, []],
  ['a namespace', STRICT, { namespaces: ['hub', 'lab'] }, [namespaceError('strict')]],
  ['a namespace', NAMESPACE_WIDE, { namespaces: ['lab'] }, [namespaceError('namespace-wide')]],
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
    [NAME, namespaceError('strict'), HOST, USERNAME],
  ],
])('changed since sealing: %s, scope %s', (_, scope, change, expected) => {
  const use = { secretName: 'push', namespaces: ['hub'], host: 'docker.io', username: 'user', ...change };
  expect(validateSealedUse(sealedPassword({ scope }), use)).toEqual(
    expected.map((message) => ({ path: [], code: 'out-of-date', message: `${message}: run \`npm run seal\` again` })),
  );
});

test('the constructor throws if something changed since sealing', () => {
  const errors = errorsOf(() => sealedSecrets(sealedPassword({ secretName: 'another' })));
  expect(errors).toEqual(['logins[0].password out-of-date']);
});

/** A ciphertext with this length for its RSA part. */
function withRsaBytes(rsaBytes: number): string {
  const bytes = Buffer.from(plausibleCiphertext(), 'base64');
  bytes.writeUInt16BE(rsaBytes);
  return bytes.toString('base64');
}

test.each<[string, object, string]>([
  ['an unknown scope', { scope: 'galaxy-wide' }, 'scope not-allowed'],
  ['no Secret name', { secretName: undefined }, 'secretName malformed'],
  ['a host with a scheme', { host: 'https://gcr.io' }, 'host malformed'],
  ['a user name with a colon', { username: 'a:b' }, 'username malformed'],
  ['no ciphertexts', { encryptedData: undefined }, 'encryptedData wrong-type'],
  ['an empty map', { encryptedData: {} }, 'encryptedData missing'],
  ['a namespace in capitals', { encryptedData: { Hub: plausibleCiphertext() } }, 'encryptedData malformed'],
  ['a number', { encryptedData: { hub: 5 } }, 'encryptedData.hub missing'],
  ['no base64', { encryptedData: { hub: 'AgB!' } }, 'encryptedData.hub malformed'],
])('%s is an error', (_, change, error) => {
  const sealed = sealedPassword(change);
  expect(inShort(validateSealedPassword(sealed))).toEqual([error]);
  expect(errorsOf(() => PasswordSource.fromSealed(sealed))).toEqual([`value.${error}`]);
});

// They all have the same code, so compare the message.
test.each([
  ['half a ciphertext', plausibleCiphertext().slice(0, 399), 'not base64'],
  ['a cut ciphertext', plausibleCiphertext().slice(0, 300), 'cut off'],
  ['a token', 'ZGNrcl9wYXQ=', 'not a ciphertext that the Sealed Secrets controller can open'],
  ['a key that is too short', withRsaBytes(128), 'not a ciphertext that the Sealed Secrets controller can open'],
  ['a sealed password alone', plausibleCiphertext(36), 'too short for a docker config'],
])('%s is not a ciphertext', (_, hub, message) => {
  expect(validateSealedPassword(sealedPassword({ encryptedData: { hub } }))).toEqual([
    {
      path: ['encryptedData', 'hub'],
      code: 'malformed',
      message: expect.stringMatching(new RegExp(`^${message}`)) as string,
    },
  ]);
});

test('no message shows a password that is in the place of a namespace', () => {
  const encryptedData = { ['dckr_pat_Zq7mARk1xYbb']: 'x' };
  const errors = validateSealedPassword(sealedPassword({ encryptedData }));
  expect(inShort(errors)).toEqual(['encryptedData malformed']);
  expect(JSON.stringify(errors)).not.toContain('dckr_pat');
  expect(errors[0].message).toMatch(
    /^this value \(not shown, as it may contain a credential\) is not a valid namespace name: expected /,
  );
});

test('a missing value is an error too', () => {
  const make = () => PasswordSource.fromSealed(undefined as unknown as SealedPassword);
  expect(errorsOf(make)).toEqual(['value wrong-type']);
});

test('a ciphertext of a docker config in kubectl form, under any RSA key from 2048 bits, is plausible', () => {
  const config = '{"auths":{"docker.io":{"username":"user","password":"p","auth":"dXNlcjpw"}}}';
  for (const rsaBytes of [256, 384, 512, 1024]) {
    const encryptedData = { hub: plausibleCiphertext(config.length, rsaBytes) };
    expect(validateSealedPassword(sealedPassword({ encryptedData }))).toEqual([]);
  }
});
