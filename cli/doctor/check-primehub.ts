import { parseDocument } from 'yaml';
import { differences } from './compare';
import { Context, Lines } from './lines';
import { CONTROLLER_CONFIG, consoleRef, controllerConfigRef, controllerRef } from './refs';
import { unique } from './snapshot';
import { DoctorRegistry, KubeObject, Line } from './types';

const ENDPOINT = 'PRIMEHUB_CUSTOM_IMAGE_REGISTRY_ENDPOINT';
/** The controller gives these variables precedence over its configuration file. */
const OVERRIDE = /^CUSTOMIMAGE_/;

/** Checks whether PrimeHub has our settings, in whichever of the namespaces it runs. */
export function checkPrimeHub(registries: readonly DoctorRegistry[], context: Context): Line[] {
  const { snapshot, commands } = context;
  const places = unique(registries.flatMap((registry) => snapshot.namespacesOf(registry)));
  const used = places.filter((namespace) => snapshot.object(controllerConfigRef(namespace)).kind !== 'absent');
  const lines = new Lines();
  for (const registry of registries) {
    const own = snapshot.namespacesOf(registry);
    if (own.length === 0 || own.some((namespace) => used.includes(namespace))) continue;
    lines.unknown(
      'primehub-not-found',
      `no ConfigMap ${CONTROLLER_CONFIG} in ${own.join(', ')} for ${registry.name}: PrimeHub is in another namespace, or not installed`,
      `${commands.kubectl(undefined, 'get', 'configmaps', '--all-namespaces')} | grep ${CONTROLLER_CONFIG}`,
    );
  }
  return [...lines.all, ...used.flatMap((namespace) => checkNamespace(registries, namespace, context))];
}

function checkNamespace(registries: readonly DoctorRegistry[], namespace: string, context: Context): Line[] {
  const { snapshot, commands } = context;
  const lines = new Lines();
  const here = registries.filter(({ namespaces }) => namespaces.includes(namespace));
  const answer = snapshot.object(controllerConfigRef(namespace));
  const config = lines.found(answer, `PrimeHub's settings in ${namespace}`, commands);
  if (config === undefined) return lines.all;
  const section = customImageOf(config);
  if (section === undefined) {
    lines.unknown('primehub-settings-unreadable', `PrimeHub's config.yaml in ${namespace} is not YAML`);
    return lines.all;
  }
  return [...checkSection(here, namespace, section, context), ...checkController(namespace, context)];
}

/** PrimeHub has one `customImage` section, so it uses one registry at a time. The other registries are not mistakes. */
function checkSection(here: readonly DoctorRegistry[], namespace: string, section: Settings, context: Context): Line[] {
  const { commands } = context;
  const changed = new Map(here.map((registry) => [registry, differing(registry.settings, section)]));
  const used = here.filter((registry) => changed.get(registry)!.length === 0);
  if (used.length > 0) {
    return here.flatMap((registry) => {
      const lines = new Lines(registry);
      if (used.includes(registry)) {
        lines.ok('primehub-settings', `PrimeHub's controller in ${namespace} has the settings of this registry`);
        checkConsole(lines, registry, namespace, context);
      } else {
        lines.ok(
          'primehub-other-registry',
          `PrimeHub in ${namespace} uses ${used[0].name}. It can use only one registry at a time`,
        );
      }
      return lines.all;
    });
  }
  // the one that it should use: the one with the same Secret, or the only one
  const meant =
    here.find(({ pushSecretName }) => pushSecretName === section.pushSecretName) ??
    (here.length === 1 ? here[0] : undefined);
  const lines = new Lines(meant);
  const upgrade = commands.upgrade(meant ?? here[0], namespace);
  if (meant === undefined) {
    const names = here.map(({ name }) => name).join(', ');
    lines.wrong(
      'primehub-settings',
      `PrimeHub's controller in ${namespace} does not have the settings of any of ${names}`,
      upgrade,
    );
  } else {
    const keys = changed
      .get(meant)!
      .map((key) => `customImage.${key}`)
      .join(', ');
    lines.wrong(
      'primehub-settings',
      `PrimeHub's controller in ${namespace} has different settings for ${keys}`,
      upgrade,
    );
    checkConsole(lines, meant, namespace, context);
  }
  return lines.all;
}

