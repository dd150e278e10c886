import { PlainLogin } from './docker-config';
import { ExternalLogin } from './external-secret';
import { SealedPassword } from './sealed-secret';

/** What a login adds to a push Secret. The form decides which object makes the Secret. */
export type LoginPart =
  | { readonly form: 'plaintext'; readonly login: PlainLogin }
  | { readonly form: 'external'; readonly login: ExternalLogin }
  | { readonly form: 'sealed'; readonly login: SealedLogin };

/** A login whose whole docker config is sealed. */
export interface SealedLogin {
  readonly host: string;
  readonly username: string;
  readonly sealed: SealedPassword;
}
