import { randomBytes, timingSafeEqual } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { CertificateFiles } from './certificates';
import { BackgroundProcess, orStopped, removeFolder, temporaryFolder } from './process';
import { requireTools, tool } from './tools';

/** How many bytes of a password bcrypt, and so htpasswd, uses. */
const BCRYPT_BYTES = 72;

export interface User {
  readonly username: string;
  readonly password: string;
}

/** One of several registries on the same port. The name in the client's request selects one. */
export interface Site {
  /** The names with which clients reach it, without the port. */
  readonly hosts: readonly string[];
  readonly users: readonly User[];
  /** The token server to which it sends clients, like Docker Hub does. Default: it asks for the password itself. */
  readonly tokenRealm?: string;
}

export interface LoopbackRegistryOptions {
  /** The users who may push and pull. Default: only the users of `sites`. */
  readonly users?: readonly User[];
  /** Registries with their own names. `users` are then the users of all other names. */
  readonly sites?: readonly Site[];
  /** Default: plain HTTP. */
  readonly tls?: CertificateFiles;
  /** Default: a free one. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly address?: string;
}

/** A push with a valid login that the registry accepted. */
export interface AcceptedPush {
  readonly host: string;
  readonly username: string;
  readonly repository: string;
  readonly reference: string;
}

/**
 * A real registry on loopback, with passwords, and with its images in memory.
 *
 * A small server in front of the registry checks `sites`, and passwords that bcrypt would cut, as it must refuse an
 * incomplete password. The registry then listens on a socket that only this server knows.
 */
export class LoopbackRegistry {
  static async start(options: LoopbackRegistryOptions): Promise<LoopbackRegistry> {
    requireTools('docker-registry', 'htpasswd');
    const registry = new LoopbackRegistry(options);
    return orStopped(registry, registry.listen());
  }

  /** Every push through `sites` or with a long password. Empty if the registry checks passwords itself. */
  readonly pushes: AcceptedPush[] = [];
  readonly address: string;
  private readonly folder = temporaryFolder('registry');
  private readonly gate?: Gate;
  private process?: BackgroundProcess;
  private boundPort = 0;

  private constructor(private readonly options: LoopbackRegistryOptions) {
    this.address = options.address ?? '127.0.0.1';
    const users = options.users ?? [];
    if (options.sites || users.some(({ password }) => Buffer.byteLength(password) > BCRYPT_BYTES)) {
      const sites = [...(options.sites ?? []), { hosts: ['*'], users }];
      this.gate = new Gate(sites, join(this.folder, 'socket'), options.tls, (push) => this.pushes.push(push));
    }
  }

  get port(): number {
    return this.boundPort;
  }

  /** `127.0.0.1:<port>`, as in an image reference. */
  get host(): string {
    return `${this.address}:${this.port}`;
  }

  async catalog(): Promise<string[]> {
    const answer = await this.ask('/v2/_catalog');
    return (JSON.parse(answer.body) as { repositories: string[] }).repositories;
  }

  async hasTag(repository: string, tag: string): Promise<boolean> {
    const { status, body } = await this.ask(`/v2/${repository}/tags/list`);
    return status === 200 && ((JSON.parse(body) as { tags: string[] | null }).tags ?? []).includes(tag);
  }

  async stop(): Promise<void> {
    await this.gate?.close();
    await this.process?.stop();
    removeFolder(this.folder);
  }

  private async listen(): Promise<void> {
    const { port = 0 } = this.options;
    const listening = await this.startRegistry(this.configuration(port));
    this.boundPort = this.gate ? await this.gate.listen(port, this.address) : Number(/\d+$/.exec(listening)?.[0]);
  }

  private configuration(port: number): object {
    const base = {
      version: 0.1,
      log: { level: 'info', accesslog: { disabled: true } },
      storage: { inmemory: {}, maintenance: { uploadpurging: { enabled: false } } },
    };
    const secret = randomBytes(16).toString('hex');
    if (this.gate) return { ...base, http: { secret, net: 'unix', addr: this.gate.socket } };

    const { tls, users = [] } = this.options;
    const passwords = join(this.folder, 'htpasswd');
    writeFileSync(passwords, users.map(htpasswdLine).join(''), { mode: 0o600 });
    return {
      ...base,
      http: {
        secret,
        addr: `${this.address}:${port}`,
        ...(tls && { tls: { certificate: tls.certFile, key: tls.keyFile } }),
      },
      auth: { htpasswd: { realm: 'loopback', path: passwords } },
    };
  }

