import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type CertificateFiles, issueKey } from './certificates';
import { BackgroundProcess, orStopped, removeFolder, temporaryFolder } from './process';
import { htpasswdLine, type User } from './registry';
import { requireTools, tool } from './tools';

export interface TokenServerOptions {
  readonly users: readonly User[];
  readonly tls: CertificateFiles;
  /** The name with which clients reach it. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** The registry's name for itself. */
  readonly service: string;
}

/** A token server for Docker's own registry. Every user may do everything below their own name, and nothing else. */
export class TokenServer {
  static async start(options: TokenServerOptions): Promise<TokenServer> {
    requireTools('token-server', 'htpasswd', 'openssl');
    const server = new TokenServer(options);
    return orStopped(server, server.listen());
  }

  private readonly folder = temporaryFolder('token-server');
  private process?: BackgroundProcess;

  private constructor(private readonly options: TokenServerOptions) {}

  /** The `auth` configuration of a registry that accepts its tokens. */
  get registryAuth(): object {
    const { host, port, service } = this.options;
    const rootcertbundle = join(this.folder, 'tokens.crt');
    return { token: { realm: `https://${host}:${port}/token/`, service, issuer: 'tokens', rootcertbundle } };
  }

  async stop(): Promise<void> {
    await this.process?.stop();
    removeFolder(this.folder);
  }

  private async listen(): Promise<void> {
    const { users, tls, address, port } = this.options;
    const [passwords, key, certificate, logFile] = ['htpasswd', 'tokens.key', 'tokens.crt', 'log'].map((name) =>
      join(this.folder, name),
    );
    writeFileSync(passwords, users.map(htpasswdLine).join(''), { mode: 0o600 });
    issueKey(key);
    const request = ['req', '-x509', '-key', key, '-subj', '/CN=tokens', '-days', '2', '-out', certificate];
    execFileSync(tool('openssl'), request, { stdio: 'pipe' });
    this.process = await BackgroundProcess.start({
      name: 'token-server',
      command: tool('token-server'),
      args: [
        ...['-addr', `${address}:${port}`, '-tlscert', tls.certFile, '-tlskey', tls.keyFile],
        ...['-issuer', 'tokens', '-key', key, '-realm', 'tokens', '-passwd', passwords],
      ],
      logFile,
      ready: () => listens(address, port),
    });
  }
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
