import { gunzipSync } from 'zlib';
import { customImageOf } from './check-primehub';
import { Context, Lines } from './lines';
import { CONTROLLER_CONFIG, controllerConfigRef, releasesRef } from './refs';
import { DoctorRegistry, KubeObject, Line } from './types';

/** The parts of a Helm release that show where a password is. The password itself never leaves this file. */
interface Release {
  readonly secret: string;
  readonly name: string;
  readonly isCurrent: boolean;
}

/** Checks for a password in PrimeHub's Helm release, in its earlier revisions, and in the controller's ConfigMap. */
export function checkReleases(registries: readonly DoctorRegistry[], namespace: string, context: Context): Line[] {
  const { snapshot, commands } = context;
  const lines = new Lines();
  const secrets = lines.found(snapshot.list(releasesRef(namespace)), `Helm's releases in ${namespace}`, commands);
  const releases = (secrets ?? []).flatMap(withPassword);
  const [registry] = registries.filter(({ namespaces }) => namespaces.includes(namespace));
  const empty = ['--set', 'customImage.registryUsername=', '--set', 'customImage.registryPassword='];
  for (const { name } of releases.filter(({ isCurrent }) => isCurrent)) {
    lines.wrong(
      'password-in-release',
      `the Helm release ${name} in ${namespace} has a customImage.registryPassword in its values`,
      commands.upgrade(registry, namespace, name, ...empty),
    );
  }
  const old = releases.filter(({ isCurrent }) => !isCurrent);
  if (old.length > 0) {
    lines.wrong(
      'password-in-history',
      `earlier revisions of a Helm release in ${namespace} contain a customImage.registryPassword: revoke it at the ` +
        'registry, or delete these revisions',
      commands.kubectl(namespace, 'delete', 'secret', ...old.map(({ secret }) => secret)),
    );
  }
  const config = snapshot.object(controllerConfigRef(namespace));
  const section = config.kind === 'found' ? customImageOf(config.value) : undefined;
  if (section?.registryPassword) {
    const [release] = releases;
    lines.wrong(
      'password-in-config',
      `the ConfigMap ${CONTROLLER_CONFIG} in ${namespace} contains a customImage.registryPassword`,
      release === undefined
        ? commands.kubectl(namespace, 'edit', `configmap/${CONTROLLER_CONFIG}`)
        : commands.upgrade(registry, namespace, release.name, ...empty),
    );
  }
  if (lines.all.length === 0)
    lines.ok('no-password', `no registry password in Helm's releases and settings in ${namespace}`);
  return lines.all;
}

/** The release in one of Helm's Secrets, if it contains a password. */
function withPassword({ metadata: { name: secret, labels = {} }, data }: KubeObject): Release[] {
  try {
    // Kubernetes adds base64, Helm adds base64 and gzip
    const packed = Buffer.from(Buffer.from(data?.release ?? '', 'base64').toString('latin1'), 'base64');
    const { config } = JSON.parse(gunzipSync(packed).toString('utf8')) as {
      config?: { customImage?: { registryPassword?: unknown } };
    };
    if (!config?.customImage?.registryPassword) return [];
    return [{ secret, name: labels.name ?? secret, isCurrent: labels.status === 'deployed' }];
  } catch {
    return [];
  }
}
