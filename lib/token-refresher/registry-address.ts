import { validatePushHost } from '../images/image-reference';
import { PushTarget } from '../images/push-target';
import { unknownProps } from '../unknown-props';
import { ValidationErrors, givenProps, invalid } from '../validation';

/** Props of a `RegistryAddress`. */
export interface RegistryAddressProps {
  /** The host as image references write it: `europe-west1-docker.pkg.dev`, `example.azurecr.io`. */
  readonly host: string;
  /**
   * The repositories and prefixes that are pushed to. The refresher asks the registry whether it may push to them.
   *
   * @default - not known, so the registry is not asked
   */
  readonly targets?: PushTarget[];
}

/** A registry that a refresher fetches tokens for. */
export class RegistryAddress {
  /**
   * Makes an address after checking the grammar of the host. The cloud's refresher checks whether the host is the
   * cloud's.
   *
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  static of(props: RegistryAddressProps): RegistryAddress {
    const { host, targets = [] } = givenProps(props);
    const errors = new ValidationErrors();
    errors.add([], unknownProps('RegistryAddressProps', props));
    errors.add('host', validatePushHost(host));
    if (!Array.isArray(targets) || targets.some((target: unknown) => !(target instanceof PushTarget))) {
      errors.add('targets', invalid('wrong-type', 'expected a list of PushTargets: PushTarget.repository(path)'));
    }
    errors.throwIfAny('RegistryAddress');
    return new RegistryAddress(host, targets);
  }

  private constructor(
    /** The host as image references write it. */
    readonly host: string,
    /** The repositories and prefixes that are pushed to. */
    readonly targets: PushTarget[],
  ) {}
}
