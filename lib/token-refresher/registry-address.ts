import { validatePushHost } from '../images/image-reference';
import { PushTarget } from '../images/push-target';
import { unknownProps } from '../unknown-props';
import { ValidationErrors, givenProps, invalid } from '../validation';

/** Props of a `RegistryAddress`. */
export interface RegistryAddressProps {
  /** The host as it stands in image references: `europe-west1-docker.pkg.dev`, `example.azurecr.io`. */
  readonly host: string;
  /**
   * What is pushed to it: the refresher asks the registry whether it may.
   *
   * @default - nothing is known of that, and nothing is asked
   */
  readonly targets?: PushTarget[];
}

/** A registry that a refresher fetches tokens for. */
export class RegistryAddress {
  /**
   * Checks the grammar of the host. Whether it is a host of the cloud is checked by that cloud's refresher.
   *
   * @param props the props
   * @throws Error that lists every fault of the props
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
    /** The host as it stands in image references. */
    readonly host: string,
    /** What is pushed to it. */
    readonly targets: PushTarget[],
  ) {}
}
