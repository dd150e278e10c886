import { Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { PushTarget } from '../images/push-target';
import { Faults, givenProps } from '../validation';
import { baseNameFaults } from '../kubernetes/names';
import { resolveNamespaces } from '../kubernetes/namespaces';
import { IPushSecret } from '../push-secret/push-secret';
import { BuildJobSettings } from '../settings/build-job';
import { CustomImageSettings, checkBuilderSettings } from '../settings/custom-image-settings';

/** A container registry that PrimeHub's image builder pushes to. */
export interface IRegistry extends IConstruct {
  /** The host as it stands in image references, with the port where there is one. */
  readonly host: string;
  /** Where on the registry the images go. */
  readonly target: PushTarget;
  /** The push Secret. */
  readonly pushSecret: IPushSecret;
  /** The name of the push Secret. */
  readonly pushSecretName: string;
  /** The `customImage` settings for PrimeHub, without credentials. */
  readonly settings: CustomImageSettings;
}

/** Props that every kind of registry has. */
export interface RegistryProps {
  /** Where the images go: one repository, or a prefix. */
  readonly target: PushTarget;
  /**
   * The push Secret to use.
   *
   * @default - the registry makes one of its own
   */
  readonly pushSecret?: IPushSecret;
  /**
   * The base of the names of what the registry makes: `<name>-push-secret`, of ECR `<name>-ecr-token` as well. A Kubernetes
   * name of at most 40 characters.
   *
   * @default - the node id
   */
  readonly name?: string;
  /**
   * The namespaces that get the push Secret which the registry makes. One that is given in `pushSecret` must be in them.
   *
   * @default - the chart's namespace
   */
  readonly namespaces?: string[];
  /**
   * Push without verifying the registry's TLS certificate.
   *
   * @default false
   */
  readonly insecureSkipVerify?: boolean;
  /**
   * The builder's image, resources and disk.
   *
   * @default - PrimeHub's own defaults
   */
  readonly buildJob?: BuildJobSettings;
}

/** What tells one kind of registry from the others: the one place that knows its hosts and its repositories. */
export interface RegistryKind {
  /** What people call it. */
  readonly title: string;
  /** The class of its construct. */
  readonly className: string;
  /** The host as image references have it, or nothing where the host is not of this kind: each host is of one kind. */
  canonicalHost(host: string): string | undefined;
  /** `registryEndpoint` as PrimeHub's docs write it for this kind. */
  endpoint(host: string): string;
  /** Why a user name is hardly one of this kind of registry; nothing where it can be. */
  usernameDoubt?(username: string): string | undefined;
  /** Faults of a repository or prefix that this kind of registry does not have. */
  targetFaults(target: PushTarget, host: string): string[];
  /** Makes the registry's construct. */
  create(scope: Construct, id: string, host: string, props: KindProps): IRegistry;
}

/** What a values file says of a registry, whichever kind it is; `plainHttp` matters to a plain one alone. */
export interface KindProps extends RegistryProps {
  readonly plainHttp?: boolean;
}

/** What a push Secret that a registry makes by itself starts from. */
export interface OwnPushSecretProps {
  readonly host: string;
  readonly name: string;
  readonly secretName: string;
  readonly namespaces: string[];
}

/** What the class of one kind of registry tells the base class. */
export interface RegistrySetup {
  readonly kind: RegistryKind;
  readonly host: string;
  /** Faults of the prop `host`, where there is such a prop. */
  readonly hostFaults?: readonly string[];
  readonly props: RegistryProps;
  /** Notes the faults of the props that this kind of registry alone has. */
  checkMore?(faults: Faults): void;
  /** Makes the push Secret where none was given. All props are right by then. */
  createPushSecret(registry: Construct, defaults: OwnPushSecretProps): IPushSecret;
}

/**
 * What all registries have in common: the checks, the push Secret, the settings.
 *
 * @internal the public face of it is `IRegistry`
 */
export abstract class Registry extends Construct implements IRegistry {
  readonly host: string;
  readonly target: PushTarget;
  readonly pushSecret: IPushSecret;
  readonly pushSecretName: string;
  readonly settings: CustomImageSettings;

  protected constructor(scope: Construct, id: string, setup: RegistrySetup) {
    super(scope, id);
    const { kind, hostFaults = [] } = setup;
    const props = givenProps(setup.props);
    const name = props.name ?? id;
    const host = hostFaults.length === 0 ? kind.canonicalHost(setup.host) : undefined;
    const faults = new Faults();
    const makesSecret = props.pushSecret === undefined;
    const isNodeId = props.name === undefined;
    if (makesSecret || !isNodeId) faults.add('name', ...baseNameFaults('registry', name, isNodeId));
    faults.add('host', ...hostFaults);
    if (!(props.target instanceof PushTarget)) {
      faults.add('target', 'a PushTarget is wanted: PushTarget.repository(path) or PushTarget.prefix(path)');
    } else if (hostFaults.length === 0) {
      faults.add('target', ...targetFaults(kind, props.target, host ?? setup.host));
    }
    // Beside a push Secret that is given they are nothing but a check of it, where there are any.
    const isPlaced = makesSecret || (props.namespaces ?? Chart.of(this).namespace) !== undefined;
    const namespaces = isPlaced ? resolveNamespaces(this, props.namespaces, faults) : [];
    if (props.pushSecret !== undefined) {
      faults.add('pushSecret', ...pushSecretFaults(props.pushSecret, host, namespaces));
    }
    checkBuilderSettings(props, faults);
    setup.checkMore?.(faults);
    faults.throwIfAny(this.constructor.name, this);

    this.host = host!;
    this.target = props.target;
    const defaults = { host: this.host, name, secretName: `${name}-push-secret`, namespaces };
    this.pushSecret = props.pushSecret ?? setup.createPushSecret(this, defaults);
    this.pushSecretName = this.pushSecret.secretName;
    const path = this.target.path === '' ? this.host : `${this.host}/${this.target.path}`;
    this.settings = new CustomImageSettings({
      registryEndpoint: kind.endpoint(this.host),
      ...(this.target.isPrefix ? { pushRepoPrefix: path } : { pushRepo: path }),
      pushSecretName: this.pushSecretName,
      insecureSkipVerify: props.insecureSkipVerify,
      buildJob: props.buildJob,
    });
  }
}

/** Faults of a target on a host. People paste all of `pushRepo` as the path, and the host would be there twice. */
export function targetFaults(kind: RegistryKind, target: PushTarget, host: string): string[] {
  const [first, ...rest] = target.path.split('/');
  if (kind.canonicalHost(first) !== host) return kind.targetFaults(target, host);
  const right = rest.length === 0 ? '' : `: the path is \`${rest.join('/')}\``;
  return [`the path begins with the registry's host, which is written once, before the path${right}`];
}

function pushSecretFaults(pushSecret: IPushSecret, host: string | undefined, namespaces: string[]): string[] {
  const { secretName, namespaces: its, hosts } = givenProps(pushSecret);
  if (typeof secretName !== 'string' || !Array.isArray(its) || !Array.isArray(hosts)) {
    return [
      'an IPushSecret is wanted: a PushSecret, PushSecret.fromSecretName(scope, id, name) or an EcrTokenRefresher',
    ];
  }
  const faults: string[] = [];
  if (host !== undefined && hosts.length > 0 && !hosts.includes(host)) {
    faults.push(`'${pushSecret.node.path}' logs in to ${hosts.join(', ')}, not to ${host}`);
  }
  const missing = namespaces.filter((namespace) => !its.includes(namespace));
  if (its.length > 0 && missing.length > 0) {
    faults.push(`'${pushSecret.node.path}' is in ${its.join(', ')}, not in ${missing.join(', ')}`);
  }
  return faults;
}
