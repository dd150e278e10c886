import { PARTITIONS, partitionOf, validateAccount, validateRegion } from './aws-partition';
import { validateEcrRepository } from './ecr-repository';
import { PushTarget } from '../../images/push-target';
import { redact } from '../../redact';
import { unknownProps } from '../../unknown-props';
import {
  ValidationError,
  ValidationErrors,
  at,
  givenProps,
  invalid,
  validateBoolean,
  validated,
} from '../../validation';

/** The forms of an ECR registry's host. All of them name the same registry. */
export enum EcrHostForm {
  /** The usual host, `<account>.dkr.ecr.<region>.amazonaws.com`. */
  PLAIN = 'plain',
  /** The host with FIPS 140 validated endpoints, `<account>.dkr.ecr-fips.<region>.amazonaws.com`. */
  FIPS = 'fips',
  /** The host for IPv4 and IPv6, `<account>.dkr-ecr.<region>.on.aws`. */
  DUAL_STACK = 'dual-stack',
  /** The FIPS 140 validated host for IPv4 and IPv6, `<account>.dkr-ecr-fips.<region>.on.aws`. */
  FIPS_DUAL_STACK = 'fips-dual-stack',
}

/** Props of an `EcrAddress`. */
export interface EcrAddressProps {
  /** The AWS account, 12 digits. */
  readonly account: string;
  /** The AWS region: `eu-west-1`. */
  readonly region: string;
  /**
   * The form of the host in image references.
   *
   * @default EcrHostForm.PLAIN
   */
  readonly hostForm?: EcrHostForm;
  /**
   * The repositories and prefixes that are pushed to, which the IAM policy allows. An empty list means that images are
   * only pulled, from every repository of the registry.
   *
   * @default - every repository of the registry
   */
  readonly targets?: PushTarget[];
  /**
   * Create the repositories among `targets` that do not exist. If that fails, the refresher logs it and goes on.
   *
   * @default false
   */
  readonly ensureRepositories?: boolean;
}

/** An ECR registry, which is an account in a region, and what is pushed to it. */
export class EcrAddress {
  /**
   * Makes an address after checking the account, the region and the targets.
   *
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  static of(props: EcrAddressProps): EcrAddress {
    const { account, region, hostForm = EcrHostForm.PLAIN, targets, ensureRepositories = false } = givenProps(props);
    const errors = new ValidationErrors();
    errors.add([], unknownProps('EcrAddressProps', props));
    errors.add('account', validateAccount(account));
    errors.add('region', validateRegion(region));
    const forms = Object.values(EcrHostForm);
    if (!forms.includes(hostForm)) {
      errors.add(
        'hostForm',
        invalid('not-allowed', `${redact(hostForm)} is not a host form: expected one of ${forms.join(', ')}`),
      );
    }
    errors.add('ensureRepositories', validateBoolean(ensureRepositories));
    checkTargets(targets, errors);
    const repositories = isTargets(targets) ? repositoriesOf(targets) : [];
    if (ensureRepositories === true && repositories.length === 0) {
      const message = 'has no effect: `targets` contains no repository';
      errors.add('ensureRepositories', invalid('no-effect', message));
    }
    errors.throwIfAny('EcrAddress');
    return new EcrAddress(account, region, hostForm, targets, ensureRepositories ? repositories : []);
  }

  /**
   * The registry that a host names, with the same form of the host. Its targets are all its repositories.
   *
   * @param host the host as image references write it
   * @throws an error if it is not a host of Amazon ECR
   */
  static fromHost(host: string): EcrAddress {
    return validated('EcrAddress', at(['host'], validateEcrHost(host)), () => {
      const { account, region, hostForm } = parseEcrHost(host)!;
      return new EcrAddress(account, region, hostForm, undefined, []);
    });
  }

  /** The host as image references write it. */
  readonly host: string;

  private constructor(
    /** The AWS account, 12 digits. */
    readonly account: string,
    /** The AWS region. */
    readonly region: string,
    /** The form of the host. */
    readonly hostForm: EcrHostForm,
    /** The repositories and prefixes that are pushed to. No value means all of the registry. */
    readonly targets: PushTarget[] | undefined,
    /** The names of the repositories that the refresher creates if they do not exist. */
    readonly createdRepositories: string[],
  ) {
    this.host = formatEcrHost({ account, region, hostForm });
  }

