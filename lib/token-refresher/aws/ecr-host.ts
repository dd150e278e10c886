import { PARTITIONS, accountFaults, partitionOf, regionFaults } from './aws-partition';
import { shown } from '../../redact';

/** The forms that the host of one ECR registry has. All of them name the same registry. */
export enum EcrHostForm {
  /** `<account>.dkr.ecr.<region>.amazonaws.com` */
  PLAIN = 'plain',
  /** `<account>.dkr.ecr-fips.<region>.amazonaws.com`: FIPS 140 validated endpoints. */
  FIPS = 'fips',
  /** `<account>.dkr-ecr.<region>.on.aws`: IPv4 and IPv6. */
  DUAL_STACK = 'dual-stack',
  /** `<account>.dkr-ecr-fips.<region>.on.aws`: FIPS 140 validated, IPv4 and IPv6. */
  FIPS_DUAL_STACK = 'fips-dual-stack',
}

/** What the host of an ECR registry says. */
export interface EcrHost {
  readonly account: string;
  readonly region: string;
  readonly hostForm: EcrHostForm;
}

const SUFFIXES = PARTITIONS.flatMap(({ dnsSuffix, dualStackSuffix }) => [dnsSuffix, dualStackSuffix]);
// Account and region are taken as they come: a slip in one of them still means ECR, and is reported as what it is.
const HOST = new RegExp(
  `^([a-z0-9-]+)\\.dkr([.-])ecr(-fips)?\\.([a-z0-9-]+)\\.(${[...new Set(SUFFIXES)].join('|').replace(/\./g, '\\.')})$`,
);

/**
 * The parts of an ECR host, or nothing where a host is not ECR's.
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

/** The host of an ECR registry in one of its forms, as it stands in image references. */
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

/** Faults of a host that `parseEcrHost` takes for ECR's. */
export function ecrHostFaults(host: string): string[] {
  const parsed = parseEcrHost(host);
  if (parsed === undefined) {
    return [`${shown(host)} is no host of Amazon ECR: like \`123456789012.dkr.ecr.eu-west-1.amazonaws.com\``];
  }
  const faults = [...accountFaults(parsed.account), ...regionFaults(parsed.region)];
  const right = formatEcrHost(parsed);
  if (faults.length > 0 || right === host.toLowerCase()) return faults;
  return [`${shown(host)} has another partition's ending: for ${parsed.region} it is \`${right}\``];
}
