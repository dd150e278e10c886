import { Construct } from 'constructs';
import { OwnPushSecret, OwnPushSecretProps, Registry, RegistryKind, RegistryProps } from './registry';
import { PushTarget } from '../images/push-target';
import { EcrAddress, isEcrHost, validateEcrHost } from '../token-refresher/aws/ecr-address';
import { validateEcrRepository } from '../token-refresher/aws/ecr-repository';
import { EcrTokenRefresher, EcrTokenRefresherOptions } from '../token-refresher/aws/ecr-token-refresher';
import { unknownProps } from '../unknown-props';
import { ValidationError, ValidationErrors, ValuePath, givenProps, invalid, validateBoolean } from '../validation';

/** Amazon ECR. */
export const ecr: RegistryKind = {
  title: 'Amazon ECR',
  className: 'EcrRegistry',
  canonicalHost: (host) => (isEcrHost(host) ? host : undefined),
  validateHost: validateEcrHost,
  endpoint: (host) => `https://${host}`,
  validateTarget: ({ path, isPrefix }) => validateEcrRepository(path, isPrefix),
  create: (scope, id, host, props) => new EcrRegistry(scope, id, { ...props, address: EcrAddress.fromHost(host) }),
};

/** Props of an `EcrRegistry`. */
export interface EcrRegistryProps extends RegistryProps, EcrTokenRefresherOptions {
  /**
   * The account and region of the registry. Its `targets` are ignored: `target` says what is pushed to the registry.
   */
  readonly address: EcrAddress;
  /**
   * Create the repository of `target` if it does not exist. If that fails, the refresher logs it and goes on.
   *
   * @default false
   */
  readonly ensureRepository?: boolean;
  /**
   * More registries for the same Secret, all in the same partition.
   *
   * @default - none. If one of them has no `targets`, images are only pulled from it
   */
  readonly moreRegistries?: EcrAddress[];
}

/**
 * A private registry of Amazon ECR. Its tokens live 12 hours, so a token refresher keeps the push Secret fresh.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 */
export class EcrRegistry extends Registry {
  /** The token refresher of the push Secret. There is none if `pushSecret` was given. */
  readonly tokenRefresher?: EcrTokenRefresher;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  constructor(scope: Construct, id: string, props: EcrRegistryProps) {
    const given = givenProps(props);
    const own = new OwnRefresher(given);
    super(scope, id, {
      kind: ecr,
      host: given.address instanceof EcrAddress ? given.address.host : '',
      errors: validateProps(given),
      ownPushSecret: given.pushSecret === undefined ? own : undefined,
      props: given,
    });
    this.tokenRefresher = own.made;
  }
}

/** The refresher that the registry makes if no push Secret is given. */
class OwnRefresher implements OwnPushSecret {
  made?: EcrTokenRefresher;

  constructor(private readonly props: EcrRegistryProps) {}

  create(registry: Construct, { name, secretName, namespaces }: OwnPushSecretProps): EcrTokenRefresher {
    const { identity, schedule, images, pod, alert, pushCheck, admissionPolicy } = this.props;
    this.made = new EcrTokenRefresher(registry, 'token-refresher', {
      registries: this.registries,
      name,
      secretName: this.props.secretName ?? secretName,
      namespaces,
      identity,
      schedule,
      images,
      pod,
      alert,
      pushCheck,
      admissionPolicy,
    });
    return this.made;
  }

  propOf(path: ValuePath): ValuePath | undefined {
    const [first] = path;
    if (first === 'registries') return this.registries.length === 0 ? undefined : ['moreRegistries'];
    if (first === 'secretName' && this.props.secretName === undefined) return undefined;
    return first === 'name' ? undefined : path;
  }

  private get registries(): EcrAddress[] {
    const { address, target, ensureRepository, moreRegistries } = this.props;
    if (!(address instanceof EcrAddress)) return [];
    const more = Array.isArray(moreRegistries) ? moreRegistries.filter((one) => one instanceof EcrAddress) : [];
    const targets = target instanceof PushTarget ? [target] : [];
    return [
      address._withTargets(targets, ensureRepository),
      ...more.map((one) => (one.targets === undefined ? one._withTargets([]) : one)),
    ];
  }
}

function validateProps(props: EcrRegistryProps): ValidationError[] {
  const { address, target, pushSecret, ensureRepository, moreRegistries = [] } = props;
  const errors = new ValidationErrors();
  errors.add([], unknownProps('EcrRegistryProps', props));
  const wanted = 'expected an EcrAddress: EcrAddress.of({ account, region })';
  if (!(address instanceof EcrAddress)) errors.add('address', invalid('wrong-type', wanted));
  errors.add('ensureRepository', validateBoolean(ensureRepository));
  if (ensureRepository === true && target instanceof PushTarget && target.isPrefix) {
    const message = 'has no effect with a prefix: the repositories below it are not known in advance';
    errors.add('ensureRepository', invalid('no-effect', message));
  }
  if (!Array.isArray(moreRegistries)) errors.add('moreRegistries', invalid('wrong-type', 'expected a list'));
  else {
    moreRegistries.forEach((one: unknown, i) => {
      if (!(one instanceof EcrAddress)) errors.add(['moreRegistries', i], invalid('wrong-type', wanted));
    });
  }
  if (pushSecret === undefined) return errors.list;
  if (address instanceof EcrAddress) errors.add('pushSecret', validatePolicy(props));
  for (const option of REFRESHER_OPTIONS) {
    if (props[option] === undefined) continue;
    const message = 'has no effect beside `pushSecret`: set it on the EcrTokenRefresher that you pass there';
    errors.add(option, invalid('no-effect', message));
  }
  return errors.list;
}

/** A given refresher has its own IAM policy. If that does not include the target, AWS denies the push. */
function validatePolicy({ pushSecret, target, address }: EcrRegistryProps): ValidationError[] {
  if (!(pushSecret instanceof EcrTokenRefresher) || !(target instanceof PushTarget)) return [];
  const registry = pushSecret._registries.find(({ host }) => host === address.host);
  if (registry === undefined || registry._covers(target)) return [];
  return invalid(
    'mismatch',
    `the policy of '${pushSecret.node.path}' does not allow pushes to ${target.path}: ` +
      'pass an EcrTokenRefresher whose `targets` include it',
  );
}

/** The props that say how the refresher works. */
const REFRESHER_OPTIONS = [
  'secretName',
  'identity',
  'schedule',
  'images',
  'pod',
  'alert',
  'pushCheck',
  'admissionPolicy',
  'ensureRepository',
  'moreRegistries',
] as const;
