import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { type CloudAnswer, type CloudRequest, type Endpoint, json } from './cloud-server';
import type { IssuedToken } from './google-cloud';
import { type Claims, isSignedBy, parseJwt, signJwt } from './jwt';
import type { PodTokens, Refusal } from './pod-tokens';
import type { Login, RegistryTokens } from './registry-tokens';

const HOUR = 3_600_000;
/** The audience of the token that a scope asks for. */
const AUDIENCES: Record<string, string | undefined> = {
  'https://containerregistry.azure.net/.default': 'https://containerregistry.azure.net',
  'https://management.azure.com/.default': 'https://management.azure.com',
};
const USER = '00000000-0000-0000-0000-000000000000';

export interface AzureOptions {
  readonly tenant: string;
  readonly client: string;
  readonly registry: string;
}

/** Azure's part: Entra ID, and the two endpoints of a registry that give tokens. */
export class AzureCloud {
  /** The subjects of the application's federated credentials. */
  readonly federated = new Set<string>();
  /** Whether the application has the role `AcrPush` on the registry. */
  mayPush = true;
  /** The audiences of Entra ID's tokens that the registry accepts. */
  accepted = Object.values(AUDIENCES);
  /** Refresh tokens of the registry, and those of Entra ID before them. */
  readonly issued: IssuedToken[] = [];
  readonly received: string[] = [];
  /** Tokens that are no longer accepted, although they have not expired. */
  readonly ended = new Set<string>();
  /** How much the cloud's clock is ahead of the cluster's. */
  skew = 0;
  /** 75 minutes, as measured; the docs say 3 hours. */
  refreshTokenLife = 1.25 * HOUR;
  /** More claims, which every token gets. */
  claims: Claims = {};
  private readonly key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

  constructor(
    private readonly options: AzureOptions,
    private readonly podTokens: PodTokens,
    private readonly registryTokens: RegistryTokens,
  ) {}

  get endpoints(): Endpoint[] {
    const registry = `https://${this.options.registry.replaceAll('.', '\\.')}/oauth2`;
    return [
      {
        step: 'entra',
        url: /https:\/\/login\.microsoftonline\.com\/[^/]+\/oauth2\/v2\.0\/token/,
        answer: (request) => this.entra(request),
      },
      { step: 'exchange', url: new RegExp(`${registry}/exchange`), answer: (request) => this.exchange(request) },
      {
        step: `token of ${this.options.registry}`,
        url: new RegExp(`${registry}/token`),
        answer: (request) => this.registryTokens.answer(request, (...login) => this.login(...login)),
      },
    ];
  }

  private now(): number {
    return Date.now() + this.skew;
  }

  private entra({ method, url, headers, body }: CloudRequest): CloudAnswer {
    const { tenant, client } = this.options;
    const fields = formOf(headers['content-type'], body);
    if (method !== 'POST') return aadsts(400, 'invalid_request', 900561, 'The endpoint only accepts POST requests.');
    if (url.pathname.split('/')[1] !== tenant) return aadsts(400, 'invalid_request', 90002, 'Tenant not found.');
    if (fields.client_id !== client) return aadsts(400, 'unauthorized_client', 700016, 'Application was not found.');
    if (fields.grant_type !== 'client_credentials') {
      return aadsts(400, 'unsupported_grant_type', 70003, 'The app requested an unsupported grant type.');
    }
    if (fields.client_assertion_type !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer') {
      return aadsts(401, 'invalid_client', 7000218, 'The request body must contain client_assertion or client_secret.');
    }
    const audience = AUDIENCES[fields.scope ?? ''];
    if (audience === undefined) return aadsts(400, 'invalid_scope', 1002012, 'The provided scope is not valid.');
    const assertion = fields.client_assertion ?? '';
    this.received.push(assertion);
    const pod = this.podTokens.check(assertion, 'api://AzureADTokenExchange', this.now());
    if (typeof pod === 'string') return aadsts(401, 'invalid_client', ...REFUSED[pod]);
    if (!this.federated.has(pod.subject)) {
      const what = `No matching federated identity record found for presented assertion subject '${pod.subject}'.`;
      return aadsts(401, 'invalid_client', 700213, what);
    }
    const token = this.issue({ aud: audience, appid: client, tid: tenant }, this.now() + HOUR);
    return json(200, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: token });
  }

  private exchange({ method, headers, body }: CloudRequest): CloudAnswer {
    const { tenant, client, registry } = this.options;
    const {
      grant_type: grant,
      service,
      tenant: ofTenant,
      access_token: token = '',
    } = formOf(headers['content-type'], body);
    if (method !== 'POST' || grant !== 'access_token' || service !== registry || ofTenant !== tenant) {
      return json(400, { errors: [{ code: 'UNSUPPORTED', message: 'the request is not supported' }] });
    }
    const claims = this.valid(token);
    if (claims?.appid !== client || !this.accepted.includes(claims.aud as string)) return UNAUTHORIZED;
    return json(200, {
      refresh_token: this.issue(
        { aud: registry, sub: client, grant_type: 'refresh_token' },
        this.now() + this.refreshTokenLife,
      ),
    });
  }

  private login(user: string, password: string): Login | undefined {
    const claims = user === USER ? this.valid(password) : undefined;
    const isOurs = claims?.aud === this.options.registry && claims.grant_type === 'refresh_token';
    return isOurs ? { identity: claims.sub ?? '', mayPush: this.mayPush } : undefined;
  }

  private issue(claims: Claims, ends: number): string {
    const exp = Math.floor(ends / 1000);
    const token = signJwt(
      { ...this.claims, ...claims, jti: randomUUID(), iat: Math.floor(this.now() / 1000), exp },
      this.key,
    );
    this.issued.push({ token, identity: this.options.client, ends: exp * 1000 });
    return token;
  }

  private valid(token: string): Claims | undefined {
    const jwt = parseJwt(token);
    if (this.ended.has(token) || jwt === undefined || !isSignedBy(jwt, createPublicKey(this.key))) return undefined;
    return (jwt.claims.exp ?? 0) * 1000 > this.now() ? jwt.claims : undefined;
  }
}

const UNAUTHORIZED = json(401, {
  errors: [
    {
      code: 'UNAUTHORIZED',
      message: 'authentication required, visit https://aka.ms/acr/authorization for more information.',
    },
  ],
});

const REFUSED: Record<Refusal, [code: number, what: string]> = {
  malformed: [50027, 'JWT token is invalid or malformed.'],
  signature: [700030, 'Invalid certificate or key: the signature of the client assertion cannot be verified.'],
  issuer: [700211, 'No matching federated identity record found for presented assertion issuer.'],
  audience: [700212, 'No matching federated identity record found for presented assertion audience.'],
  expired: [700024, 'Client assertion is not within its valid time range.'],
  early: [700024, 'Client assertion is not within its valid time range.'],
};

const aadsts = (status: number, error: string, code: number, what: string): CloudAnswer =>
  json(status, {
    error,
    error_description: `AADSTS${code}: ${what} Trace ID: ${randomUUID()} Correlation ID: ${randomUUID()}`,
    error_codes: [code],
    trace_id: randomUUID(),
  });

function formOf(type = '', body: string): Record<string, string | undefined> {
  if (!/^application\/x-www-form-urlencoded\b/.test(type)) return {};
  return Object.fromEntries(new URLSearchParams(body));
}
