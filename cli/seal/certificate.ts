import { KeyObject, X509Certificate } from 'crypto';
import { SealError } from './seal-error';

/** How to get the certificate. */
export const FETCH = '`kubeseal --fetch-cert > cert.pem` gets the certificate of your cluster';
const MIN_BITS = 2048;

/**
 * The public key in the Sealed Secrets controller's certificate. If the PEM file has several certificates, the first
 * one counts, as in kubeseal.
 *
 * @param pem the text of the file
 * @param file the file's name for messages
 * @param now the time at which the certificate must be valid
 * @throws SealError if it cannot be used for sealing
 */
export function readSealingKey(pem: string, file: string, now: Date): KeyObject {
  const certificate = parse(pem, file);
  const [from, to] = [certificate.validFrom, certificate.validTo].map((date) => new Date(date));
  if (now > to) throw new SealError(`${file}: the certificate expired on ${day(to)}; ${FETCH}`);
  if (now < from) {
    throw new SealError(`${file}: the certificate is not valid before ${day(from)}: check the clock of this machine`);
  }
  const { publicKey } = certificate;
  if (publicKey.asymmetricKeyType !== 'rsa') {
    const type = publicKey.asymmetricKeyType ?? 'unknown';
    throw new SealError(
      `${file}: the certificate has a key of the type ${type}, but Sealed Secrets needs RSA; ${FETCH}`,
    );
  }
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MIN_BITS) {
    throw new SealError(`${file}: an RSA key of ${bits} bits is too short to be safe: at least ${MIN_BITS} are needed`);
  }
  return publicKey;
}

function parse(pem: string, file: string): X509Certificate {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem)?.[1];
  if (label === undefined)
    throw new SealError(`${file}: not a certificate in PEM (-----BEGIN CERTIFICATE-----); ${FETCH}`);
  if (label !== 'CERTIFICATE') {
    throw new SealError(`${file}: contains a ${label.toLowerCase()} instead of a certificate; ${FETCH}`);
  }
  try {
    return new X509Certificate(pem);
  } catch {
    throw new SealError(`${file}: the certificate is damaged; ${FETCH}`);
  }
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
