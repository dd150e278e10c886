import { redact } from '../../redact';
import { ValidationError, invalid } from '../../validation';

/**
 * A partition of AWS: a group of regions with its own identities and host names. No identity is valid in two
 * partitions.
 */
export interface AwsPartition {
  /** The name in ARNs: `aws`, `aws-cn`. */
  readonly name: string;
  /** The beginning of its regions' names. */
  readonly regionPrefix: string;
  /** The end of its ECR hosts. */
  readonly dnsSuffix: string;
  /** The end of its dual-stack (IPv4 and IPv6) ECR hosts. */
  readonly dualStackSuffix: string;
}

/**
 * The partitions. `aws` is last, as its regions have no common prefix.
 *
 * @see https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
 */
export const PARTITIONS: readonly AwsPartition[] = [
  partition('aws-cn', 'cn-', 'amazonaws.com.cn', 'on.amazonwebservices.com.cn'),
  partition('aws-us-gov', 'us-gov-', 'amazonaws.com', 'on.aws'),
  partition('aws-eusc', 'eusc-', 'amazonaws.eu', 'on.amazonwebservices.eu'),
  partition('aws-iso', 'us-iso-', 'c2s.ic.gov', 'on.aws.ic.gov'),
  partition('aws-iso-b', 'us-isob-', 'sc2s.sgov.gov', 'on.aws.scloud'),
  partition('aws-iso-e', 'eu-isoe-', 'cloud.adc-e.uk', 'on.cloud-aws.adc-e.uk'),
  partition('aws-iso-f', 'us-isof-', 'csp.hci.ic.gov', 'on.aws.hci.ic.gov'),
  partition('aws', '', 'amazonaws.com', 'on.aws'),
];

function partition(name: string, regionPrefix: string, dnsSuffix: string, dualStackSuffix: string): AwsPartition {
  return { name, regionPrefix, dnsSuffix, dualStackSuffix };
}

/** The partition of a region. */
export function partitionOf(region: string): AwsPartition {
  return PARTITIONS.find(({ regionPrefix }) => region.startsWith(regionPrefix))!;
}

const REGION = /^[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}$/;

/** Checks the name of an AWS region. */
export function validateRegion(region: unknown): ValidationError[] {
  if (typeof region === 'string' && REGION.test(region)) return [];
  const lower = String(region).toLowerCase();
  const zone = lower.replace(/[a-z]$/, '');
  if (REGION.test(lower)) return invalid('malformed', `${redact(region)} is not a region name: use \`${lower}\``);
  const hint = REGION.test(zone) ? `; the region of that availability zone is \`${zone}\`` : '';
  return invalid('malformed', `${redact(region)} is not a region name: expected one like \`eu-west-1\`${hint}`);
}

/**
 * The regions of all partitions. AWS adds new ones, so an unknown region is a warning, not an error.
 *
 * @see https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
 */
const REGIONS = `
  af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
  ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
  eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1
  me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2
  cn-north-1 cn-northwest-1 eusc-de-east-1 us-gov-east-1 us-gov-west-1
  us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1 eu-isoe-west-1 us-isof-east-1 us-isof-south-1
`.split(/\s+/);

/** Why AWS probably has no such region, or nothing for a known one. */
export function regionDoubt(region: string): string | undefined {
  if (REGIONS.includes(region)) return undefined;
  const place = region.replace(/(?<![0-9])[0-9]+$/, '');
  const near = REGIONS.filter((known) => known !== '' && known.startsWith(place));
  const hint = near.length === 0 ? '' : `; known ones are ${near.join(', ')}`;
  return `${region} is not a region that this version knows${hint}. If AWS has added it since, ignore this`;
}

/** Checks the id of an AWS account. */
export function validateAccount(account: unknown): ValidationError[] {
  if (typeof account === 'string' && /^[0-9]{12}$/.test(account)) return [];
  const hint = typeof account === 'number' ? '; put it in quotes, as a number loses its leading zeros' : '';
  return invalid('malformed', `${redact(account)} is not an AWS account id: expected 12 digits${hint}`);
}
