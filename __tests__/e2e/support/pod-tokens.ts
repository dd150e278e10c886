import type { KeyObject } from 'node:crypto';
import type { ControlPlane } from './control-plane';
import { isSignedBy, type Jwks, keysOf, parseJwt } from './jwt';

/** The reason why a cloud refuses a token. */
export type Refusal = 'malformed' | 'signature' | 'issuer' | 'audience' | 'expired' | 'early';

export interface PodIdentity {
  /** `system:serviceaccount:<namespace>:<name>` */
  readonly subject: string;
  /** In milliseconds. */
  readonly ends: number;
}

/** Checks pods' own tokens like a cloud, with the issuer and the keys that the cluster publishes. */
export class PodTokens {
  static async of(plane: ControlPlane): Promise<PodTokens> {
    const read = async (path: string): Promise<unknown> => JSON.parse(await plane.kubectl(['get', '--raw', path]));
    const { issuer } = (await read('/.well-known/openid-configuration')) as { issuer: string };
    return new PodTokens(issuer, keysOf((await read('/openid/v1/jwks')) as Jwks));
  }

  private constructor(
    private readonly issuer: string,
    private readonly keys: ReadonlyMap<string, KeyObject>,
  ) {}

  /** @param now the cloud's clock, in milliseconds. */
  check(token: string, audience: string, now: number): PodIdentity | Refusal {
    const jwt = parseJwt(token);
    if (jwt === undefined) return 'malformed';
    const { iss, aud, sub, iat, exp } = jwt.claims;
    const key = this.keys.get(jwt.header.kid ?? '');
    if (key === undefined || !isSignedBy(jwt, key)) return 'signature';
    if (iss !== this.issuer) return 'issuer';
    if (![aud].flat().includes(audience)) return 'audience';
    if (sub === undefined || iat === undefined || exp === undefined) return 'malformed';
    if (exp * 1000 <= now) return 'expired';
    // the clouds allow some clock skew
    if (iat * 1000 > now + 300_000) return 'early';
    return { subject: sub, ends: exp * 1000 };
  }
}
