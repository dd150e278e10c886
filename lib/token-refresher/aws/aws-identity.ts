import { PARTITIONS } from './aws-partition';
import { ValidationError, at, invalid, validated } from '../../validation';
import { validateObjectName } from '../../kubernetes/names';
import { redact } from '../../redact';

/** How the refresher's pod authenticates to AWS. The script reads these values. */
export enum AwsIdentityKind {
  /** An IAM role for the service account (IRSA). */
  IRSA = 'irsa',
  /** EKS Pod Identity. */
  POD_IDENTITY = 'pod-identity',
  /** The access keys of an IAM user, in a Secret. */
  ACCESS_KEYS = 'access-keys',
  /** The credentials that the AWS CLI finds by itself. */
  AMBIENT = 'ambient',
}

// Partition, account, path and name, as IAM defines them.
const ROLE_ARN = new RegExp(
  `^arn:(${PARTITIONS.map(({ name }) => name).join('|')}):iam::([0-9]{12}):role/(?:[\\x21-\\x2e\\x30-\\x7e]+/)*[A-Za-z0-9_+=,.@-]{1,64}$`,
);

/** The partition and account in a role's ARN, or nothing if it is not such an ARN. */
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
 * The identity with which the refresher asks AWS for tokens. A token has the rights of the identity that asked for it,
 * so the refresher uses exactly this one, and fails rather than use another.
 */
export class AwsIdentity {
  /**
   * An IAM role that the pod assumes with a token of its own service account (IRSA). It needs no webhook.
   *
   * @param roleArn the ARN of the role, whose trust policy names the refresher's service account
   * @throws an error if it is not the ARN of an IAM role
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
   * The role that an EKS Pod Identity association gives to the refresher's service account. You create the association
   * in AWS.
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
   * @throws an error if Kubernetes does not accept the name
   */
  static accessKeys(secretName: string): AwsIdentity {
    return validated(
      'AwsIdentity',
      at(['secretName'], validateObjectName('Secret', secretName)),
      () => new AwsIdentity(AwsIdentityKind.ACCESS_KEYS, undefined, secretName),
    );
  }

  /** The credentials that the AWS CLI finds by itself. On EC2 these are the role of the node. */
  static ambient(): AwsIdentity {
    return new AwsIdentity(AwsIdentityKind.AMBIENT, undefined, undefined);
  }

  private constructor(
    /** The way in which the pod authenticates. */
    readonly kind: AwsIdentityKind,
    /** The ARN of the role. Only `irsa` has one. */
    readonly roleArn: string | undefined,
    /** The name of the Secret with the access keys. Only `accessKeys` has one. */
    readonly accessKeySecretName: string | undefined,
  ) {}

  /** The AWS account of the role, 12 digits. Only `irsa` has one. It may differ from the registry's account. */
  get account(): string | undefined {
    return this.roleArn === undefined ? undefined : parseRoleArn(this.roleArn)?.account;
  }

  /** The partition in the role's ARN, like `aws` or `aws-cn`. Only `irsa` has one. */
  get partition(): string | undefined {
    return this.roleArn === undefined ? undefined : parseRoleArn(this.roleArn)?.partition;
  }
}
