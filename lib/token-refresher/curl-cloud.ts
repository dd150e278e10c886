import { RegistryAddress } from './registry-address';
import { HTTP } from './script/http-sh';
import { READ_JSON } from './script/read-json-sh';
import { REGISTRY_PUSH_CHECK } from './script/registry-push-check-sh';
import { CloudScripts, TokenCloud } from './token-cloud';
import { ValidationError, ValidationErrors, invalid } from '../validation';

/** What the clouds have in common whose part of the script asks by curl. */
export const CURL = {
  // A tag seen in public use; its digest is for the user to verify and pin.
  image: 'quay.io/curl/curl:8.21.0',
  imageProp: 'curl',
  // docs/design.md has what was measured.
  resources: { cpu: '10m', memory: '16Mi', memoryLimit: '64Mi' },
  envProp: 'curlEnv',
  caVariable: 'CURL_CA_BUNDLE',
  // @see https://curl.se/docs/manpage.html#ENVIRONMENT
  allowedVariables: ['CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
} satisfies Partial<TokenCloud>;

/** The scripts of a cloud, from the parts that are its own. */
export function curlScripts(identity: string, tokens: string): CloudScripts {
  return { identity: [READ_JSON, HTTP, identity].join('\n'), tokens, pushCheck: REGISTRY_PUSH_CHECK };
}

/** `<key>=<host>/<path>` for each repository that is pushed to. */
export function pushTargetsOf(registries: readonly RegistryAddress[], keyOf: (host: string) => string): string[] {
  return registries.flatMap(({ host, targets }) =>
    targets.flatMap(({ path, isPrefix }) => (isPrefix ? [] : [`${keyOf(host)}=${host}/${path}`])),
  );
}

/** Checks the registries of one refresher; returns those that are addresses. */
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
      errors.add(['registries', i, 'host'], invalid('duplicate', `${registry.host} is named twice`));
    }
    errors.add(['registries', i], validate(registry));
    checked.push(registry);
  });
  return checked;
}
