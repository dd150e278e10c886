import { randomBytes } from 'node:crypto';
import { type CloudAnswer, type CloudRequest, type Endpoint, json } from './cloud-server';
import type { PodTokens, Refusal } from './pod-tokens';
import type { Login, RegistryTokens } from './registry-tokens';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const HOUR = 3_600_000;
const FIVE_MINUTES = 300_000;

/** A token that the cloud gave: to whom, and until when it is valid. */
export interface IssuedToken {
  readonly token: string;
  readonly identity: string;
  /** In milliseconds of the cloud's clock. */
  readonly ends: number;
}

export interface GoogleOptions {
  /** `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>` */
  readonly provider: string;
  readonly registries: readonly string[];
}

/** Google's part: STS, impersonation, GKE's metadata server, and the token endpoint of its registries. */
export class GoogleCloud {
  /** The subjects with `roles/iam.workloadIdentityUser`, each with the service account that it may impersonate. */
  readonly impersonators = new Map<string, string>();
  /** Who has `roles/artifactregistry.writer`. */
  readonly writers = new Set<string>();
  readonly issued: IssuedToken[] = [];
  /** Pods' own tokens that arrived. */
  readonly received: string[] = [];
  /** Tokens that are no longer accepted, although they have not expired. */
  readonly ended = new Set<string>();
  /** How much the cloud's clock is ahead of the cluster's. */
  skew = 0;
  /** The length of the tokens, in characters. */
  tokenLength = 950;
  /** The service account whose tokens the metadata server gives. */
  nodeIdentity = 'none';
  private cached?: IssuedToken;

  constructor(
    private readonly options: GoogleOptions,
    private readonly podTokens: PodTokens,
    private readonly registryTokens: RegistryTokens,
  ) {}

  get endpoints(): Endpoint[] {
    return [
      { step: 'sts', url: /https:\/\/sts\.googleapis\.com\/v1\/token/, answer: (request) => this.exchange(request) },
      {
        step: 'impersonation',
        url: /https:\/\/iamcredentials\.googleapis\.com\/v1\/projects\/-\/serviceAccounts\/[^/:]+:generateAccessToken/,
        answer: (request) => this.impersonate(request),
      },
      {
        step: 'metadata',
        url: /http:\/\/metadata\.google\.internal\/computeMetadata\/v1\/instance\/service-accounts\/default\/token/,
        answer: (request) => this.metadata(request),
      },
      ...this.options.registries.map((host) => ({
        step: `token of ${host}`,
        url: new RegExp(`https://${host.replaceAll('.', '\\.')}/v2/token`),
        answer: (request: CloudRequest) => this.registryTokens.answer(request, (...login) => this.login(...login)),
      })),
    ];
  }

  /** Sets the metadata server's token, which it gives out until five minutes before it expires. */
  cacheToken(lifeMs: number): IssuedToken {
    this.cached = this.issue(this.nodeIdentity, this.now() + lifeMs);
    return this.cached;
  }

  principal(subject: string): string {
    const pool = this.options.provider.replace(/\/providers\/.*/, '');
    return `principal://iam.googleapis.com/${pool}/subject/${subject}`;
  }

  private now(): number {
    return Date.now() + this.skew;
  }

