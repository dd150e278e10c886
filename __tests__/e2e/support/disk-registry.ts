import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateFiles } from './certificates';
import { BackgroundProcess, orStopped, removeFolder, temporaryFolder } from './process';
import { htpasswdLine, type User } from './registry';
import type { TokenServer } from './token-server';
import { requireTools, tool } from './tools';

export interface DiskRegistryOptions {
  /** The users who may do everything, or the token server that decides. */
  readonly auth: readonly User[] | Pick<TokenServer, 'registryAuth'>;
  /** Default: plain HTTP. */
  readonly tls?: Pick<CertificateFiles, 'certFile' | 'keyFile'>;
  /** Default: 127.0.0.1. */
  readonly address?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** A real registry on loopback that stores everything on disk, so that a test can see what a client left there. */
export class DiskRegistry {
  static async start(options: DiskRegistryOptions): Promise<DiskRegistry> {
    requireTools('docker-registry');
    const registry = new DiskRegistry();
    return orStopped(registry, registry.listen(options));
  }

  port = 0;
  private readonly folder = temporaryFolder('disk-registry');
  private process?: BackgroundProcess;

  private constructor() {}

  /**
   * The open uploads of a repository. Undefined if none was ever started.
   *
   * A cancelled upload is a folder without data and date, as this version of the registry deletes the folder and then
   * writes the checksum of zero bytes into it.
   */
  uploads(repository: string): string[] | undefined {
    const folder = join(this.repositories, repository, '_uploads');
    if (!existsSync(folder)) return undefined;
    return readdirSync(folder).filter((id) => readdirSync(join(folder, id)).some((file) => file !== 'hashstates'));
  }

  /** Whether it has no repository at all. */
  isEmpty(): boolean {
    return !existsSync(this.repositories) || readdirSync(this.repositories).length === 0;
  }

  async stop(): Promise<void> {
    await this.process?.stop();
    removeFolder(this.folder);
  }

  private get repositories(): string {
    return join(this.folder, 'data', 'docker', 'registry', 'v2', 'repositories');
  }

  private async listen({ auth, tls, address = '127.0.0.1', port = 0 }: DiskRegistryOptions): Promise<void> {
    const [file, logFile, data] = ['config.json', 'log', 'data'].map((name) => join(this.folder, name));
    mkdirSync(data);
    const configuration = {
      version: 0.1,
      log: { level: 'info', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: data }, maintenance: { uploadpurging: { enabled: false } } },
      http: {
        secret: randomBytes(16).toString('hex'),
        addr: `${address}:${port}`,
        ...(tls && { tls: { certificate: tls.certFile, key: tls.keyFile } }),
      },
      auth: 'registryAuth' in auth ? auth.registryAuth : this.htpasswd(auth),
    };
    writeFileSync(file, JSON.stringify(configuration), { mode: 0o600 });
    const boundPort = (): number => Number(/listening on [^\s",]*:(\d+)/.exec(readFileSync(logFile, 'utf8'))?.[1]);
    this.process = await BackgroundProcess.start({
      name: 'docker-registry',
      command: tool('docker-registry'),
      args: ['serve', file],
      logFile,
      ready: () => boundPort() > 0,
    });
    this.port = boundPort();
  }

  private htpasswd(users: readonly User[]): object {
    const path = join(this.folder, 'htpasswd');
    writeFileSync(path, users.map(htpasswdLine).join(''), { mode: 0o600 });
    return { htpasswd: { realm: 'disk', path } };
  }
}
