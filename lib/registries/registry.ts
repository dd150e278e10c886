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
   * The base of the names of what the registry makes: `<name>-push-secret`, of ECR `<name>-token` as well. A Kubernetes
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
  /** The host as image references have it, or nothing when the host is not of this kind: each host is of one kind. */
  canonicalHost(host: string): string | undefined;
  /** Checks a host of this kind, beyond the grammar of hosts. */
  validateHost?(host: string): ValidationError[];
  /** `registryEndpoint` as PrimeHub's docs write it for this kind. */
  endpoint(host: string): string;
  /** A path as image references have it, where the console of this kind of registry shows it otherwise. */
  imagePath?(path: string): string;
  /** Why a user name is hardly one of this kind of registry; nothing when it can be. */
  usernameDoubt?(username: string): string | undefined;
  /** Checks whether this kind of registry has such a repository or prefix. */
  validateTarget(target: PushTarget, host: string): ValidationError[];
  /** Why this kind of registry hardly has such a repository or prefix; nothing when it can have it. */
  targetDoubt?(target: PushTarget, host: string): string | undefined;
  /** Makes the construct of a registry whose push Secret is given. */
  create(scope: Construct, id: string, host: string, props: RegistryProps): IRegistry;
}

/** What a push Secret that a registry makes by itself starts from. */
export interface OwnPushSecretProps {
  readonly host: string;
  readonly name: string;
  readonly secretName: string;
  readonly namespaces: string[] | undefined;
}

/** The push Secret that a registry makes when none is given. */
export interface OwnPushSecret {
  /**
   * Makes it, below the registry.
   *
   * @throws InvalidValueError that lists what is wrong with the props it is made from
   */
  create(registry: Construct, props: OwnPushSecretProps): IPushSecret;
  /** The prop of the registry that one of these errors is about; nothing when the registry reports it by itself. */
  propOf(path: ValuePath): ValuePath | undefined;
}

/** What the class of one kind of registry tells the base class. */
export interface RegistrySetup {
  readonly kind: RegistryKind;
  /** Empty where the props do not say it. */
  readonly host: string;
  /** What is wrong with the host, which is then not looked at. */
  readonly hostErrors?: readonly ValidationError[];
  /** What is wrong with the props that this kind of registry alone has. */
  readonly errors?: readonly ValidationError[];
  /** Nothing when the props give a push Secret, or too little to make one. */
  readonly ownPushSecret?: OwnPushSecret;
  readonly props: RegistryProps;
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

/** The namespaces that a push Secret which is given has to be in. */
function expectedNamespaces(registry: Construct, { namespaces }: RegistryProps, errors: ValidationErrors): string[] {
  const isPlaced = (namespaces ?? Chart.of(registry).namespace) !== undefined;
  return isPlaced ? resolveNamespaces(registry, namespaces, errors) : [];
}

/** Checks a target on a host. People paste all of `pushRepo` as the path, and the host would be there twice. */
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
