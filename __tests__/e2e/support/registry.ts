import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireTools, tool } from './tools';

/** What bcrypt, and so htpasswd, looks at of a password. */
const BCRYPT_BYTES = 72;

export interface User {
  readonly username: string;
  readonly password: string;
}

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

/** One of several registries behind one port, told apart by the name that the client asked for. */
export interface Site {
  /** Names that clients reach it under, without the port. */
  readonly hosts: readonly string[];
  readonly users: readonly User[];
  /** Where it sends clients for a bearer token, as Docker Hub and Google do. Default: it asks for the password itself. */
  readonly tokenRealm?: string;
}

export interface LoopbackRegistryOptions {
  /** Who may push and pull. Default: nobody but the users of `sites`. */
  readonly users?: readonly User[];
  /** Registries under names of their own; `users` are then those of every other name. */
  readonly sites?: readonly Site[];
  /** Default: plain HTTP. */
  readonly tls?: TlsFiles;
  /** Default: a free one. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly address?: string;
}

/** A push that a login let in and the registry took. */
export interface AcceptedPush {
  readonly host: string;
  readonly username: string;
  readonly repository: string;
  readonly reference: string;
}

/**
 * A real registry with passwords on loopback, its images in memory.
 *
 * Passwords that bcrypt would cut, and `sites`, are checked by a small server before the registry, which then listens
 * on a socket that nobody else knows: a docker config whose end is lost must not get in.
 */
export class LoopbackRegistry {
  static async start(options: LoopbackRegistryOptions): Promise<LoopbackRegistry> {
    requireTools('docker-registry', 'htpasswd');
    const registry = new LoopbackRegistry(options);
    try {
      await registry.listen();
      return registry;
    } catch (error) {
      await registry.stop();
      throw error;
    }
  }

  /** Every push that went through `sites` or a long password; empty where the registry checks passwords itself. */
  readonly pushes: AcceptedPush[] = [];
  readonly address: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'loopback-registry-'));
  private readonly gate?: Gate;
  private process?: ChildProcess;
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

  /** `127.0.0.1:<port>`, as it stands in an image reference. */
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
    const { process } = this;
    if (process && process.exitCode === null && process.signalCode === null) {
      const ended = new Promise((resolve) => process.once('exit', resolve));
      process.kill('SIGKILL');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
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

  /** Resolves to the address that the registry says it listens on. */
  private startRegistry(configuration: object): Promise<string> {
    const file = join(this.folder, 'config.json');
    writeFileSync(file, JSON.stringify(configuration), { mode: 0o600 });
    // --pdeathsig: a test run that is killed must not leave a registry behind
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', tool('docker-registry'), 'serve', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process = child;
    return new Promise((resolve, reject) => {
      let log = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log = (log + text).slice(-10_000);
        const said = /listening on ([^\s",]+)/.exec(log);
        if (said) resolve(said[1]);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`docker-registry ended with ${code}:\n${log}`)));
    });
  }

  private ask(path: string): Promise<{ status: number; body: string }> {
    if (this.gate) return fetchText(http.request({ socketPath: this.gate.socket, path }));
    const { tls, users = [] } = this.options;
    const { username, password } = users[0];
    const request = { host: this.address, port: this.port, path, auth: `${username}:${password}` };
    return fetchText(tls ? https.request({ ...request, ca: readFileSync(tls.caFile) }) : http.request(request));
  }
}

/** The server before the registry: it compares whole passwords and hands out bearer tokens. */
class Gate {
  private readonly server: http.Server;
  private readonly tokens = new Map<string, { site: Site; username: string }>();

  constructor(
    private readonly sites: readonly Site[],
    readonly socket: string,
    private readonly tls: TlsFiles | undefined,
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
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '/', `${this.tls ? 'https' : 'http'}://${request.headers.host}`);
    const here = `${url.origin}${url.pathname}`;
    const issuer = this.sites.find(({ tokenRealm }) => tokenRealm === here);
    if (issuer) return this.issueToken(issuer, request, response);

    const site = this.siteOf(url.hostname);
    const username = site && this.userOf(site, request.headers.authorization);
    if (!site || username === undefined) return refuse(response, challenge(site, url.hostname));
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
    const { authorization: _, ...rest } = request.headers;
    const headers = { ...rest, 'x-forwarded-proto': url.protocol.slice(0, -1) };
    const onward = http.request({ socketPath: this.socket, method: request.method, path: request.url, headers });
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

function challenge(site: Site | undefined, hostname: string): string {
  return site?.tokenRealm ? `Bearer realm="${site.tokenRealm}",service="${hostname}"` : `Basic realm="${hostname}"`;
}

function refuse(response: http.ServerResponse, authenticate: string): void {
  response.writeHead(401, {
    'Content-Type': 'application/json',
    'Docker-Distribution-Api-Version': 'registry/2.0',
    'WWW-Authenticate': authenticate,
  });
  response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }));
}

/** The password goes in through standard input: arguments are there for all to read. */
function htpasswdLine({ username, password }: User): string {
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
