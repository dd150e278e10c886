import { generateKeyPairSync } from 'crypto';
import { readSealingKey } from '../../../cli/seal/certificate';
import { SealError } from '../../../cli/seal/seal-error';
import { testCertificate } from '../../support/certificate';

const NOW = new Date('2030-06-15T12:00:00Z');
const YEAR = { from: new Date('2030-01-01T00:00:00Z'), to: new Date('2030-12-31T00:00:00Z') };
const good = testCertificate(YEAR);

test('takes the key of a valid certificate, or of the first of several', () => {
  const other = testCertificate({ ...YEAR, bits: 3072 });
  const key = readSealingKey(`${other.pem}${good.pem}`, 'cert.pem', NOW);
  expect(key.asymmetricKeyDetails?.modulusLength).toBe(3072);
});

const publicKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;

test.each<[string, string, string]>([
  [
    'expired',
    testCertificate({ ...YEAR, to: new Date('2030-06-14T00:00:00Z') }).pem,
    'expired on 2030-06-14; `kubeseal',
  ],
  [
    'not yet valid',
    testCertificate({ ...YEAR, from: new Date('2030-06-16T00:00:00Z') }).pem,
    'not valid before 2030-06-16: check the clock',
  ],
  ['an RSA key of 1024 bits', testCertificate({ ...YEAR, bits: 1024 }).pem, 'an RSA key of 1024 bits is too short'],
  ['an elliptic curve', testCertificate({ ...YEAR, elliptic: true }).pem, 'a key of the type ec, but Sealed Secrets'],
  ['empty', '', 'not a certificate in PEM'],
  ['something else', 'error: cannot fetch certificate', 'not a certificate in PEM'],
  ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'contains a public key instead of'],
  [
    'the private key',
    good.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'contains a private key instead of',
  ],
  ['damaged', good.pem.replace(/\n.{64}\n/, '\n'), 'the certificate is damaged'],
])('a certificate that is %s is an error', (_, pem, message) => {
  const read = () => readSealingKey(pem, 'cert.pem', NOW);
  expect(read).toThrow(SealError);
  expect(read).toThrow(message);
  expect(read).toThrow(/^cert\.pem: /);
});
