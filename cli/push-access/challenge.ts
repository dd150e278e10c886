/** The way in which a registry asks for a login. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service?: string; readonly scope?: string };

/** `Bearer realm="..."`, or a further `,service="..."`. */
const PARAMETER = /(?:^|,)\s*(?:([\w-]+)\s+)?([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/**
 * The first challenge of a WWW-Authenticate header that we can answer.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function readChallenge(header: string): Challenge | undefined {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (const [, scheme, name, quoted, bare] of header.matchAll(PARAMETER)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare);
  }
  for (const { scheme, parameters } of challenges) {
    if (scheme === 'basic') return { scheme };
    const realm = parameters.get('realm');
    if (scheme === 'bearer' && realm !== undefined)
      return { scheme, realm, service: parameters.get('service'), scope: parameters.get('scope') };
  }
  return /^\s*basic\s*$/i.test(header) ? { scheme: 'basic' } : undefined;
}
