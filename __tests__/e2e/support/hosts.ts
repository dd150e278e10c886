import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CertificateFiles, issueCertificate } from './certificates';
import { removeFolder, temporaryFolder } from './process';
import { requireRoot, requireTools, tool } from './tools';

/** What else of the file system a command finds changed. */
export interface Mounts {
  /** Folders that it can read and not write, as a Secret's volume is for a container. */
  readonly readOnly?: readonly string[];
  /** Folders of the machine, each with the one that it finds in their place. */
  readonly instead?: Readonly<Record<string, string>>;
}

/**
 * Names that lead to this machine, for the commands that are wrapped and for nobody else.
 *
 * Each command gets a mount namespace with a hosts file of its own and no name server, so that a real registry's name
 * reaches a registry on loopback, and a name that a test forgot reaches nothing.
 */
export class PrivateHosts {
  /** @param names what resolves to `address`, besides `localhost`; the certificate is good for all of them. */
  static create(names: readonly string[] = [], address = '127.0.0.1'): PrivateHosts {
    requireTools('unshare', 'mount', 'openssl');
    requireRoot();
    return new PrivateHosts(names, address);
  }

  /** A certificate for all names, `localhost` and the address, with the authority that a client has to trust. */
  readonly tls: CertificateFiles;
  private readonly folder = temporaryFolder('hosts');
  private readonly hosts = join(this.folder, 'hosts');
  private readonly resolver = join(this.folder, 'resolv.conf');

  private constructor(
    readonly names: readonly string[],
    readonly address: string,
  ) {
    writeFileSync(this.hosts, `127.0.0.1 localhost\n${names.map((name) => `${address} ${name}\n`).join('')}`);
    // port 53 of an address on loopback that nobody listens on: the answer is a quick no
    writeFileSync(this.resolver, 'nameserver 127.255.255.253\noptions timeout:1 attempts:1\n');
    this.tls = issueCertificate(this.folder, ['localhost', address, ...names]);
  }

  /** The command line that runs `command` among these names. */
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
