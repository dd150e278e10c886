import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsFiles } from './registry';
import { requireTools, tool } from './tools';

/**
 * Names that lead to this machine, for the commands that are wrapped and for nobody else.
 *
 * Each command gets a mount namespace with a hosts file of its own and no name server, so that a real registry's name
 * reaches a registry on loopback, and a name that a test forgot reaches nothing.
 */
export class PrivateHosts {
  /** @param names what resolves to `address`, besides `localhost`; the certificate is good for all of them. */
  static create(names: readonly string[] = [], address = '127.0.0.1'): PrivateHosts {
    requireTools('unshare', 'openssl');
    return new PrivateHosts(names, address);
  }

  /** A certificate for all names, `localhost` and the address, with the authority that a client has to trust. */
  readonly tls: TlsFiles;
  private readonly folder = mkdtempSync(join(tmpdir(), 'private-hosts-'));
  private readonly hosts = join(this.folder, 'hosts');
  private readonly resolver = join(this.folder, 'resolv.conf');

  private constructor(
    readonly names: readonly string[],
    readonly address: string,
  ) {
    writeFileSync(this.hosts, `127.0.0.1 localhost\n${names.map((name) => `${address} ${name}\n`).join('')}`);
    // port 53 of an address on loopback that nobody listens on: the answer is a quick no
    writeFileSync(this.resolver, 'nameserver 127.0.0.53\noptions timeout:1 attempts:1\n');
    this.tls = issueCertificate(this.folder, ['localhost', address, ...names]);
  }

  /**
   * The command line that runs `command` among these names.
   *
   * @param readOnly folders that it can read and not write, as a Secret's volume is for a container.
   */
  wrap(command: readonly string[], readOnly: readonly string[] = []): string[] {
    const mounts = [
      ['--bind', this.hosts, '/etc/hosts'],
      ['--bind', this.resolver, '/etc/resolv.conf'],
      ...readOnly.map((folder) => ['--bind', '-o', 'ro', folder, folder]),
    ];
    // the paths are arguments of the shell, not part of its script
    const steps = mounts.map(
      (mount) => `mount ${mount.map((_, i) => `"\${${i + 1}}"`).join(' ')} && shift ${mount.length}`,
    );
    return [
      tool('unshare'),
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      [...steps, 'exec "$@"'].join(' && '),
      'sh',
      ...mounts.flat(),
      ...command,
    ];
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function issueCertificate(folder: string, names: readonly string[]): TlsFiles {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync(tool('openssl'), ['req', '-x509', ...fresh, ...args], { stdio: 'pipe' });
  };
  openssl('-subj', '/CN=authority of a test run', '-keyout', path('ca.key'), '-out', path('ca.crt'));
  const subjects = names.map((name) => `${isIP(name) ? 'IP' : 'DNS'}:${name}`).join(',');
  openssl(
    ...['-CA', path('ca.crt'), '-CAkey', path('ca.key')],
    ...['-subj', '/CN=loopback registry', '-keyout', path('server.key'), '-out', path('server.crt')],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', `subjectAltName=${subjects}`],
  );
  return { certFile: path('server.crt'), keyFile: path('server.key'), caFile: path('ca.crt') };
}
