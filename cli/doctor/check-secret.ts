import { authsKey } from '../../lib/push-secret/docker-config';
import { dockerConfigOf } from './docker-login';
import { age, Context, Lines } from './lines';
import { cronJobOf, gapMinutes, pushSecretRef } from './refs';
import { DoctorRegistry, KubeObject, Line } from './types';

const TYPE = 'kubernetes.io/dockerconfigjson';
const KEY = '.dockerconfigjson';
export const EXPIRES_AT = 'push-secret/expires-at';

/**
 * Checks the push Secret in each of its namespaces: whether clients can log in with it, what wrote it, and when it
 * expires.
 */
export function checkSecrets(registry: DoctorRegistry, context: Context): Line[] {
  return context.snapshot.namespacesOf(registry).flatMap((namespace) => checkSecret(registry, namespace, context));
}

function checkSecret(registry: DoctorRegistry, namespace: string, { snapshot, commands }: Context): Line[] {
  const lines = new Lines(registry);
  const what = `the push Secret ${registry.pushSecretName} in ${namespace}`;
  const make = commands.makeSecret(registry, namespace);
  const remake = `${commands.kubectl(namespace, 'delete', `secret/${registry.pushSecretName}`)} && ${make}`;
  const answer = snapshot.object(pushSecretRef(registry, namespace));
  if (answer.kind === 'absent') {
    lines.wrong('secret-missing', `${what} does not exist${hint(registry)}`, make);
    return lines.all;
  }
  const secret = lines.found(answer, what, commands);
  if (secret === undefined) return lines.all;
  if (secret.type !== TYPE) {
    lines.wrong(
      'secret-type',
      `${what} has the type ${secret.type} instead of ${TYPE}, and a type cannot be changed`,
      remake,
    );
    return lines.all;
  }
  if (secret.immutable && registry.pushSecretFrom !== 'existing') {
    lines.wrong('secret-immutable', `${what} is marked immutable, so nothing can update it`, remake);
    return lines.all;
  }
  // the command that writes the Secret again. A Secret that was made by hand is deleted first
  const mend = registry.pushSecretFrom === 'existing' ? remake : make;
  checkLogins(lines, registry, secret, what, mend);
  if (registry.pushSecretFrom === 'tokens') {
    checkWriter(lines, registry, secret, what, mend);
    checkExpiry(lines, registry, secret, what, mend, snapshot.now);
  }
  if (lines.all.length === 0)
    lines.ok('secret', `${what} logs in to ${registry.host}; ${history(secret, snapshot.now)}`);
  return lines.all;
}

function checkLogins(lines: Lines, { host }: DoctorRegistry, secret: KubeObject, what: string, mend: string): void {
  const entries = dockerConfigOf(secret)?.entries;
  if (entries === undefined) return lines.wrong('secret-broken', `${what} does not contain a docker config`, mend);
  const key = authsKey(host);
  if (!(key in entries)) {
    const keys = Object.keys(entries).filter((one) => /^(?:https?:\/\/)?[\w.-]+(?::\d+)?(?:\/[\w./-]*)?$/.test(one));
    const others = keys.length === 0 ? 'no registry' : keys.join(', ');
    lines.wrong(
      'secret-no-host',
      `${what} has no entry ${key} under auths, where clients look for it; it has ${others}`,
      mend,
    );
  }
  // docker, BuildKit and crane read none of the entries if one cannot be decoded
  for (const [entry, login] of Object.entries(entries)) {
    if (typeof login === 'string') lines.wrong('secret-auth', `${what}: the entry ${entry} ${login}`, mend);
  }
}

/** Checks that the refresher was the last to write the credentials. */
function checkWriter(lines: Lines, registry: DoctorRegistry, secret: KubeObject, what: string, mend: string): void {
  const expected = fieldManagerOf(cronJobOf(registry));
  const writer = writerOf(secret);
  if (expected === undefined || writer === undefined || writer.manager === expected) return;
  lines.wrong(
    'secret-other-writer',
    `${what} was last written by ${writer.manager}, at ${writer.time}, not by the token refresher ${expected}: ` +
      'stop the other writer, then refresh',
    mend,
  );
}

function checkExpiry(
  lines: Lines,
  registry: DoctorRegistry,
  secret: KubeObject,
  what: string,
  mend: string,
  now: Date,
): void {
  const text = secret.metadata.annotations?.[EXPIRES_AT];
  const expires = new Date(text ?? '');
  if (Number.isNaN(expires.getTime())) {
    return lines.wrong('token-no-expiry', `${what} does not say when its token expires, in ${EXPIRES_AT}`, mend);
  }
  if (expires <= now) {
    const since = age(expires, now);
    return lines.wrong(
      'token-expired',
      `${what}: the token expired ${since} ago, at ${text}: pushes and pulls fail`,
      mend,
    );
  }
  const gap = gapMinutes(registry);
  if (gap !== undefined && expires.getTime() - now.getTime() < gap * 60_000) {
    lines.wrong(
      'token-expires-soon',
      `${what}: the token expires in ${age(now, expires)}, but the next run may start only in ${gap} min`,
      mend,
    );
  }
}

/** The field manager with which the refresher's pod applies. */
function fieldManagerOf(cronJob: KubeObject | undefined): string | undefined {
  return /"--field-manager=([^"]+)"/.exec(JSON.stringify(cronJob ?? {}))?.[1];
}

/** The last writer of the credentials, from the API server's record. */
function writerOf({ metadata }: KubeObject): { manager: string; time: string } | undefined {
  const owners = (metadata.managedFields ?? []).filter(({ fieldsV1 }) =>
    Object.keys(fieldsV1?.['f:data'] ?? {}).includes(`f:${KEY}`),
  );
  const [last] = owners.sort((a, b) => (b.time ?? '').localeCompare(a.time ?? ''));
  return last && { manager: last.manager ?? 'an unnamed program', time: last.time ?? 'an unknown time' };
}

function history(secret: KubeObject, now: Date): string {
  const writer = writerOf(secret);
  const text =
    writer === undefined
      ? 'the cluster has no record of who wrote it'
      : `written by ${writer.manager} at ${writer.time}`;
  const expires = new Date(secret.metadata.annotations?.[EXPIRES_AT] ?? '');
  return Number.isNaN(expires.getTime()) ? text : `${text}; its token is valid for another ${age(now, expires)}`;
}

function hint({ pushSecretFrom, name }: DoctorRegistry): string {
  switch (pushSecretFrom) {
    case 'tokens':
      return '; a run of the token refresher creates it';
    case 'login':
      return `; synth creates it if it can read the password of ${name}`;
    case 'sealed':
      return '; Sealed Secrets creates it from the SealedSecret';
    case 'external':
      return '; External Secrets creates it from the ExternalSecret';
    case 'existing':
      return '; nothing in dist/ creates it';
  }
}
