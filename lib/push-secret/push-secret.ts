import { ISecret, Secret } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import { RegistryLogin, checkLogins } from './login';
import { addSecretCollisionCheck } from './secret-collisions';
import { checkForm, createSecret } from './secret-form';
import { Faults, givenProps } from '../validation';
import { objectNameFaults } from '../kubernetes/names';
import { resolveNamespaces } from '../kubernetes/namespaces';

/** What ends as one `kubernetes.io/dockerconfigjson` Secret of a known name in known namespaces. */
export interface IPushSecret extends IConstruct {
  /** The name of the Secret. */
  readonly secretName: string;
  /** The namespaces that the Secret is in. Empty where that is not known. */
  readonly namespaces: string[];
  /** The hosts that the Secret logs in to. Empty where that is not known. */
  readonly hosts: string[];
  /** The Secret for constructs of cdk8s-plus: volumes, image pull secrets, environment. */
  readonly secret: ISecret;
}

/** Props of a `PushSecret`. */
export interface PushSecretProps {
  /** The name of the Secret. */
  readonly secretName: string;
  /**
   * The logins that the Secret holds, at most one a host. All of them in plaintext, or all of them from secret stores,
   * or a sealed one alone.
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
 * The push Secret: one docker config that buildah, skopeo, podman, docker, BuildKit, kaniko, crane, ORAS and the
 * kubelet read.
 *
 * From passwords in plaintext it is a Secret, from passwords in secret stores an ExternalSecret, from a sealed docker
 * config a SealedSecret: the operator in the cluster makes the Secret of these.
 */
export class PushSecret extends Construct implements IPushSecret {
  /**
   * Refers to a Secret that exists already. Its namespaces and hosts are not known.
   *
   * @param scope the scope
   * @param id the id
   * @param secretName the name of the Secret
   * @throws Error when the name is none that Kubernetes accepts
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
   * @throws Error that lists every fault of the props, and what changed since a login was sealed; it shows no password
   */
  constructor(scope: Construct, id: string, props: PushSecretProps) {
    super(scope, id);
    const { secretName, namespaces, logins } = givenProps(props);
    const faults = new Faults();
    this.secretName = secretName;
    this.namespaces = resolveNamespaces(this, namespaces, faults);
    faults.add('secretName', ...objectNameFaults('Secret', secretName));
    const checked = checkLogins(logins, faults);
    checkForm(checked, this, faults);
    faults.throwIfAny('PushSecret', this);

    this.hosts = checked.map((login) => login.host);
    const objects = this.namespaces.map((namespace) =>
      createSecret(this, `secret-${namespace}`, { name: secretName, namespace }, checked),
    );
    this.node.defaultChild = objects[0];
    this.secret = Secret.fromSecretName(this, 'ref', this.secretName);
    addSecretCollisionCheck(this);
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
    const faults = new Faults();
    faults.add('secretName', ...objectNameFaults('Secret', secretName));
    faults.throwIfAny('PushSecret', this);
    this.secret = Secret.fromSecretName(this, 'ref', secretName);
  }
}
