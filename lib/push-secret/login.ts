import { loginHost } from './docker-config';
import { GOOGLE_KEY_BASE64_USERNAME, GOOGLE_KEY_USERNAME, readGoogleKey } from './google-key';
import { PasswordSource } from './password-source';
import { usernameFaults } from './username';
import { Faults, givenProps } from '../validation';
import { hostFaults } from '../images/image-reference';
import { shown } from '../redact';

/** A login to one registry. */
export interface RegistryLogin {
  /** The registry's host as it stands in image references, with the port where there is one: `docker.io`, `gcr.io`. */
  readonly host: string;
  /** The user name. It cannot hold a `:`. */
  readonly username: string;
  /** Where the password comes from. */
  readonly password: PasswordSource;
}

/**
 * Checks the logins of one push Secret by themselves; returns those whose type is right, each under the host that image
 * references have.
 */
export function checkLogins(logins: readonly RegistryLogin[] | undefined, faults: Faults): RegistryLogin[] {
  if (!Array.isArray(logins) || logins.length === 0) {
    faults.add('logins', 'a list of at least one login is wanted: host, username and password');
    return [];
  }
  const checked: RegistryLogin[] = [];
  (logins as readonly RegistryLogin[]).forEach((given, i) => {
    const { host, username, password } = givenProps(given);
    faults.add(`logins[${i}].host`, ...hostFaults(host));
    faults.add(`logins[${i}].username`, ...usernameFaults(username));
    faults.add(`logins[${i}].password`, ...passwordFaults(username, password));
    if (typeof host !== 'string' || !(password instanceof PasswordSource)) return;
    const login = { host: loginHost(host), username, password };
    if (checked.some((other) => other.host === login.host)) {
      faults.add(`logins[${i}].host`, `${shown(login.host)} has a login already; a docker config holds one`);
    }
    checked.push(login);
  });
  return checked;
}

/** Faults of where a password comes from, and of what is there. They never show it. */
export function passwordFaults(username: string, password: unknown): string[] {
  if (!(password instanceof PasswordSource)) {
    return ['a PasswordSource is wanted: PasswordSource.fromEnv(variable) and the like'];
  }
  if (!password.available) return [`${password._origin} is not there; check \`available\` first`];
  return password._form === 'plaintext' ? revealPassword(username, password).faults : [];
}

/** A password in plaintext as it goes into a docker config, and what is wrong with it. The faults never show it. */
export function revealPassword(username: string, source: PasswordSource): { password: string; faults: string[] } {
  const { password, faults } = checkPassword(username, source._reveal() ?? '');
  return { password, faults: faults.map((fault) => `${source._origin} ${fault}`) };
}

/** `kubectl apply` repeats the Secret in an annotation of at most 256 KiB, and there the password is in base64 twice over. */
const MAX_BYTES = 128 * 1024;

/** What a password cannot hold; the first that fits is reported. */
const WRONG_CHARACTERS: readonly [RegExp, string][] = [
  [/\n$/, 'ends with a newline, which no registry accepts: cut it'],
  [/\r$/, 'ends with a carriage return, which no registry accepts: cut it'],
  [/[\u0000-\u001f\u007f-\u009f]/, 'holds a control character or a newline, which no registry accepts'],
  [/\ufffd/, 'holds U+FFFD, which stands where bytes were no UTF-8: it is damaged, provide it in UTF-8'],
  [/\p{Surrogate}/u, 'holds half of a character (a lone surrogate), which cannot be written as UTF-8'],
  [
    /[\p{Cf}\p{Zl}\p{Zp}]/u,
    'holds a character that cannot be seen, as pasting brings along: type it, or copy it again',
  ],
];

/** The password in the form that goes into a docker config, and what is wrong with it. The faults never show it. */
export function checkPassword(username: string, password: string): { password: string; faults: string[] } {
  if (password === '') return { password, faults: ['is empty'] };
  if (Buffer.byteLength(password, 'utf8') > MAX_BYTES) {
    return { password, faults: ['is longer than 128 KiB, more than `kubectl apply` can put into a Secret'] };
  }
  if (username === GOOGLE_KEY_USERNAME || username === GOOGLE_KEY_BASE64_USERNAME) {
    const { key, faults } = readGoogleKey(username, password);
    return { password: key, faults };
  }
  const wrong = WRONG_CHARACTERS.find(([pattern]) => pattern.test(password));
  return { password, faults: wrong === undefined ? [] : [wrong[1]] };
}