  /** Resolves to the address on which the registry says that it listens. */
  private async startRegistry(configuration: object): Promise<string> {
    const [file, logFile] = [join(this.folder, 'config.json'), join(this.folder, 'log')];
    writeFileSync(file, JSON.stringify(configuration), { mode: 0o600 });
    const address = (): string | undefined => /listening on ([^\s",]+)/.exec(readFileSync(logFile, 'utf8'))?.[1];
    this.process = await BackgroundProcess.start({
      name: 'docker-registry',
      command: tool('docker-registry'),
      args: ['serve', file],
      logFile,
      ready: () => address() !== undefined,
    });
    return address() ?? '';
  }

  private ask(path: string): Promise<{ status: number; body: string }> {
    if (this.gate) return fetchText(http.request({ socketPath: this.gate.socket, path }));
    const { tls, users = [] } = this.options;
    const { username, password } = users[0];
    const request = { host: this.address, port: this.port, path, auth: `${username}:${password}` };
    return fetchText(tls ? https.request({ ...request, ca: readFileSync(tls.caFile) }) : http.request(request));
  }
}

/** The server in front of the registry. It compares complete passwords and gives out bearer tokens. */
class Gate {
  private readonly server: http.Server;
  private readonly onwardAgent = new http.Agent({ keepAlive: true });
  private readonly tokens = new Map<string, { site: Site; username: string }>();

  constructor(
    private readonly sites: readonly Site[],
    readonly socket: string,
    private readonly tls: CertificateFiles | undefined,
    private readonly onPush: (push: AcceptedPush) => void,
  ) {
    const handler: http.RequestListener = (request, response) => this.handle(request, response);
    this.server = tls
      ? https.createServer({ cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }, handler)
      : http.createServer(handler);
  }

  listen(port: number, address: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, address, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    this.onwardAgent.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '/', `${this.tls ? 'https' : 'http'}://${request.headers.host}`);
    const issuer = this.sites.find((site) => realmsOf(site).includes(`${url.origin}${url.pathname}`));
    if (issuer) return this.issueToken(issuer, request, response);

    const site = this.siteOf(url.hostname);
    const username = site && this.userOf(site, request.headers.authorization);
    if (!site || username === undefined) return refuse(response, challenge(site, url.hostname, request));
    this.forward(request, response, url, username);
  }

  private siteOf(hostname: string): Site | undefined {
    const named = this.sites.find(({ hosts }) => hosts.includes(hostname));
    return named ?? this.sites.find(({ hosts }) => hosts.includes('*'));
  }

  private userOf(site: Site, authorization = ''): string | undefined {
    if (!site.tokenRealm) return basicUser(site, authorization);
    const token = this.tokens.get(/^Bearer (.+)$/i.exec(authorization)?.[1] ?? '');
    return token?.site === site ? token.username : undefined;
  }

  private issueToken(site: Site, request: http.IncomingMessage, response: http.ServerResponse): void {
    const username = basicUser(site, request.headers.authorization);
    if (username === undefined) return refuse(response, 'Basic realm="token"');
    const token = randomBytes(24).toString('hex');
    this.tokens.set(token, { site, username });
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ token, access_token: token, expires_in: 300, issued_at: new Date().toISOString() }));
  }

  private forward(request: http.IncomingMessage, response: http.ServerResponse, url: URL, username: string): void {
    // the registry writes absolute URLs into its answers
    const headers: http.OutgoingHttpHeaders = { ...request.headers, 'x-forwarded-proto': url.protocol.slice(0, -1) };
    delete headers.authorization;
    // don't pass on the client's `close`: Node reports an error if the registry hangs up right after its answer
    delete headers.connection;
    const { method, url: path } = request;
    const onward = http.request({ agent: this.onwardAgent, socketPath: this.socket, method, path, headers });
    onward.once('error', (error) => response.destroy(error));
    onward.once('response', (answer) => {
      const manifest = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url.pathname);
      if (manifest && request.method === 'PUT' && answer.statusCode === 201) {
        this.onPush({ host: url.hostname, username, repository: manifest[1], reference: manifest[2] });
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }
}

function basicUser(site: Site, authorization = ''): string | undefined {
  const given = Buffer.from(/^Basic (.+)$/i.exec(authorization)?.[1] ?? '', 'base64');
  return site.users.find(({ username, password }) => {
    const wanted = Buffer.from(`${username}:${password}`, 'utf8');
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  })?.username;
}

/** The token endpoint, also under the registry's own names. */
function realmsOf({ tokenRealm, hosts }: Site): string[] {
  if (!tokenRealm) return [];
  const { pathname } = new URL(tokenRealm);
  return [tokenRealm, ...hosts.map((host) => `https://${host}${pathname}`)];
}

function challenge(site: Site | undefined, hostname: string, { headers }: http.IncomingMessage): string {
  if (!site?.tokenRealm) return `Basic realm="${hostname}"`;
  // ORAS sends no password to a token endpoint on loopback, unless the registry itself is reached by that name
  const isOras = /^oras\b/.test(headers['user-agent'] ?? '');
  const realm = isOras ? `https://${hostname}${new URL(site.tokenRealm).pathname}` : site.tokenRealm;
  return `Bearer realm="${realm}",service="${hostname}"`;
}

function refuse(response: http.ServerResponse, authenticate: string): void {
  response.writeHead(401, {
    'Content-Type': 'application/json',
    'Docker-Distribution-Api-Version': 'registry/2.0',
    'WWW-Authenticate': authenticate,
  });
  response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }));
}

/** The password is passed on standard input, as everyone can read arguments. */
export function htpasswdLine({ username, password }: User): string {
  const { status, stdout, stderr } = spawnSync(tool('htpasswd'), ['-i', '-n', '-B', '-C', '4', username], {
    input: password,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`htpasswd: ${stderr}`);
  return `${stdout.trim()}\n`;
}

function fetchText(request: http.ClientRequest): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    request.end();
  });
}
