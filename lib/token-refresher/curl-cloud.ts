import { RegistryAddress } from './registry-address';
import { HTTP } from './script/http-sh';
import { READ_JSON } from './script/read-json-sh';
import { REGISTRY_PUSH_CHECK } from './script/registry-push-check-sh';
import { CloudScripts, TokenCloud } from './token-cloud';
import { ValidationError, ValidationErrors, invalid } from '../validation';

/** What the clouds that are called with curl have in common. */
export const CURL = {
  // A tag that is in public use. Users can verify its digest and pin it.
  image: 'quay.io/curl/curl:8.21.0',
  imageProp: 'curl',
  // docs/design.md has what was measured.
  resources: { cpu: '10m', memory: '16Mi', memoryLimit: '64Mi' },
  envProp: 'curlEnv',
  caVariable: 'CURL_CA_BUNDLE',
  // @see https://curl.se/docs/manpage.html#ENVIRONMENT
  allowedVariables: ['CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
} satisfies Partial<TokenCloud>;

/** The scripts of a cloud, made from its own parts. */
export function curlScripts(identity: string, tokens: string): CloudScripts {
  return { identity: [READ_JSON, HTTP, identity].join('\n'), tokens, pushCheck: REGISTRY_PUSH_CHECK };
}

/** Returns `<key>=<host>/<path>` for each repository that is pushed to. */
export function pushTargetsOf(registries: readonly RegistryAddress[], keyOf: (host: string) => string): string[] {
  return registries.flatMap(({ host, targets }) =>
    targets.flatMap(({ path, isPrefix }) => (isPrefix ? [] : [`${keyOf(host)}=${host}/${path}`])),
  );
}

/** Checks the registries of one refresher, and returns the valid ones. */
export function checkAddresses(
  registries: unknown,
  validate: (address: RegistryAddress) => ValidationError[],
  errors: ValidationErrors,
): RegistryAddress[] {
  if (!Array.isArray(registries) || registries.length === 0) {
    errors.add('registries', invalid('missing', 'expected at least one RegistryAddress'));
    return [];
  }
  const checked: RegistryAddress[] = [];
  registries.forEach((registry: unknown, i) => {
    if (!(registry instanceof RegistryAddress)) {
      errors.add(['registries', i], invalid('wrong-type', 'expected a RegistryAddress: RegistryAddress.of({ host })'));
      return;
    }
    if (checked.some(({ host }) => host === registry.host)) {
      errors.add(['registries', i, 'host'], invalid('duplicate', `${registry.host} is listed twice`));
    }
    errors.add(['registries', i], validate(registry));
    checked.push(registry);
  });
  return checked;
}
