import { execFileSync } from 'node:child_process';
import { createPrivateKey, type KeyObject, randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CloudAnswer, type CloudRequest, json } from './cloud-server';
import { signJwt } from './jwt';
import { removeFolder, temporaryFolder } from './process';
import { tool } from './tools';

/** For how many seconds Docker's registry still accepts an expired token. */
const LEEWAY = 60;

/** The account of a login, and whether it may push. */
export interface Login {
  readonly identity: string;
  readonly mayPush: boolean;
}

/** The token endpoints of registries. They ask a cloud about a login, and sign a token that a real registry trusts. */
export class RegistryTokens {
  /** The lifetime of the tokens that it signs, in seconds. Clients assume at least a minute. */
  life = 300;
  private readonly folder = temporaryFolder('registry-tokens');
  private readonly certificate = join(this.folder, 'tokens.crt');
  private readonly key: KeyObject;
  private readonly chain: string[];

  constructor() {
    const keyFile = join(this.folder, 'tokens.key');
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=tokens', '-days', '2'];
    execFileSync(tool('openssl'), [...request, '-keyout', keyFile, '-out', this.certificate], { stdio: 'pipe' });
    this.key = createPrivateKey(readFileSync(keyFile));
    this.chain = [new X509Certificate(readFileSync(this.certificate)).raw.toString('base64')];
  }

  /** The `auth` section of a registry that accepts these tokens. */
  registryAuth(realm: string): object {
    return { token: { realm, service: new URL(realm).host, issuer: 'tokens', rootcertbundle: this.certificate } };
  }

  /** `GET realm?service=&scope=` with a login. */
  answer(
    { method, url, headers }: CloudRequest,
    loginOf: (user: string, password: string) => Login | undefined,
  ): CloudAnswer {
    const basic = Buffer.from(/^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '', 'base64').toString();
    const colon = basic.indexOf(':');
    const login = colon < 0 ? undefined : loginOf(basic.slice(0, colon), basic.slice(colon + 1));
    const service = url.searchParams.get('service');
    if (method !== 'GET' || service !== url.host || login === undefined) {
      return json(401, { errors: [{ code: 'UNAUTHORIZED', message: 'authentication failed' }] });
    }
    const now = Math.floor(Date.now() / 1000);
    const access = url.searchParams.getAll('scope').flatMap((scope) => grant(scope, login));
    const token = signJwt(
      {
        iss: 'tokens',
        sub: login.identity,
        aud: service,
        nbf: now - 10,
        iat: now,
        exp: now + this.life - LEEWAY,
        jti: randomUUID(),
        access,
      },
      this.key,
      { x5c: this.chain },
    );
    // clients look for either name
    return json(200, { token, access_token: token, expires_in: this.life });
  }

  close(): void {
    removeFolder(this.folder);
  }
}

/** Docker's registry requires `delete` to cancel an upload. */
function grant(scope: string, { mayPush }: Login): object[] {
  const [, name, wanted] = /^repository:([^:]+):([a-z,*]+)$/.exec(scope) ?? [];
  if (name === undefined) return [];
  const actions = wanted
    .split(',')
    .filter((action) => action === 'pull' || (/^(push|delete)$/.test(action) && mayPush));
  return [{ type: 'repository', name, actions }];
}
