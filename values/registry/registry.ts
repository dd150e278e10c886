import { wellKnownRegistry } from '../../lib/registries/well-known-kinds';
import { type BuildJobSettings, validateBuildJob } from '../../lib/settings/build-job';
import type { ValuePath } from '../../lib/validation';
import type { FileReport } from '../report/file-report';
import type { CustomImageValues, Values } from '../schema/schema';
import type { TokenBlock } from '../tokens/token-block';
import { TOKEN_BLOCKS } from '../tokens/token-blocks';
import { readLogin } from './login';
import { type Place, readPlace } from './place';
import { PASSWORD_SOURCES } from './password-source';
import type { PushSecretValues, RegistryValues } from './registry-values';

/** Checks the rules between keys, and makes the typed value of a file. The report gets everything that is wrong. */
export function readRegistry(values: Values, name: string, report: FileReport): RegistryValues | undefined {
  const { customImage = {} } = values;
  const place = readPlace(values, name, report);
  const buildJob = readBuildJob(customImage, report);
  const pushSecret = readPushSecret(values, place, report);
  const { namespaces, host, kind, target, pushSecretName } = place;
  if (host === undefined || kind === undefined || target === undefined) return undefined;
  const { insecureSkipVerify } = customImage;
  const { file } = report;
  return { file, name, namespaces, kind, host, target, pushSecretName, pushSecret, insecureSkipVerify, buildJob };
}

/** Kubernetes also accepts a number as a quantity. Here every quantity becomes text. */
function readBuildJob({ buildJob }: CustomImageValues, report: FileReport): BuildJobSettings | undefined {
  if (buildJob === undefined) return undefined;
  const settings = JSON.parse(JSON.stringify(buildJob), (_key, value: unknown) =>
    typeof value === 'number' ? String(value) : value,
  ) as BuildJobSettings;
  report.errors(['customImage', 'buildJob'], validateBuildJob(settings));
  return settings;
}

/** Reads the origin of the push Secret: a login, or tokens that a refresher fetches. */
function readPushSecret(values: Values, place: Place, report: FileReport): PushSecretValues {
  const { customImage = {} } = values;
  const given = TOKEN_BLOCKS.filter(({ key }) => blockOf(values, key) !== undefined);
  const [block] = given;
  if (given.length > 1) {
    const keys = given.map(({ key }) => key).join(' and ');
    report.problem([given[1].key], 'conflict', `${keys} are for different registries: keep one of them`, 'key');
  }
  if (hasUselessPassword(customImage, block, place, report)) {
    if (block !== undefined) readBlock(values, block, place, report);
    return { from: 'existing' };
  }
  if (block === undefined || (place.kind !== undefined && place.kind !== block.registry)) {
    if (block === undefined) noteNoLogin(customImage, place, report);
    else readBlock(values, block, place, report);
    return readLogin(customImage, place, report);
  }
  if (customImage.registryUsername !== undefined) {
    const message = `the ${block.key} block has its own login: remove the user name`;
    report.problem(['customImage', 'registryUsername'], 'conflict', message, 'key');
  }
  const tokens = readBlock(values, block, place, report);
  return tokens === undefined ? { from: 'existing' } : { from: 'tokens', tokens, policyFile: block.policyFile };
}

const LOGIN_KEYS = ['registryUsername', 'registryPassword', 'registryPasswordFrom'] as const;

/** Notes that nothing here makes the push Secret. With a name of its own it is one that exists already. */
function noteNoLogin(customImage: CustomImageValues, { kind, pushSecretName }: Place, report: FileReport): void {
  const name: ValuePath = ['customImage', 'pushSecretName'];
  if (customImage.pushSecretName !== undefined || report.isBroken(name)) return;
  const isGiven = (key: (typeof LOGIN_KEYS)[number]) =>
    customImage[key] !== undefined || report.isBroken(['customImage', key]);
  if (LOGIN_KEYS.some(isGiven)) return;
  const block = TOKEN_BLOCKS.find(({ registry }) => registry === kind);
  const login = `registryUsername and ${PASSWORD_SOURCES}`;
  const source = block === undefined ? login : `the ${block.key} block${block.noPassword ? '' : `, or ${login}`}`;
  const message = `there is no login here, so synth does not write the Secret ${pushSecretName}: add ${source}. If a push Secret exists already, set pushSecretName to its name`;
  report.note(name, 'to-do', message);
}

function blockOf(values: Values, key: string): object | undefined {
  return (values as { readonly [key: string]: object | undefined })[key];
}

function readBlock(values: Values, block: TokenBlock, place: Place, report: FileReport) {
  const { host, kind } = place;
  if (host !== undefined && kind !== block.registry) {
    // the port is told by itself, and without it the block is right
    if (wellKnownRegistry(host.replace(/:[0-9]+$/, ''))?.kind === block.registry) return undefined;
    const message =
      block.otherService?.(host) ??
      `this block is for ${block.registry.title}, but the registry is ${host}: remove the block, or change the registry`;
    report.problem([block.key], 'mismatch', message, 'key');
    return undefined;
  }
  return block.read(blockOf(values, block.key) ?? {}, place, report);
}

/** Reports a useless password: one next to a token block, or one for a registry that has only short-lived tokens. */
function hasUselessPassword(
  { registryPassword, registryPasswordFrom }: CustomImageValues,
  given: TokenBlock | undefined,
  { kind }: Place,
  report: FileReport,
): boolean {
  if (registryPassword === undefined && registryPasswordFrom === undefined) return false;
  const block = TOKEN_BLOCKS.find(({ registry }) => registry === kind);
  if (block === undefined) return false;
  // Another program may keep a fresh token in the store.
  const isInStore = registryPasswordFrom?.externalSecret !== undefined;
  if (given === undefined && (block.noPassword === undefined || isInStore)) return false;
  report.problem(
    ['customImage', registryPassword === undefined ? 'registryPasswordFrom' : 'registryPassword'],
    'conflict',
    given === undefined
      ? block.noPassword!.useBlock
      : `the password has two sources, as the ${given.key} block fetches tokens: remove registryUsername and this key, or ${given.key}`,
    'key',
  );
  return true;
}
