import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CertificateFiles, issueCertificate } from './certificates';
import { removeFolder, temporaryFolder } from './process';
import { requireRoot, requireTools, tool } from './tools';

/** Other changes to the file system for a command. */
export interface Mounts {
  /** Folders that it can read but not write, like a Secret's volume in a container. */
  readonly readOnly?: readonly string[];
  /** Folders of the machine, each with the folder that replaces it. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** An address of the loopback for this process alone, as its ports 443 and 80 must be free. */
export const OWN_ADDRESS = `127.1.${(process.pid >> 8) & 255}.${process.pid & 255}`;

/**
 * Host names that lead to this machine, only for the wrapped commands.
 *
 * Each command gets a mount namespace with its own hosts file and no name server. So a real registry's name reaches a
 * registry on loopback, and a name that a test forgot reaches nothing.
 */
export class PrivateHosts {
  /** @param names the names that resolve to `address`, besides `localhost`. The certificate is valid for all. */
  static create(names: readonly string[] = [], address = '127.0.0.1'): PrivateHosts {
    requireTools('unshare', 'mount', 'openssl');
    requireRoot();
    return new PrivateHosts(names, address);
  }

  /** A certificate for all names, `localhost` and the address, with the authority that a client must trust. */
  readonly tls: CertificateFiles;
  private readonly folder = temporaryFolder('hosts');
  private readonly hosts = join(this.folder, 'hosts');
  private readonly resolver = join(this.folder, 'resolv.conf');

  private constructor(
    readonly names: readonly string[],
    readonly address: string,
  ) {
    writeFileSync(this.hosts, `127.0.0.1 localhost\n${names.map((name) => `${address} ${name}\n`).join('')}`);
    // nothing listens on port 53 of this loopback address, so lookups fail fast
    writeFileSync(this.resolver, 'nameserver 127.255.255.253\noptions timeout:1 attempts:1\n');
    this.tls = issueCertificate(this.folder, ['localhost', address, ...names]);
  }

  /** The command line that runs `command` with these names. */
  wrap(command: readonly string[], { readOnly = [], instead = {} }: Mounts = {}): string[] {
    const mounts = [
      ['bind', this.hosts, '/etc/hosts'],
      ['bind', this.resolver, '/etc/resolv.conf'],
      ...Object.entries(instead).map(([path, folder]) => ['bind', folder, path]),
      ...readOnly.map((folder) => ['bind,ro', folder, folder]),
    ];
    const script = 'while [ "$1" != -- ]; do mount -o "$1" "$2" "$3" || exit; shift 3; done; shift; exec "$@"';
    const unshare = [tool('unshare'), '--mount', '--propagation', 'private'];
    return [...unshare, 'sh', '-c', script, 'sh', ...mounts.flat(), '--', ...command];
  }

  close(): void {
    removeFolder(this.folder);
  }
}
