import { Container, EnvValue, ISecret, Volume } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ValidationErrors, givenProps, invalid } from '../validation';

/** Where builders find the login. Not subPath: the kubelet then updates the file while the pod lives. */
const FOLDER = '/push-secret';
/** The variables by which the builders find it there. */
const VARIABLES = {
  // docker, BuildKit, kaniko, crane, ORAS
  DOCKER_CONFIG: FOLDER,
  // buildah, podman, skopeo
  REGISTRY_AUTH_FILE: `${FOLDER}/config.json`,
};

/** Mounts a push Secret so that every builder finds the login by itself. */
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

/** One volume for all containers: Kubernetes takes each volume of a pod once. */
function volumeOf(pushSecret: Construct & { readonly secret: ISecret }): Volume {
  const existing = pushSecret.node.tryFindChild('volume');
  if (existing !== undefined) return existing as Volume;
  return Volume.fromSecret(pushSecret, 'volume', pushSecret.secret, {
    // The name of a volume has no dots and at most 63 characters; the Secret's name may have both.
    name: pushSecret.secret.name
      .replaceAll('.', '-')
      .slice(0, 63)
      .replace(/(?<!-)-+$/, ''),
    items: { '.dockerconfigjson': { path: 'config.json' } },
  });
}
