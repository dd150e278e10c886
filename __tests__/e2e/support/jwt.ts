import { createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';

export interface Claims {
  readonly [claim: string]: unknown;
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly iat?: number;
  readonly nbf?: number;
  readonly exp?: number;
}

export interface Jwt {
  readonly header: { readonly alg?: string; readonly kid?: string };
  readonly claims: Claims;
  /** The signed part, and the signature. */
  readonly signed: string;
  readonly signature: Buffer;
}

export interface Jwks {
  readonly keys: readonly (JsonWebKey & { readonly kid?: string })[];
}

/** Parses a JWT. Returns `undefined` if it is not one. */
export function parseJwt(token: string): Jwt | undefined {
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) return undefined;
  try {
    const [header, claims] = parts
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims & Jwt['header']);
    return { header, claims, signed: `${parts[0]}.${parts[1]}`, signature: Buffer.from(parts[2], 'base64url') };
  } catch {
    return undefined;
  }
}

/** Accepts only RS256, which every cloud accepts and managed clusters use. */
export function isSignedBy({ header, signed, signature }: Jwt, key: KeyObject): boolean {
  return header.alg === 'RS256' && verify('RSA-SHA256', Buffer.from(signed), key, signature);
}

export function signJwt(claims: Claims, key: KeyObject, header: object = {}): string {
  const [head, body] = [{ typ: 'JWT', alg: 'RS256', ...header }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return `${head}.${body}.${sign('RSA-SHA256', Buffer.from(`${head}.${body}`), key).toString('base64url')}`;
}

/** The keys of a JWKS, by ID. */
export function keysOf({ keys }: Jwks): Map<string, KeyObject> {
  return new Map(keys.map((key) => [key.kid ?? '', createPublicKey({ key, format: 'jwk' })]));
}
