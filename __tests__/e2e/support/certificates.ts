import { execFileSync } from 'node:child_process';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { tool } from './tools';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** The authority that a client must trust. */
  readonly caFile: string;
}

/** A server certificate for names and addresses, and the authority that signed it. Both are valid for two days. */
export function issueCertificate(folder: string, names: readonly string[]): CertificateFiles {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => {
    const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync(tool('openssl'), ['req', '-x509', ...fresh, ...args], { stdio: 'pipe' });
  };
  openssl('-subj', '/CN=authority of a test run', '-keyout', path('ca.key'), '-out', path('ca.crt'));
  const subjects = names.map((name) => `${isIP(name) ? 'IP' : 'DNS'}:${name}`).join(',');
  openssl(
    ...['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-subj', '/CN=server of a test run'],
    ...['-keyout', path('server.key'), '-out', path('server.crt')],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', `subjectAltName=${subjects}`],
  );
  return { certFile: path('server.crt'), keyFile: path('server.key'), caFile: path('ca.crt') };
}

/** An RSA key for signatures, like those of managed clusters. Entra ID accepts no other kind. */
export function issueRsaKey(file: string): void {
  execFileSync(tool('openssl'), ['genrsa', '-out', file, '2048'], { stdio: 'pipe' });
}

/** A private key for signatures, in the only form of EC keys that the API server also accepts as the public key. */
export function issueKey(file: string): void {
  execFileSync(tool('openssl'), ['ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', file], {
    stdio: 'pipe',
  });
}
