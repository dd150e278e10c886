import { Construct } from 'constructs';
import { AwsIdentity } from './aws-identity';
import { EcrAddress } from './ecr-address';
import { EcrTokens } from './ecr-tokens';
import { iamPolicyJson } from './iam-policy';
import { givenProps } from '../../validation';
import { TokenRefresherOptions, TokenRefresherPod, TokenRefresherProps } from '../options';
import { TokenRefresher } from '../token-refresher';

/** The images of the refresher's pod, with a tag or digest, to use a mirror or to pin them. */
export interface EcrTokenRefresherImages {
  /**
   * The image with the AWS CLI and a shell.
   *
   * @default public.ecr.aws/aws-cli/aws-cli:2.36.46
   */
  readonly awsCli?: string;
  /**
   * The image with kubectl.
   *
   * @default registry.k8s.io/kubectl:v1.36.4
   */
  readonly kubectl?: string;
}

/** Settings of the pod that asks AWS for tokens. */
export interface EcrTokenRefresherPod extends TokenRefresherPod {
  /**
   * Environment variables of the AWS container only, like `HTTPS_PROXY`, `NO_PROXY` and `AWS_USE_FIPS_ENDPOINT`. They
   * are committed, so they must not contain a password, and they cannot choose an identity.
   *
   * @default - only the variables that the refresher needs
   */
  readonly awsEnv?: { [key: string]: string };
}

/** Options of an ECR token refresher, by itself and inside an `EcrRegistry`. */
export interface EcrTokenRefresherOptions extends TokenRefresherOptions {
  /**
   * The identity that asks AWS for tokens.
   *
   * @default AwsIdentity.ambient()
   */
  readonly identity?: AwsIdentity;
  /**
   * The images of the pod.
   *
   * @default - the official ones of AWS and of Kubernetes
   */
  readonly images?: EcrTokenRefresherImages;
  /**
   * Settings of the pod that the cluster may need.
   *
   * @default - nothing
   */
  readonly pod?: EcrTokenRefresherPod;
}

/** Props of an `EcrTokenRefresher`. */
export interface EcrTokenRefresherProps extends EcrTokenRefresherOptions, TokenRefresherProps {
  /** The registries that the Secret logs in to, all in the same partition of AWS. */
  readonly registries: EcrAddress[];
}

/**
 * Keeps a push Secret filled with fresh ECR tokens, with a CronJob, a Job for the first token, and the fewest rights
 * that this needs.
 *
 * The Secret is not part of the chart, so applying the chart again never replaces a fresh token with an old one. It has
 * its own labels, so that no tool treats it as the chart's, and annotations that say when it was refreshed and when it
 * expires.
 */
export class EcrTokenRefresher extends TokenRefresher {
  /** The identity that asks AWS for tokens. */
  readonly identity: AwsIdentity;
  /** The smallest IAM policy that the identity needs, as JSON. */
  readonly iamPolicyJson: string;
  /** @internal */
  readonly _registries: readonly EcrAddress[];

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  constructor(scope: Construct, id: string, props: EcrTokenRefresherProps) {
    const given = givenProps(props);
    const tokens = new EcrTokens(given, given.secretName ?? `${given.name ?? id}-push-secret`);
    super(scope, id, tokens, given as TokenRefresherProps);
    this.identity = tokens.identity;
    this._registries = tokens.registries;
    this.iamPolicyJson = iamPolicyJson(tokens.registries);
  }
}
