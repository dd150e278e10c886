import { redact } from '../../redact';
import { ValidationError, invalid } from '../../validation';

/** A partition of AWS: regions with identities and host names of their own. No identity spans two of them. */
export interface AwsPartition {
  /** Its name in ARNs: `aws`, `aws-cn`. */
  readonly name: string;
  /** What the names of its regions begin with. */
  readonly regionPrefix: string;
  /** The end of its ECR hosts. */
  readonly dnsSuffix: string;
  /** The end of its dual-stack (IPv4 and IPv6) ECR hosts. */
  readonly dualStackSuffix: string;
}

/**
 * The partitions, `aws` last: its regions have no prefix in common.
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

/** The partition that a region is in. */
export function partitionOf(region: string): AwsPartition {
  return PARTITIONS.find(({ regionPrefix }) => region.startsWith(regionPrefix))!;
}

const REGION = /^[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}$/;

/** Checks the name of an AWS region. */
export function validateRegion(region: unknown): ValidationError[] {
  if (typeof region === 'string' && REGION.test(region)) return [];
  const lower = String(region).toLowerCase();
  const zone = lower.replace(/[a-z]$/, '');
  if (REGION.test(lower))
    return invalid('malformed', `${redact(region)} is no region name: \`${lower}\` would be right`);
  const hint = REGION.test(zone) ? `; the region of that availability zone is \`${zone}\`` : '';
  return invalid('malformed', `${redact(region)} is no region name: like \`eu-west-1\`${hint}`);
}

/** Checks the id of an AWS account. */
export function validateAccount(account: unknown): ValidationError[] {
  if (typeof account === 'string' && /^[0-9]{12}$/.test(account)) return [];
  const hint = typeof account === 'number' ? '; quote it, as a number it loses its leading zeros' : '';
  return invalid('malformed', `${redact(account)} is no AWS account id: 12 digits${hint}`);
}
