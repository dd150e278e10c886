import { Container, ISecret, Secret } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import { RegistryLogin } from './login';
import { mountPushSecret } from './mount';
import { addSecretCollisionCheck } from './secret-collisions';
import { SecretContents } from './secret-contents';
import { unknownProps } from '../unknown-props';
import { ValidationErrors, givenProps, invalid } from '../validation';
import { validateObjectName } from '../kubernetes/names';
import { resolveNamespaces } from '../kubernetes/namespaces';
import { redact } from '../redact';

/**
 * A `kubernetes.io/dockerconfigjson` Secret with a known name, made by this program, by an operator or by a token
 * refresher.
 */
export interface IPushSecret extends IConstruct {
  /** The name of the Secret. */
  readonly secretName: string;
  /** The namespaces of the Secret. Empty if they are not known. */
  readonly namespaces: string[];
  /** The hosts that the Secret logs in to. Empty if they are not known. */
  readonly hosts: string[];
  /** The Secret as constructs of cdk8s-plus take it: for volumes, image pull secrets and environment variables. */
  readonly secret: ISecret;
  /**
   * Mounts the Secret into a container as `/push-secret/config.json`, and sets `DOCKER_CONFIG` and
   * `REGISTRY_AUTH_FILE`. With these, docker, BuildKit, kaniko, crane, ORAS, buildah, podman and skopeo find the login.
   * The container's pod must be in one of the Secret's namespaces.
   *
   * @param container the container
   * @throws an error if the container already has a push Secret, or sets one of the variables itself
   */
  mount(container: Container): void;
}

/** Props of a `PushSecret`. */
export interface PushSecretProps {
  /** The name of the Secret. */
  readonly secretName: string;
  /**
   * The logins of the Secret, at most one per host. Their passwords must all be in plaintext, or all be in secret
   * stores. A sealed login must be the only one.
   */
  readonly logins: RegistryLogin[];
  /**
   * The namespaces that get the Secret.
   *
   * @default - the chart's namespace
   */
  readonly namespaces?: string[];
}

/**
 * A push Secret: a docker config that buildah, skopeo, podman, docker, BuildKit, kaniko, crane, ORAS and the kubelet
 * can read.
 *
 * Passwords in plaintext make a Secret. Passwords in secret stores make an ExternalSecret, and a sealed docker config
 * makes a SealedSecret: an operator in the cluster turns these into the Secret.
 */
export class PushSecret extends Construct implements IPushSecret {
  /**
   * Refers to an existing Secret. Its namespaces and hosts are not known.
   *
   * @param scope the scope
   * @param id the id
   * @param secretName the name of the Secret
   * @throws an error if Kubernetes does not accept the name
   */
  static fromSecretName(scope: Construct, id: string, secretName: string): IPushSecret {
    return new ExistingPushSecret(scope, id, secretName);
  }

  readonly secretName: string;
  readonly namespaces: string[];
  readonly hosts: string[];
  readonly secret: ISecret;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error that lists everything wrong with the props, and what changed since a login was sealed. It shows no
   * password.
   */
  constructor(scope: Construct, id: string, props: PushSecretProps) {
    super(scope, id);
    const { secretName, namespaces, logins } = givenProps(props);
    const errors = new ValidationErrors();
    errors.add([], unknownProps('PushSecretProps', props));
    this.secretName = secretName;
    this.namespaces = resolveNamespaces(this, namespaces, errors);
    errors.add('secretName', validateObjectName('Secret', secretName));
    const checked = checkLogins(logins, errors);
    const contents = new SecretContents(checked);
    if (checked.length > 0) errors.add('logins', contents.validate(this));
    errors.throwIfAny('PushSecret', this);

    this.hosts = checked.map((login) => login.host);
    const objects = this.namespaces.map((namespace) =>
      contents.createSecret(this, `secret-${namespace}`, { name: secretName, namespace }),
    );
    this.node.defaultChild = objects[0];
    this.secret = Secret.fromSecretName(this, 'ref', this.secretName);
    addSecretCollisionCheck(this);
  }

  /**
   * Mounts the Secret into a container, and sets the variables that tell builders where it is.
   *
   * @param container the container
   * @throws an error if the container already has a push Secret, or sets one of the variables itself
   */
  mount(container: Container): void {
    mountPushSecret(this, container);
  }
}

class ExistingPushSecret extends Construct implements IPushSecret {
  readonly namespaces: string[] = [];
  readonly hosts: string[] = [];
  readonly secret: ISecret;

  constructor(
    scope: Construct,
    id: string,
    readonly secretName: string,
  ) {
    super(scope, id);
    const errors = new ValidationErrors();
    errors.add('secretName', validateObjectName('Secret', secretName));
    errors.throwIfAny('PushSecret', this);
    this.secret = Secret.fromSecretName(this, 'ref', secretName);
  }

  mount(container: Container): void {
    mountPushSecret(this, container);
  }
}

/** Checks the logins of one push Secret against each other, and returns the valid ones. */
function checkLogins(logins: unknown, errors: ValidationErrors): RegistryLogin[] {
  if (!Array.isArray(logins) || logins.length === 0) {
    errors.add(
      'logins',
      invalid('missing', 'expected a list of at least one login, each with host, username and password'),
    );
    return [];
  }
  const checked: RegistryLogin[] = [];
  logins.forEach((login: unknown, i) => {
    if (!(login instanceof RegistryLogin)) {
      errors.add(['logins', i], invalid('wrong-type', 'expected a RegistryLogin: RegistryLogin.of({...})'));
      return;
    }
    if (checked.some(({ host }) => host === login.host)) {
      const message = `${redact(login.host)} has two logins, and a docker config holds one for each registry: remove one`;
      errors.add(['logins', i, 'host'], invalid('duplicate', message));
    }
    checked.push(login);
  });
  return checked;
}