  /** The token exchange. */
  private exchange({ method, headers, body }: CloudRequest): CloudAnswer {
    const refuse = (error: string, description: string): CloudAnswer =>
      json(400, { error, error_description: description });
    if (method !== 'POST') return refuse('invalid_request', 'POST only');
    if (headers.authorization !== undefined) return refuse('invalid_request', 'no Authorization header is allowed');
    const fields = fieldsOf(headers['content-type'], body);
    const wanted = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      scope: SCOPE,
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    };
    for (const [name, value] of Object.entries(wanted)) {
      if (fields[name] !== value) return refuse('invalid_request', `Invalid value for "${name}".`);
    }
    const { provider } = this.options;
    if (fields.audience !== `//iam.googleapis.com/${provider}`) {
      return refuse('invalid_target', 'The target service indicated by the "audience" parameters is invalid.');
    }
    this.received.push(fields.subject_token ?? '');
    const pod = this.podTokens.check(fields.subject_token ?? '', `https://iam.googleapis.com/${provider}`, this.now());
    if (typeof pod === 'string') return refuse('invalid_grant', SAID[pod]);
    const { token, ends } = this.issue(this.principal(pod.subject), Math.min(pod.ends, this.now() + HOUR));
    return json(200, {
      access_token: token,
      issued_token_type: wanted.requested_token_type,
      token_type: 'Bearer',
      expires_in: Math.floor((ends - this.now()) / 1000),
    });
  }

  private impersonate({ method, url, headers, body }: CloudRequest): CloudAnswer {
    const caller = this.valid(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
    if (caller === undefined) {
      const message = 'Request had invalid authentication credentials. Expected OAuth 2 access token.';
      return refusal(401, 'UNAUTHENTICATED', message);
    }
    const email = decodeURIComponent(/serviceAccounts\/([^:]+):/.exec(url.pathname)?.[1] ?? '');
    const { scope, lifetime = '3600s' } = fieldsOf(headers['content-type'], body) as {
      scope?: unknown;
      lifetime?: string;
    };
    const seconds = Number(/^(\d+)s$/.exec(lifetime)?.[1]);
    if (method !== 'POST' || JSON.stringify(scope) !== JSON.stringify([SCOPE]) || !(seconds <= 3600)) {
      return refusal(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.');
    }
    const isCaller = ([subject]: [string, string]): boolean => this.principal(subject) === caller.identity;
    if ([...this.impersonators].find(isCaller)?.[1] !== email) {
      const message = "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
      return refusal(403, 'PERMISSION_DENIED', message);
    }
    const { token, ends } = this.issue(email, this.now() + seconds * 1000);
    return json(200, { accessToken: token, expireTime: new Date(ends).toISOString().replace(/\.\d+/, '') });
  }

  private metadata({ method, headers }: CloudRequest): CloudAnswer {
    if (method !== 'GET' || headers['metadata-flavor'] !== 'Google' || headers['x-forwarded-for'] !== undefined) {
      return {
        status: 403,
        headers: { 'Content-Type': 'text/html' },
        body: 'Missing required header "Metadata-Flavor": "Google"',
      };
    }
    const left = (this.cached?.ends ?? 0) - this.now();
    const { token, ends } = this.cached && left > FIVE_MINUTES ? this.cached : this.cacheToken(HOUR);
    const answer = { access_token: token, expires_in: Math.floor((ends - this.now()) / 1000), token_type: 'Bearer' };
    return json(200, answer, { 'Metadata-Flavor': 'Google' });
  }

  private login(user: string, password: string): Login | undefined {
    const token = user === 'oauth2accesstoken' ? this.valid(password) : undefined;
    return token && { identity: token.identity, mayPush: this.writers.has(token.identity) };
  }

  private issue(identity: string, ends: number): IssuedToken {
    const issued = {
      token: `ya29.${randomBytes(this.tokenLength).toString('base64url').slice(5, this.tokenLength)}`,
      identity,
      ends,
    };
    this.issued.push(issued);
    return issued;
  }

  private valid(token: string): IssuedToken | undefined {
    if (this.ended.has(token)) return undefined;
    return this.issued.find((one) => one.token === token && one.ends > this.now());
  }
}

const STALE = 'ID Token issued at 1893456000 is stale to sign-in.';

const SAID: Record<Refusal, string> = {
  malformed: 'Unable to parse the ID Token.',
  signature: "Error connecting to the given credential's issuer.",
  issuer: 'The issuer in ID Token does not match the expected ones.',
  audience: 'The audience in ID Token does not match the expected audience.',
  expired: STALE,
  early: STALE,
};

const refusal = (code: number, status: string, message: string): CloudAnswer =>
  json(code, { error: { code, message, status } });

/** A form, or JSON. */
function fieldsOf(type = '', body: string): Record<string, string | undefined> {
  try {
    if (/^application\/json\b/.test(type)) return JSON.parse(body) as Record<string, string>;
    if (/^application\/x-www-form-urlencoded\b/.test(type)) return Object.fromEntries(new URLSearchParams(body));
  } catch {
    // as if there was nothing
  }
  return {};
}
