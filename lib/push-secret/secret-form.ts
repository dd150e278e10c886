import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { PlainLogin, dockerConfigJson } from './docker-config';
import { ExternalLogin, createExternalSecret, externalLoginsFaults } from './external-secret';
import { RegistryLogin, revealLogin } from './login';
import { PasswordSource } from './password-source';
import { PlaintextSecret } from './plaintext-secret';
import { createSealedSecret, sealedUseFaults } from './sealed-secret';
import { usernameFaults } from './username';
import { Faults, givenProps } from '../faults';
import { hostFaults } from '../images/image-reference';

/** Makes the object of one namespace that ends as the push Secret there. */
export type CreateSecret = (scope: Construct, id: string, namespace: string) => ApiObject;

/** The Secret that logins are put into. */
interface Target {
  readonly secretName: string;
  readonly namespaces: readonly string[];
}

type Form = 'in plaintext' | 'in a secret store' | 'sealed';

/** Says what object the passwords of checked logins make the push Secret. */
export function secretForm(logins: readonly RegistryLogin[], target: Target, faults: Faults): CreateSecret {
  const { secretName: name } = target;
  const forms = new Set(logins.map(formOf));
  if (forms.size > 1) faults.add('logins', mixedForms(logins));
  else if (forms.has('sealed')) return sealedForm(logins, target, faults);
  else if (forms.has('in a secret store')) {
    const external = logins.map(externalLogin);
    faults.add('logins', ...externalLoginsFaults(external));
    return (scope, id, namespace) => createExternalSecret(scope, id, { name, namespace }, external);
  }
  const plain = revealLogins(logins, faults);
  const data = { '.dockerconfigjson': Buffer.from(dockerConfigJson(plain), 'utf8').toString('base64') };
  return (scope, id, namespace) =>
    new PlaintextSecret(scope, id, { metadata: { name, namespace }, type: 'kubernetes.io/dockerconfigjson', data });
}

/** Checks the logins of one push Secret by themselves; returns those whose type is right. */
export function checkLogins(logins: readonly RegistryLogin[] | undefined, faults: Faults): RegistryLogin[] {
  if (!Array.isArray(logins) || logins.length === 0) {
    faults.add('logins', 'a list of at least one login is wanted: host, username and password');
    return [];
  }
  const seen = new Set<string>();
  return (logins as readonly RegistryLogin[]).filter((given, i) => {
    const login = givenProps(given);
    faults.add(`logins[${i}].host`, ...hostFaults(login.host));
    faults.add(`logins[${i}].username`, ...usernameFaults(login.username));
    if (!(login.password instanceof PasswordSource)) {
      faults.add(`logins[${i}].password`, 'a PasswordSource is wanted: PasswordSource.fromEnv(variable) and the like');
    } else if (!login.password.available) {
      faults.add(`logins[${i}].password`, `${login.password._origin} is not there; check \`available\` first`);
    }
    if (login.host !== undefined && seen.has(login.host)) {
      faults.add(`logins[${i}].host`, `${login.host} has a login already; a docker config holds one`);
    }
    seen.add(login.host);
    return typeof login.host === 'string' && login.password instanceof PasswordSource;
  });
}

function formOf({ password }: RegistryLogin): Form {
  if (password._sealed !== undefined) return 'sealed';
  return password._external === undefined ? 'in plaintext' : 'in a secret store';
}

function mixedForms(logins: readonly RegistryLogin[]): string {
  const all = logins.map((login) => `that of ${login.host} is ${formOf(login)}`).join(', ');
  return (
    `one Secret is made in one way, but of the passwords ${all}: ` +
    'take all of them from one kind of source, or make a PushSecret of each kind'
  );
}

function revealLogins(logins: readonly RegistryLogin[], faults: Faults): PlainLogin[] {
  return logins.map((login, i) => {
    const { plain, faults: passwordFaults } = revealLogin(login);
    const isPlain = login.password.available && formOf(login) === 'in plaintext';
    if (isPlain) faults.add(`logins[${i}].password`, ...passwordFaults);
    return plain;
  });
}

function externalLogin({ host, username, password }: RegistryLogin): ExternalLogin {
  return { host, username, source: password._external! };
}

function sealedForm(logins: readonly RegistryLogin[], target: Target, faults: Faults): CreateSecret {
  const [{ host, username, password }, ...others] = logins;
  const sealed = password._sealed!;
  if (others.length > 0) {
    const hosts = logins.map((login) => login.host).join(' and ');
    faults.add(
      'logins',
      `${hosts} are both sealed, and a sealed docker config is a whole Secret: make a PushSecret of each, ` +
        'or keep the passwords in a secret store',
    );
  } else {
    faults.add('logins[0].password', ...sealedUseFaults(sealed, { ...target, host, username }));
  }
  return (scope, id, namespace) => createSealedSecret(scope, id, { name: target.secretName, namespace }, sealed);
}