  /** @internal the same registry with other targets, which are checked already */
  _withTargets(targets: PushTarget[], ensureRepositories = false): EcrAddress {
    const created = ensureRepositories ? repositoriesOf(targets) : [];
    return new EcrAddress(this.account, this.region, this.hostForm, targets, created);
  }

  /** @internal whether the IAM policy for this registry allows pushes to a target */
  _covers(target: PushTarget): boolean {
    if (this.targets === undefined) return true;
    return this.targets.some(({ path, isPrefix }) => {
      if (!isPrefix) return !target.isPrefix && target.path === path;
      return path === '' || target.path.startsWith(`${path}/`) || (target.isPrefix && target.path === path);
    });
  }
}

function isTargets(targets: unknown): targets is PushTarget[] {
  return Array.isArray(targets) && targets.every((target) => target instanceof PushTarget);
}

function checkTargets(targets: unknown, errors: ValidationErrors): void {
  if (targets === undefined) return;
  if (!isTargets(targets))
    errors.add('targets', invalid('wrong-type', 'expected a list of PushTargets: PushTarget.repository(path)'));
  else targets.forEach(({ path, isPrefix }, i) => errors.add(['targets', i], validateEcrRepository(path, isPrefix)));
}

function repositoriesOf(targets: readonly PushTarget[]): string[] {
  return targets.filter(({ isPrefix }) => !isPrefix).map(({ path }) => path);
}

/** The parts of an ECR registry's host. */
export interface EcrHost {
  readonly account: string;
  readonly region: string;
  readonly hostForm: EcrHostForm;
}

const SUFFIXES = PARTITIONS.flatMap(({ dnsSuffix, dualStackSuffix }) => [dnsSuffix, dualStackSuffix]);
// Accept any account and region: a typing error in one of them still means ECR, and is reported as such.
const HOST = new RegExp(
  `^([a-z0-9-]+)\\.dkr([.-])ecr(-fips)?\\.([a-z0-9-]+)\\.(${[...new Set(SUFFIXES)].join('|').replace(/\./g, '\\.')})$`,
);

/** Whether a host has the form of ECR's. */
export function isEcrHost(host: string): boolean {
  return HOST.test(host.toLowerCase());
}

/**
 * The parts of an ECR host, unchecked, or nothing if the host is not ECR's.
 *
 * @see https://github.com/awslabs/amazon-ecr-credential-helper/blob/main/ecr-login/api/client.go
 */
export function parseEcrHost(host: string): EcrHost | undefined {
  const match = HOST.exec(host.toLowerCase());
  if (match === null) return undefined;
  const [, account, separator, fips, region] = match;
  const dualStack = separator === '-';
  if (fips === undefined) return { account, region, hostForm: dualStack ? EcrHostForm.DUAL_STACK : EcrHostForm.PLAIN };
  return { account, region, hostForm: dualStack ? EcrHostForm.FIPS_DUAL_STACK : EcrHostForm.FIPS };
}

/** The host of an ECR registry in one of its forms, as image references write it. */
export function formatEcrHost({ account, region, hostForm }: EcrHost): string {
  const { dnsSuffix, dualStackSuffix } = partitionOf(region);
  switch (hostForm) {
    case EcrHostForm.PLAIN:
      return `${account}.dkr.ecr.${region}.${dnsSuffix}`;
    case EcrHostForm.FIPS:
      return `${account}.dkr.ecr-fips.${region}.${dnsSuffix}`;
    case EcrHostForm.DUAL_STACK:
      return `${account}.dkr-ecr.${region}.${dualStackSuffix}`;
    case EcrHostForm.FIPS_DUAL_STACK:
      return `${account}.dkr-ecr-fips.${region}.${dualStackSuffix}`;
  }
}

/** Checks a host of ECR. */
export function validateEcrHost(host: unknown): ValidationError[] {
  const parsed = typeof host === 'string' ? parseEcrHost(host) : undefined;
  if (parsed === undefined) {
    const example = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
    return invalid('malformed', `${redact(host)} is not a host of Amazon ECR: expected one like \`${example}\``);
  }
  const errors = [...validateAccount(parsed.account), ...validateRegion(parsed.region)];
  const right = formatEcrHost(parsed);
  if (errors.length > 0 || right === String(host).toLowerCase()) return errors;
  return invalid(
    'mismatch',
    `${redact(host)} has the ending of another partition: for ${parsed.region} use \`${right}\``,
  );
}
