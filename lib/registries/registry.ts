import { Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { PushTarget } from '../images/push-target';
import { ValidationError, ValidationErrors, ValuePath, givenProps, invalid } from '../validation';
import { validateBaseName } from '../kubernetes/names';
import { resolveNamespaces } from '../kubernetes/namespaces';
import { IPushSecret } from '../push-secret/push-secret';
import { BuildJobSettings } from '../settings/build-job';
import { CustomImageSettings, checkBuilderSettings } from '../settings/custom-image-settings';

/** A container registry that PrimeHub's image builder pushes to. */
export interface IRegistry extends IConstruct {
  /** The host as image references write it, with the port if it has one. */
  readonly host: string;
  /** The repository or prefix that images are pushed to. */
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
  /** The repository or prefix that images are pushed to. */
  readonly target: PushTarget;
  /**
   * The push Secret to use.
   *
   * @default - the registry makes its own
   */
  readonly pushSecret?: IPushSecret;
  /**
   * The base of the names of all that the registry makes: `<name>-push-secret`, and `<name>-token` with a token
   * refresher. It is a Kubernetes name of at most 40 characters.
   *
   * @default - the id of the construct
   */
  readonly name?: string;
  /**
   * The namespaces of the push Secret that the registry makes. A Secret that is passed in `pushSecret` must exist in
   * them.
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

/** What is special about one kind of registry: the only place that knows its hosts and its repositories. */
export interface RegistryKind {
  /** The name that people use. */
  readonly title: string;
  /** The class of its construct. */
  readonly className: string;
  /** The host as image references write it, or nothing if the host is not of this kind. Each host is of one kind. */
  canonicalHost(host: string): string | undefined;
  /** Checks a host of this kind, beyond the grammar of hosts. */
  validateHost?(host: string): ValidationError[];
  /** `registryEndpoint` as PrimeHub's docs write it for this kind. */
  endpoint(host: string): string;
  /** A path as image references write it, if this kind of registry shows it differently in its console. */
  imagePath?(path: string): string;
  /** Why this kind of registry probably has no such user name, or nothing. */
  usernameDoubt?(username: string): string | undefined;
  /** Checks whether this kind of registry has such a repository or prefix. */
  validateTarget(target: PushTarget, host: string): ValidationError[];
  /** Why this kind of registry probably cannot have such a repository or prefix, or nothing. */
  targetDoubt?(target: PushTarget, host: string): string | undefined;
  /** Makes the construct of a registry with a given push Secret. */
  create(scope: Construct, id: string, host: string, props: RegistryProps): IRegistry;
}

/** The props of a push Secret that a registry makes. */
export interface OwnPushSecretProps {
  readonly host: string;
  readonly name: string;
  readonly secretName: string;
  readonly namespaces: string[] | undefined;
}

/** The push Secret that a registry makes if none is given. */
export interface OwnPushSecret {
  /**
   * Makes the push Secret as a child of the registry.
   *
   * @throws InvalidValueError that lists what is wrong with its props
   */
  create(registry: Construct, props: OwnPushSecretProps): IPushSecret;
  /** The registry's prop that one of these errors is about, or nothing if the registry itself reports the error. */
  propOf(path: ValuePath): ValuePath | undefined;
}

/** What the class of one kind of registry tells the base class. */
export interface RegistrySetup {
  readonly kind: RegistryKind;
  /** Empty if the props do not have one. */
  readonly host: string;
  /** What is wrong with the host. If there is anything, the host is not used. */
  readonly hostErrors?: readonly ValidationError[];
  /** What is wrong with the props that only this kind of registry has. */
  readonly errors?: readonly ValidationError[];
  /** Nothing if the props have a push Secret, or too little to make one. */
  readonly ownPushSecret?: OwnPushSecret;
  readonly props: RegistryProps;
}

/**
 * What all registries have in common: the checks, the push Secret, the settings.
 *
 * @internal `IRegistry` is its public interface
 */
export abstract class Registry extends Construct implements IRegistry {
  readonly host: string;
  readonly target: PushTarget;
  readonly pushSecret: IPushSecret;
  readonly pushSecretName: string;
  readonly settings: CustomImageSettings;

  protected constructor(scope: Construct, id: string, setup: RegistrySetup) {
    super(scope, id);
    const { kind, host, hostErrors = [], ownPushSecret } = setup;
    const props = givenProps(setup.props);
    const name = props.name ?? id;
    const errors = new ValidationErrors();
    if (props.pushSecret === undefined || props.name !== undefined) {
      errors.add('name', validateBaseName('registry', name, props.name === undefined));
    }
    errors.add('host', hostErrors);
    if (!(props.target instanceof PushTarget)) {
      const message = 'expected a PushTarget: PushTarget.repository(path) or PushTarget.prefix(path)';
      errors.add('target', invalid('wrong-type', message));
    } else if (hostErrors.length === 0) {
      errors.add('target', validateTarget(kind, props.target, host));
    }
    if (props.pushSecret !== undefined) {
      const known = hostErrors.length === 0 && host !== '' ? host : undefined;
      errors.add('pushSecret', validatePushSecret(props.pushSecret, known, expectedNamespaces(this, props, errors)));
    }
    errors.add([], setup.errors ?? []);
    const own = { host, name, secretName: `${name}-push-secret`, namespaces: props.namespaces };
    const pushSecret =
      props.pushSecret ??
      (ownPushSecret &&
        errors.collect(
          () => ownPushSecret.create(this, own),
          (path) => ownPushSecret.propOf(path),
        ));
    checkBuilderSettings(props, errors);
    errors.throwIfAny(this.constructor.name, this);

    this.host = host;
    this.target = props.target;
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
}

/** The namespaces in which a given push Secret must exist. */
function expectedNamespaces(registry: Construct, { namespaces }: RegistryProps, errors: ValidationErrors): string[] {
  const isPlaced = (namespaces ?? Chart.of(registry).namespace) !== undefined;
  return isPlaced ? resolveNamespaces(registry, namespaces, errors) : [];
}

/** Checks a target on a host. People paste the whole `pushRepo` as the path, which would repeat the host. */
export function validateTarget(kind: RegistryKind, target: PushTarget, host: string): ValidationError[] {
  const [first, ...rest] = target.path.split('/');
  if (!/[.:]/.test(first) || kind.canonicalHost(first) !== host) return kind.validateTarget(target, host);
  const right = rest.length === 0 ? '' : `: use \`${rest.join('/')}\``;
  return invalid('malformed', `the path repeats the registry's host, which is added by itself${right}`);
}

function validatePushSecret(
  pushSecret: IPushSecret,
  host: string | undefined,
  namespaces: readonly string[],
): ValidationError[] {
  const { secretName, namespaces: its, hosts } = givenProps(pushSecret);
  if (typeof secretName !== 'string' || !Array.isArray(its) || !Array.isArray(hosts)) {
    return invalid(
      'wrong-type',
      'expected an IPushSecret: a PushSecret, PushSecret.fromSecretName(scope, id, name) or a token refresher',
    );
  }
  const errors: ValidationError[] = [];
  if (host !== undefined && hosts.length > 0 && !hosts.includes(host)) {
    const message = `'${pushSecret.node.path}' logs in to ${hosts.join(', ')}, not to ${host}`;
    errors.push(...invalid('mismatch', message));
  }
  const missing = namespaces.filter((namespace) => !its.includes(namespace));
  if (its.length > 0 && missing.length > 0) {
    const message = `'${pushSecret.node.path}' is in ${its.join(', ')}, not in ${missing.join(', ')}`;
    errors.push(...invalid('mismatch', message));
  }
  return errors;
}
