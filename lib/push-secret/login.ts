import { PlainLogin } from './docker-config';
import { GOOGLE_KEY_BASE64_USERNAME, GOOGLE_KEY_USERNAME, readGoogleKey } from './google-key';
import { PasswordSource } from './password-source';

/** A login to one registry. */
export interface RegistryLogin {
  /** The registry's host as it stands in image references, with the port where there is one: `docker.io`, `gcr.io`. */
  readonly host: string;
  /** The user name. It cannot hold a `:`. */
  readonly username: string;
  /** Where the password comes from. */
  readonly password: PasswordSource;
}

/** A login with its password revealed, and what is wrong with that password. The faults never show it. */
export function revealLogin(login: RegistryLogin): { plain: PlainLogin; faults: string[] } {
  const origin = login.password._origin;
  const { password, faults } = checkPassword(login.username, login.password._reveal() ?? '');
  return {
    plain: { host: login.host, username: login.username, password },
    faults: faults.map((fault) => `${origin} ${fault}`),
  };
}

/** The password in the form that goes into a docker config, and what is wrong with it. The faults never show it. */
export function checkPassword(username: string, password: string): { password: string; faults: string[] } {
  if (password === '') return { password, faults: ['is empty'] };
  if (username === GOOGLE_KEY_USERNAME || username === GOOGLE_KEY_BASE64_USERNAME) {
    const { key, faults } = readGoogleKey(username, password);
    return { password: key, faults };
  }
  if (/[\r\n]$/.test(password)) return { password, faults: ['ends with a newline, which no registry accepts: cut it'] };
  if (/[\u0000-\u001f\u007f]/.test(password)) {
    return { password, faults: ['holds a control character or a newline, which no registry accepts'] };
  }
  return { password, faults: [] };
}
