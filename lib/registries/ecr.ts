import { Construct } from 'constructs';
import { PushTarget } from '../images/push-target';
import { IRegistry, OwnPushSecretProps, Registry, RegistryKind, RegistryProps } from './registry';
import { EcrHostForm, ecrHostFaults, parseEcrHost } from '../token-refresher/aws/ecr-host';
import { ecrRepositoryFaults } from '../token-refresher/aws/ecr-repository';
import { EcrTokenRefresher } from '../token-refresher/aws/ecr-token-refresher';
import { checkOptions, checkRegistry, checkTogether } from '../token-refresher/checks';
import { EcrRegistryAddress, EcrTokenRefresherOptions } from '../token-refresher/options';
import { coversTarget, hostOf } from '../token-refresher/aws/resolved-registry';
import { Faults, booleanFaults, givenProps } from '../validation';

/** Amazon ECR. */
export const ecr: RegistryKind = {
  title: 'Amazon ECR',
  className: 'EcrRegistry',
  canonicalHost: (host) => (parseEcrHost(host) === undefined ? undefined : host),
  endpoint: (host) => `https://${host}`,
  targetFaults: ({ path, isPrefix }: PushTarget) => ecrRepositoryFaults(path, isPrefix),
  create,
};

/** Props of an `EcrRegistry`. */
export interface EcrRegistryProps extends RegistryProps, EcrTokenRefresherOptions {
  /** The AWS account, 12 digits. */
  readonly account: string;
  /** The AWS region: `eu-west-1`. */
  readonly region: string;
  /**
   * The form of the host that image references have.
   *
   * @default EcrHostForm.PLAIN
   */
  readonly hostForm?: EcrHostForm;
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
  readonly moreRegistries?: EcrRegistryAddress[];
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
    const { account, region, hostForm } = givenProps(props);
    const host = hostOf({ account, region: String(region), hostForm });
    super(scope, id, {
      kind: ecr,
      host,
      props,
      checkMore: (faults) => checkProps(givenProps(props), host, faults),
      createPushSecret: (registry, defaults) => createRefresher(registry, defaults, props),
    });
    const own = this.pushSecret;
    this.tokenRefresher = props.pushSecret === undefined && own instanceof EcrTokenRefresher ? own : undefined;
  }
}

function create(scope: Construct, id: string, host: string, props: RegistryProps): IRegistry {
  const faults = new Faults();
  faults.add('host', ...ecrHostFaults(host));
  faults.throwIfAny('EcrRegistry');
  return new EcrRegistry(scope, id, { ...props, ...parseEcrHost(host)! });
}

function createRefresher(
  registry: Construct,
  { name, secretName, namespaces }: OwnPushSecretProps,
  props: EcrRegistryProps,
): EcrTokenRefresher {
  const { identity, schedule, images, pod, alert } = props;
  return new EcrTokenRefresher(registry, 'token-refresher', {
    registries: registriesOf(props),
    name,
    secretName: props.secretName ?? secretName,
    namespaces,
    identity,
    schedule,
    images,
    pod,
    alert,
  });
}

function registriesOf(props: EcrRegistryProps): EcrRegistryAddress[] {
  const { account, region, hostForm, target, ensureRepository } = props;
  const own = { account, region, hostForm, targets: [target], ensureRepositories: ensureRepository };
  return [own, ...(props.moreRegistries ?? []).map((registry) => ({ ...registry, targets: registry.targets ?? [] }))];
}

function checkProps(props: EcrRegistryProps, host: string, faults: Faults): void {
  const { account, region, hostForm, moreRegistries = [], ensureRepository } = props;
  checkRegistry('', { account, region, hostForm }, faults);
  faults.add('ensureRepository', ...booleanFaults(ensureRepository));
  if (ensureRepository === true && props.target instanceof PushTarget && props.target.isPrefix) {
    faults.add('ensureRepository', 'without effect: below a prefix the repositories are not known beforehand');
  }
  if (!Array.isArray(moreRegistries)) faults.add('moreRegistries', 'a list is wanted');
  else {
    moreRegistries.forEach((registry, i) => checkRegistry(`moreRegistries[${i}].`, registry, faults));
    checkTogether('moreRegistries', [{ account, region, hostForm }, ...moreRegistries], faults);
  }
  checkOptions(props, [region], faults);
  if (props.pushSecret === undefined) return;
  faults.add('pushSecret', ...policyFaults(props, host));
  for (const option of OF_THE_REFRESHER) {
    if (props[option] !== undefined) {
      faults.add(option, 'without effect beside `pushSecret`: give it to the EcrTokenRefresher that you pass there');
    }
  }
}

/** A refresher that is given has a policy of its own: without the target, a push would be denied at night. */
function policyFaults({ pushSecret, target }: EcrRegistryProps, host: string): string[] {
  if (!(pushSecret instanceof EcrTokenRefresher) || !(target instanceof PushTarget)) return [];
  const registry = pushSecret._registries.find((one) => one.host === host);
  if (registry === undefined || coversTarget(registry, target)) return [];
  return [
    `the policy of '${pushSecret.node.path}' does not let push to ${target.path}: ` +
      'take an EcrTokenRefresher that has all that is pushed to in its `targets`',
  ];
}

const OF_THE_REFRESHER = [
  'secretName',
  'identity',
  'schedule',
  'images',
  'pod',
  'alert',
  'ensureRepository',
  'moreRegistries',
] as const;
