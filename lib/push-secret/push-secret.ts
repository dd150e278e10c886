import { ISecret, Secret, k8s } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import { dockerConfigJson } from './docker-config';
import { RegistryLogin, revealLogin, usernameFaults } from './login';
import { addSecretCollisionCheck } from './secret-collisions';
import { Faults } from '../faults';
import { objectNameFaults } from '../kubernetes/names';
import { resolveNamespaces } from '../kubernetes/namespaces';
import { hostFaults } from '../registries/image-reference';

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
  /** The logins that the Secret holds, at most one a host. */
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
   * @throws Error that lists every fault of the props, without showing a password
   */
  constructor(scope: Construct, id: string, props: PushSecretProps) {
    super(scope, id);
    const faults = new Faults();
    this.secretName = props.secretName;
    this.namespaces = resolveNamespaces(this, props.namespaces, faults);
    this.hosts = (props.logins ?? []).map((login) => login.host.toLowerCase());
    faults.add('secretName', ...objectNameFaults('Secret', props.secretName));
    const plain = checkLogins(props.logins ?? [], faults);
    faults.throwIfAny('PushSecret', this);

    const data = { '.dockerconfigjson': Buffer.from(dockerConfigJson(plain), 'utf8').toString('base64') };
    const objects = this.namespaces.map(
      (namespace) =>
        new k8s.KubeSecret(this, `secret-${namespace}`, {
          metadata: { name: this.secretName, namespace },
          type: 'kubernetes.io/dockerconfigjson',
          data,
        }),
    );
    this.node.defaultChild = objects[0];
    this.secret = Secret.fromSecretName(this, 'ref', this.secretName);
    addSecretCollisionCheck(this);
  }
}

function checkLogins(logins: readonly RegistryLogin[], faults: Faults) {
  if (logins.length === 0) faults.add('logins', 'at least one login is wanted');
  const seen = new Set<string>();
  return logins.map((login, i) => {
    const prop = `logins[${i}]`;
    faults.add(`${prop}.host`, ...hostFaults(login.host));
    faults.add(`${prop}.username`, ...usernameFaults(login.username));
    if (seen.has(login.host))
      faults.add(`${prop}.host`, `${login.host} has a login already; a docker config holds one`);
    seen.add(login.host);
    if (!login.password.available) {
      faults.add(`${prop}.password`, `${login.password._origin} is not there; check \`available\` first`);
    }
    const { plain, faults: passwordFaults } = revealLogin(login);
    if (login.password.available) faults.add(`${prop}.password`, ...passwordFaults);
    return plain;
  });
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
