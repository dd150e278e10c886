import { SealingScope } from '../../../lib';
import { validateSealedPassword } from '../../../lib/push-secret/sealed-secret';
import { readSealingKey } from '../../../cli/seal/certificate';
import { seal } from '../../../cli/seal/sealing';
import { testCertificate } from '../../support/certificate';
import { sealedPassword } from '../../support/sealed';
import { unseal } from '../../support/unseal';

const VALUE = '{"auths":{"harbor.example.com:8443":{"auth":"dXNlcjpww7xsbA=="}},"x":"ü"}';
const { pem, privateKey } = testCertificate();
const publicKey = readSealingKey(pem, 'cert.pem', new Date());

test.each([
  [SealingScope.STRICT, 'hub/push'],
  [SealingScope.NAMESPACE_WIDE, 'hub'],
  [SealingScope.CLUSTER_WIDE, ''],
])('in the scope %s the ciphertext can be opened with %p and nothing else', (scope, label) => {
  const sealed = seal(VALUE, publicKey, { scope, namespace: 'hub', secretName: 'push' });
  expect(unseal(sealed, privateKey, label)).toBe(VALUE);
  for (const other of ['hub/push', 'hub/other', 'hub', 'lab', ''].filter((text) => text !== label)) {
    expect(() => unseal(sealed, privateKey, other)).toThrow();
  }
});

test('sealing gives different bytes each time, with the structure that synth checks', () => {
  const sealedFor = { scope: SealingScope.STRICT, namespace: 'hub', secretName: 'push' };
  const [one, two] = [seal(VALUE, publicKey, sealedFor), seal(VALUE, publicKey, sealedFor)];
  expect(one).not.toBe(two);
  expect(validateSealedPassword(sealedPassword({ encryptedData: { hub: one, lab: two } }))).toEqual([]);
});

test('a changed ciphertext cannot be opened', () => {
  const sealed = seal(VALUE, publicKey, { scope: SealingScope.CLUSTER_WIDE, namespace: 'hub', secretName: 'push' });
  const bytes = Buffer.from(sealed, 'base64');
  bytes[bytes.length - 20] ^= 1;
  expect(() => unseal(bytes.toString('base64'), privateKey, '')).toThrow();
});
