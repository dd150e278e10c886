import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { dockerConfigJson } from './docker-config';
import { createExternalSecret, validateExternalLogins } from './external-secret';
import { RegistryLogin } from './login';
import { LoginPart } from './login-part';
import { createPlaintextSecret } from './plaintext-secret';
import { createSealedSecret, validateSealedUse } from './sealed-secret';
import { redact } from '../redact';
import { ValidationError, at, invalid } from '../validation';

/** The Secret that logins are put into. */
export interface SecretPlace {
  readonly secretName: string;
  readonly namespaces: readonly string[];
}

const IN_WORDS: Record<LoginPart['form'], string> = {
  plaintext: 'in plaintext',
  external: 'in a secret store',
  sealed: 'sealed',
};

/** The contents that several valid logins give one Secret. */
export class SecretContents {
  private readonly parts: readonly LoginPart[];

  constructor(logins: readonly RegistryLogin[]) {
    this.parts = logins.map((login) => login._part);
  }

  /** Checks whether the logins can share one Secret with that name in those namespaces. */
  validate(place: SecretPlace): ValidationError[] {
    if (new Set(this.parts.map(({ form }) => form)).size > 1) return this.mixedForms();
    const [sealed] = this.sealed;
    if (this.sealed.length > 1) return this.severalSealed();
    if (sealed !== undefined) {
      const { host, username } = sealed;
      return at([0, 'password'], validateSealedUse(sealed.sealed, { ...place, host, username }));
    }
    return validateExternalLogins(this.external);
  }

  /** Makes the object that becomes the push Secret in one namespace. */
  createSecret(
    scope: Construct,
    id: string,
    metadata: { readonly name: string; readonly namespace: string },
  ): ApiObject {
    const [sealed] = this.sealed;
    if (sealed !== undefined) return createSealedSecret(scope, id, metadata, sealed.sealed);
    if (this.external.length > 0) return createExternalSecret(scope, id, metadata, this.external);
    return createPlaintextSecret(scope, id, metadata, dockerConfigJson(this.plain));
  }

  private get plain() {
    return this.parts.flatMap((part) => (part.form === 'plaintext' ? [part.login] : []));
  }

  private get external() {
    return this.parts.flatMap((part) => (part.form === 'external' ? [part.login] : []));
  }

  private get sealed() {
    return this.parts.flatMap((part) => (part.form === 'sealed' ? [part.login] : []));
  }

  private mixedForms(): ValidationError[] {
    const all = this.parts
      .map(({ login, form }) => `the one for ${redact(login.host)} is ${IN_WORDS[form]}`)
      .join(', ');
    return invalid(
      'conflict',
      `all passwords of one Secret must come from the same kind of source, but ${all}: ` +
        'change the sources, or make a PushSecret for each kind',
    );
  }

  private severalSealed(): ValidationError[] {
    const hosts = this.sealed.map(({ host }) => redact(host)).join(' and ');
    return invalid(
      'conflict',
      `${hosts} are both sealed, but each sealed docker config is a whole Secret: make a PushSecret for each, ` +
        'or keep the passwords in a secret store',
    );
  }
}
