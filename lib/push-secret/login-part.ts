import { PlainLogin } from './docker-config';
import { ExternalLogin } from './external-secret';
import { SealedPassword } from './sealed-secret';

/** What a login puts into a push Secret; its form decides what object the Secret is made by. */
export type LoginPart =
  | { readonly form: 'plaintext'; readonly login: PlainLogin }
  | { readonly form: 'external'; readonly login: ExternalLogin }
  | { readonly form: 'sealed'; readonly login: SealedLogin };

/** A login inside a docker config that is sealed as a whole. */
export interface SealedLogin {
  readonly host: string;
  readonly username: string;
  readonly sealed: SealedPassword;
}
