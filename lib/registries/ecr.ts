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
  /** The registry. Its `targets` have no meaning here: `target` says what is pushed to it. */
  readonly address: EcrAddress;
  /**
   * Create the repository of `target` where it is missing. A failure of that is logged and never stops a token.
   *
   * @default false
   */
  readonly ensureRepository?: boolean;
  /**
   * More registries of the same partition that the same Secret logs in to.
   *
   * @default - none. Where one of them names no `targets`, images are only pulled from it
   */
  readonly moreRegistries?: EcrAddress[];
}

/**
 * Amazon ECR. Its tokens live 12 hours: a refresher keeps the push Secret fresh.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 */
export class EcrRegistry extends Registry {
  /** What keeps the push Secret fresh, or nothing where `pushSecret` was given. */
  readonly tokenRefresher?: EcrTokenRefresher;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
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

/** The refresher that the registry makes when no push Secret is given. */
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
  const wanted = 'an EcrAddress is wanted: EcrAddress.of({ account, region })';
  if (!(address instanceof EcrAddress)) errors.add('address', invalid('wrong-type', wanted));
  errors.add('ensureRepository', validateBoolean(ensureRepository));
  if (ensureRepository === true && target instanceof PushTarget && target.isPrefix) {
    const message = 'without effect: below a prefix the repositories are not known beforehand';
    errors.add('ensureRepository', invalid('no-effect', message));
  }
  if (!Array.isArray(moreRegistries)) errors.add('moreRegistries', invalid('wrong-type', 'a list is wanted'));
  else {
    moreRegistries.forEach((one: unknown, i) => {
      if (!(one instanceof EcrAddress)) errors.add(['moreRegistries', i], invalid('wrong-type', wanted));
    });
  }
  if (pushSecret === undefined) return errors.list;
  if (address instanceof EcrAddress) errors.add('pushSecret', validatePolicy(props));
  for (const option of REFRESHER_OPTIONS) {
    if (props[option] === undefined) continue;
    const message = 'without effect beside `pushSecret`: give it to the EcrTokenRefresher that you pass there';
    errors.add(option, invalid('no-effect', message));
  }
  return errors.list;
}

/** A refresher that is given has a policy of its own: without the target, a push would be denied at night. */
function validatePolicy({ pushSecret, target, address }: EcrRegistryProps): ValidationError[] {
  if (!(pushSecret instanceof EcrTokenRefresher) || !(target instanceof PushTarget)) return [];
  const registry = pushSecret._registries.find(({ host }) => host === address.host);
  if (registry === undefined || registry._covers(target)) return [];
  return invalid(
    'mismatch',
    `the policy of '${pushSecret.node.path}' does not let push to ${target.path}: ` +
      'take an EcrTokenRefresher that has all that is pushed to in its `targets`',
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
