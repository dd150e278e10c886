import { Construct, IConstruct } from 'constructs';
import { pushHostFaults } from '../images/image-reference';
import { PushTarget } from '../images/push-target';
import { Faults, givenProps } from '../faults';
import { objectNameFaults } from '../kubernetes/names';
import { resolveNamespaces } from '../kubernetes/namespaces';
import { PasswordSource } from '../push-secret/password-source';
import { IPushSecret, PushSecret } from '../push-secret/push-secret';
import { usernameFaults } from '../push-secret/username';
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
   * The base of the names of what the registry makes: `<name>-push-secret`.
   *
   * @default - the node id
   */
  readonly name?: string;
  /**
   * The namespaces that get the push Secret which the registry makes.
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

/** Props of a registry that is logged in to with a user name and a password. */
export interface LoginRegistryProps extends RegistryProps {
  /**
   * The user name; together with `password`, in place of `pushSecret`.
   *
   * @default - none: `pushSecret` is given
   */
  readonly username?: string;
  /**
   * The password; together with `username`, in place of `pushSecret`.
   *
   * @default - none: `pushSecret` is given
   */
  readonly password?: PasswordSource;
}

/** What tells one kind of registry from the others: the one place that knows its hosts and its repositories. */
export interface RegistryKind {
  /** The provider's own name for it. */
  readonly title: string;
  /** The host as image references have it, or nothing where the host is not of this kind. */
  canonicalHost(host: string): string | undefined;
  /** `registryEndpoint` as PrimeHub's docs write it for this kind. */
  endpoint(host: string): string;
  /** Faults of a repository or prefix that this kind of registry does not have. */
  targetFaults(target: PushTarget, host: string): string[];
  /** Makes the registry's construct. */
  create(scope: Construct, id: string, host: string, props: RegistryProps): IRegistry;
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

  /**
   * @param ownPushSecret makes the push Secret where none was given; it returns nothing where it cannot
   * @param moreFaults notes the faults of the props that this kind of registry alone has
   */
  protected constructor(
    scope: Construct,
    id: string,
    kind: RegistryKind,
    host: string,
    props: RegistryProps,
    ownPushSecret: (registry: Construct, defaults: OwnPushSecretProps) => IPushSecret | undefined,
    moreFaults: (faults: Faults) => void = () => undefined,
  ) {
    super(scope, id);
    props = givenProps(props);
    const name = props.name ?? id;
    const faults = new Faults();
    faults.add('name', ...objectNameFaults('registry', name, 40));
    const hostFaults = this.checkHost(kind, host);
    faults.add('host', ...hostFaults);
    if (!(props.target instanceof PushTarget)) {
      faults.add('target', 'a PushTarget is wanted: PushTarget.repository(path) or PushTarget.prefix(path)');
    } else if (hostFaults.length === 0) {
      faults.add('target', ...kind.targetFaults(props.target, host));
    }
    const namespaces = resolveNamespaces(this, props.namespaces, faults);
    if (props.pushSecret !== undefined) faults.add('pushSecret', ...pushSecretTypeFaults(props.pushSecret));
    checkBuilderSettings(props, faults);
    moreFaults(faults);
    faults.throwIfAny(this.constructor.name, this);

    this.host = kind.canonicalHost(host) ?? host;
    this.target = props.target;
    const pushSecret =
      props.pushSecret ?? ownPushSecret(this, { host: this.host, name, secretName: `${name}-push-secret`, namespaces });
    faults.add('pushSecret', ...pushSecretFaults(pushSecret, this.host, namespaces));
    faults.throwIfAny(this.constructor.name, this);

    this.pushSecret = pushSecret!;
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

  private checkHost(kind: RegistryKind, host: string): string[] {
    const faults = pushHostFaults(host);
    if (faults.length > 0 || kind.canonicalHost(host) !== undefined) return faults;
    return [`${host} is no host of ${kind.title}`];
  }
}

/** What a push Secret that a registry makes by itself starts from. */
export interface OwnPushSecretProps {
  readonly host: string;
  readonly name: string;
  readonly secretName: string;
  readonly namespaces: string[];
}

const NO_PUSH_SECRET = 'none given: pass `pushSecret`, or `username` and `password`';

function pushSecretTypeFaults(pushSecret: unknown): string[] {
  const { secretName, namespaces, hosts } = givenProps(pushSecret as IPushSecret);
  if (typeof secretName === 'string' && Array.isArray(namespaces) && Array.isArray(hosts)) return [];
  return ['an IPushSecret is wanted: a PushSecret, PushSecret.fromSecretName(scope, id, name) or an EcrTokenRefresher'];
}

function pushSecretFaults(pushSecret: IPushSecret | undefined, host: string, namespaces: string[]): string[] {
  if (pushSecret === undefined) return [NO_PUSH_SECRET];
  const faults: string[] = [];
  if (pushSecret.hosts.length > 0 && !pushSecret.hosts.includes(host)) {
    faults.push(`'${pushSecret.node.path}' logs in to ${pushSecret.hosts.join(', ')}, not to ${host}`);
  }
  const missing = namespaces.filter((namespace) => !pushSecret.namespaces.includes(namespace));
  if (pushSecret.namespaces.length > 0 && missing.length > 0) {
    faults.push(`'${pushSecret.node.path}' is in ${pushSecret.namespaces.join(', ')}, not in ${missing.join(', ')}`);
  }
  return faults;
}

/** Notes the faults of user name and password. */
export function loginChecks(props: LoginRegistryProps) {
  return (faults: Faults): void => {
    const { username, password, pushSecret } = givenProps(props);
    const isNone = username === undefined && password === undefined;
    if (isNone && pushSecret === undefined) faults.add('pushSecret', NO_PUSH_SECRET);
    if (isNone) return;
    if (pushSecret !== undefined) {
      faults.add('pushSecret', 'beside it `username` and `password` are without effect: leave one or the other out');
    }
    for (const [prop, value] of Object.entries({ username, password })) {
      if (value === undefined) faults.add(prop, 'missing: `username` and `password` go together');
    }
    if (username !== undefined) faults.add('username', ...usernameFaults(username));
    if (password !== undefined && !(password instanceof PasswordSource)) {
      faults.add('password', 'a PasswordSource is wanted: PasswordSource.fromEnv(variable) and the like');
    }
  };
}

/** Makes the push Secret of a registry with a user name and a password. */
export function loginPushSecret(props: LoginRegistryProps) {
  return (registry: Construct, { host, secretName, namespaces }: OwnPushSecretProps): IPushSecret | undefined => {
    const { username, password } = givenProps(props);
    if (username === undefined || password === undefined) return undefined;
    return new PushSecret(registry, 'push-secret', { secretName, namespaces, logins: [{ host, username, password }] });
  };
}
