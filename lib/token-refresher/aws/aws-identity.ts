import { PARTITIONS } from './aws-partition';
import { ValidationError, at, invalid, validated } from '../../validation';
import { validateObjectName } from '../../kubernetes/names';
import { redact } from '../../redact';

/** How the refresher's pod comes to be somebody for AWS. The values are what the script reads. */
export enum AwsIdentityKind {
  /** An IAM role for the service account (IRSA). */
  IRSA = 'irsa',
  /** EKS Pod Identity. */
  POD_IDENTITY = 'pod-identity',
  /** The access keys of an IAM user, in a Secret. */
  ACCESS_KEYS = 'access-keys',
  /** What the AWS CLI finds by itself. */
  AMBIENT = 'ambient',
}

// Partition, account; the path and the name as IAM has them.
const ROLE_ARN = new RegExp(
  `^arn:(${PARTITIONS.map(({ name }) => name).join('|')}):iam::([0-9]{12}):role/(?:[\\x21-\\x2e\\x30-\\x7e]+/)*[A-Za-z0-9_+=,.@-]{1,64}$`,
);

/** Partition and account of a role's ARN, or nothing where it is none. */
function parseRoleArn(arn: string): { partition: string; account: string } | undefined {
  const match = ROLE_ARN.exec(arn);
  return match === null ? undefined : { partition: match[1], account: match[2] };
}

/** Checks the ARN of an IAM role. */
function validateRoleArn(arn: unknown): ValidationError[] {
  if (typeof arn === 'string' && parseRoleArn(arn) !== undefined) return [];
  const example = 'arn:aws:iam::123456789012:role/ecr-push';
  return invalid('malformed', `${redact(arn)} is not the ARN of an IAM role: expected one like \`${example}\``);
}

/**
 * The identity under which the refresher asks AWS for tokens. A token has the rights of whoever asked for it, so the
 * refresher insists on this very identity, and fails where another one would answer.
 */
export class AwsIdentity {
  /**
   * An IAM role that the pod assumes by a token of its own service account (IRSA). No webhook is needed.
   *
   * @param roleArn the ARN of the role, whose trust policy names the refresher's service account
   * @throws Error when it is no ARN of an IAM role
   * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
   */
  static irsa(roleArn: string): AwsIdentity {
    return validated(
      'AwsIdentity',
      at(['roleArn'], validateRoleArn(roleArn)),
      () => new AwsIdentity(AwsIdentityKind.IRSA, roleArn, undefined),
    );
  }

  /**
   * EKS Pod Identity: an association, made in AWS, gives the refresher's service account its role.
   *
   * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
   */
  static podIdentity(): AwsIdentity {
    return new AwsIdentity(AwsIdentityKind.POD_IDENTITY, undefined, undefined);
  }

  /**
   * The access keys of an IAM user.
   *
   * @param secretName a Secret in the refresher's namespace with the keys `AWS_ACCESS_KEY_ID` and
   * `AWS_SECRET_ACCESS_KEY`
   * @throws Error when the name is none that Kubernetes accepts
   */
  static accessKeys(secretName: string): AwsIdentity {
    return validated(
      'AwsIdentity',
      at(['secretName'], validateObjectName('Secret', secretName)),
      () => new AwsIdentity(AwsIdentityKind.ACCESS_KEYS, undefined, secretName),
    );
  }

  /** What the AWS CLI finds by itself, on EC2 the role of the node. */
  static ambient(): AwsIdentity {
    return new AwsIdentity(AwsIdentityKind.AMBIENT, undefined, undefined);
  }

  private constructor(
    /** How the pod gets the identity. */
    readonly kind: AwsIdentityKind,
    /** The ARN of the role. There is one with `irsa` alone. */
    readonly roleArn: string | undefined,
    /** The name of the Secret with the access keys. There is one with `accessKeys` alone. */
    readonly accessKeySecretName: string | undefined,
  ) {}

  /** The account of the role, 12 digits, with `irsa` alone. It need not be the registry's account. */
  get account(): string | undefined {
    return this.roleArn === undefined ? undefined : parseRoleArn(this.roleArn)?.account;
  }

  /** The partition of the role, as in its ARN: `aws`, `aws-cn`, with `irsa` alone. */
  get partition(): string | undefined {
    return this.roleArn === undefined ? undefined : parseRoleArn(this.roleArn)?.partition;
  }
}