function checkController(namespace: string, { snapshot, commands }: Context): Line[] {
  const lines = new Lines();
  const controller = lines.found(
    snapshot.object(controllerRef(namespace)),
    `PrimeHub's controller in ${namespace}`,
    commands,
  );
  const names =
    controller === undefined
      ? []
      : envOf(controller)
          .map(({ name }) => name)
          .filter((name) => OVERRIDE.test(name));
  if (names.length > 0) {
    lines.wrong(
      'primehub-controller-override',
      `PrimeHub's controller in ${namespace} takes ${names.join(', ')} from its environment, which overrides its config.yaml`,
      commands.kubectl(namespace, 'set', 'env', 'deployment/primehub-controller', ...names.map((name) => `${name}-`)),
    );
  }
  return lines.all;
}

/** The console offers custom images only if it knows the endpoint. */
function checkConsole(
  lines: Lines,
  registry: DoctorRegistry,
  namespace: string,
  { snapshot, commands }: Context,
): void {
  const what = `PrimeHub's console in ${namespace}`;
  const answer = snapshot.object(consoleRef(namespace));
  if (answer.kind === 'absent') {
    return lines.unknown(
      'primehub-console-not-found',
      `there is no Deployment ${consoleRef(namespace).name} in ${namespace}`,
    );
  }
  const found = lines.found(answer, what, commands);
  if (found === undefined) return;
  const wanted = String(registry.settings.registryEndpoint);
  const endpoint = envOf(found).find(({ name }) => name === ENDPOINT)?.value;
  if (endpoint === wanted) return lines.ok('primehub-console', `${what} offers custom images for ${wanted}`);
  lines.wrong(
    'primehub-console',
    endpoint ? `${what} has a different ${ENDPOINT}` : `${what} has no ${ENDPOINT}, so it does not offer custom images`,
    commands.kubectl(namespace, 'set', 'env', 'deployment/primehub-console', `${ENDPOINT}=${wanted}`),
  );
}

export type Settings = Readonly<Record<string, unknown>>;

/** The `customImage` section of the controller's configuration, or `undefined` if that is not YAML. */
export function customImageOf({ data }: KubeObject): Settings | undefined {
  // the same YAML version as the controller
  const document = parseDocument(data?.['config.yaml'] ?? '', { version: '1.1' });
  if (document.errors.length > 0) return undefined;
  const config = document.toJS() as { customImage?: Settings } | null;
  return config?.customImage ?? {};
}

/** The keys in which PrimeHub's settings differ from ours. A key that we do not set may have any value. */
function differing(ours: Settings, theirs: Settings): string[] {
  const { insecureSkipVerify = false, pushRepo = '', pushRepoPrefix = '', ...rest } = ours;
  const keys = Object.keys(rest).filter((key) => differences(rest[key], theirs[key], key).length > 0);
  if (insecureSkipVerify !== (theirs.insecureSkipVerify ?? false)) keys.push('insecureSkipVerify');
  if (pushRepo !== (theirs.pushRepo ?? '')) keys.push('pushRepo');
  // PrimeHub ignores it if pushRepo is set
  if (pushRepo === '' && pushRepoPrefix !== (theirs.pushRepoPrefix ?? '')) keys.push('pushRepoPrefix');
  return keys;
}

function envOf({ spec }: KubeObject): { readonly name: string; readonly value?: string }[] {
  type Env = { readonly name: string; readonly value?: string };
  const { template } = spec as { template?: { spec?: { containers?: readonly { readonly env?: readonly Env[] }[] } } };
  return (template?.spec?.containers ?? []).flatMap(({ env = [] }) => env);
}
