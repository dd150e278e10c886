import { KeyObject, generateKeyPairSync, sign } from 'crypto';

/** A certificate in PEM, and the private key for it. */
export interface TestCertificate {
  readonly pem: string;
  readonly privateKey: KeyObject;
}

const DAY = 24 * 3600 * 1000;
const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const CONTEXT_0 = 0xa0;
const COMMON_NAME = [0x55, 0x04, 0x03];
const SHA256_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

/** Encodes a value in DER, the encoding of certificates. */
function der(tag: number, ...contents: (Buffer | number[])[]): Buffer {
  const content = Buffer.concat(contents.map((part) => Buffer.from(part)));
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function time(date: Date): Buffer {
  const text = date.toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '');
  return der(GENERALIZED_TIME, Buffer.from(text));
}

/** Makes a self-signed certificate, as Node can read certificates but not make them. */
export function testCertificate(
  options: { bits?: number; elliptic?: boolean; from?: Date; to?: Date } = {},
): TestCertificate {
  const { bits = 2048, elliptic = false, from = new Date(Date.now() - DAY), to = new Date(Date.now() + DAY) } = options;
  const { publicKey, privateKey } = elliptic
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: bits });
  const algorithm = der(SEQUENCE, der(OBJECT_ID, elliptic ? ECDSA_WITH_SHA256 : SHA256_WITH_RSA));
  const commonName = der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, Buffer.from('test')));
  const name = der(SEQUENCE, der(SET, commonName));
  const body = der(
    SEQUENCE,
    der(CONTEXT_0, der(INTEGER, [2])),
    der(INTEGER, [1]),
    algorithm,
    name,
    der(SEQUENCE, time(from), time(to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = der(SEQUENCE, body, algorithm, der(BIT_STRING, [0], signature));
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return { pem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, privateKey };
}
