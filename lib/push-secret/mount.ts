import { Container, EnvValue, ISecret, Volume } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ValidationErrors, givenProps, invalid } from '../validation';

/** The folder of the login. It is mounted without subPath, so that the kubelet updates the file while the pod runs. */
const FOLDER = '/push-secret';
/** The variables that tell builders where the login is. */
const VARIABLES = {
  // docker, BuildKit, kaniko, crane, ORAS
  DOCKER_CONFIG: FOLDER,
  // buildah, podman, skopeo
  REGISTRY_AUTH_FILE: `${FOLDER}/config.json`,
};

/** Mounts a push Secret where every builder finds the login. */
export function mountPushSecret(pushSecret: Construct & { readonly secret: ISecret }, container: Container): void {
  const errors = new ValidationErrors();
  errors.add('container', validateContainer(container));
  errors.throwIfAny('mount', pushSecret);
  container.mount(FOLDER, volumeOf(pushSecret), { readOnly: true });
  for (const [name, value] of Object.entries(VARIABLES)) container.env.addVariable(name, EnvValue.fromValue(value));
}

function validateContainer(container: unknown): ReturnType<typeof invalid> {
  const { mounts, env } = givenProps(container as Partial<Container>);
  if (!Array.isArray(mounts) || env === undefined) {
    return invalid('wrong-type', 'expected a Container of cdk8s-plus-27: `deployment.containers[0]`');
  }
  if (mounts.some(({ path }) => path === FOLDER)) {
    return invalid('conflict', `${FOLDER} is already a mount of this container: put all logins into one PushSecret`);
  }
  const set = Object.keys(VARIABLES).filter((name) => name in env.variables);
  return set.length === 0
    ? []
    : invalid('conflict', `the container must not set ${set.join(' and ')}, as the mount does: remove it there`);
}

/** All containers of a pod share one volume, as the volumes of a pod must have different names. */
function volumeOf(pushSecret: Construct & { readonly secret: ISecret }): Volume {
  const existing = pushSecret.node.tryFindChild('volume');
  if (existing !== undefined) return existing as Volume;
  return Volume.fromSecret(pushSecret, 'volume', pushSecret.secret, {
    // A volume's name has no dots and at most 63 characters. A Secret's name may have dots and be longer.
    name: pushSecret.secret.name
      .replaceAll('.', '-')
      .slice(0, 63)
      .replace(/(?<!-)-+$/, ''),
    items: { '.dockerconfigjson': { path: 'config.json' } },
  });
}
