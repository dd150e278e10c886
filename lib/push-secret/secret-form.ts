import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { PlainLogin, dockerConfigJson } from './docker-config';
import { ExternalLogin, createExternalSecret, externalLoginsFaults } from './external-secret';
import { RegistryLogin, revealPassword } from './login';
import { PasswordForm } from './password-source';
import { createPlaintextSecret } from './plaintext-secret';
import { createSealedSecret, sealedUseFaults } from './sealed-secret';
import { Faults } from '../validation';
import { shown } from '../redact';

/** The Secret that logins are put into. */
interface Target {
  readonly secretName: string;
  readonly namespaces: readonly string[];
}

const IN_WORDS: Record<PasswordForm, string> = {
  plaintext: 'in plaintext',
  external: 'in a secret store',
  sealed: 'sealed',
};

/** Notes why logins, each of which is right by itself, cannot be one Secret. */
export function checkForm(logins: readonly RegistryLogin[], target: Target, faults: Faults): void {
  const forms = new Set(logins.map(({ password }) => password._form));
  if (forms.size > 1) faults.add('logins', mixedForms(logins));
  else if (forms.has('sealed')) checkSealed(logins, target, faults);
  else if (forms.has('external')) faults.add('logins', ...externalLoginsFaults(logins.map(externalLogin)));
}

/** Makes the object of one namespace that ends as the push Secret there, of logins that were checked. */
export function createSecret(
  scope: Construct,
  id: string,
  metadata: { readonly name: string; readonly namespace: string },
  logins: readonly RegistryLogin[],
): ApiObject {
  const [{ password }] = logins;
  switch (password._form) {
    case 'sealed':
      return createSealedSecret(scope, id, metadata, password._sealed!);
    case 'external':
      return createExternalSecret(scope, id, metadata, logins.map(externalLogin));
    case 'plaintext':
      return createPlaintextSecret(scope, id, metadata, dockerConfigJson(logins.map(plainLogin)));
  }
}

function mixedForms(logins: readonly RegistryLogin[]): string {
  const all = logins.map(({ host, password }) => `that of ${shown(host)} is ${IN_WORDS[password._form]}`).join(', ');
  return (
    `one Secret is made in one way, but of the passwords ${all}: ` +
    'take all of them from one kind of source, or make a PushSecret of each kind'
  );
}

function plainLogin({ host, username, password }: RegistryLogin): PlainLogin {
  return { host, username, password: revealPassword(username, password).password };
}

function externalLogin({ host, username, password }: RegistryLogin): ExternalLogin {
  return { host, username, source: password._external! };
}

function checkSealed(logins: readonly RegistryLogin[], target: Target, faults: Faults): void {
  const [{ host, username, password }, ...others] = logins;
  if (others.length === 0) {
    faults.add('logins[0].password', ...sealedUseFaults(password._sealed!, { ...target, host, username }));
    return;
  }
  const hosts = logins.map((login) => shown(login.host)).join(' and ');
  faults.add(
    'logins',
    `${hosts} are both sealed, and a sealed docker config is a whole Secret: make a PushSecret of each, ` +
      'or keep the passwords in a secret store',
  );
}
