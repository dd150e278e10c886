import { Construct } from 'constructs';
import { AwsIdentity } from './aws-identity';
import { EcrAddress } from './ecr-address';
import { EcrTokens } from './ecr-tokens';
import { iamPolicyJson } from './iam-policy';
import { givenProps } from '../../validation';
import { TokenRefresherOptions, TokenRefresherPod, TokenRefresherProps } from '../options';
import { TokenRefresher } from '../token-refresher';

/** The images of the refresher's pod, with tag or digest, for mirrors and for pinning. */
export interface EcrTokenRefresherImages {
  /**
   * An image with the AWS CLI and a shell.
   *
   * @default public.ecr.aws/aws-cli/aws-cli:2.36.46
   */
  readonly awsCli?: string;
  /**
   * An image with kubectl.
   *
   * @default registry.k8s.io/kubectl:v1.36.4
   */
  readonly kubectl?: string;
}

/** What a cluster may want of the pod that asks AWS for tokens. */
export interface EcrTokenRefresherPod extends TokenRefresherPod {
  /**
   * Environment of the AWS container alone: `HTTPS_PROXY`, `NO_PROXY`, `AWS_USE_FIPS_ENDPOINT`. It is committed as it
   * stands, so that it can hold no password, and it cannot choose an identity.
   *
   * @default - nothing more than what the refresher needs
   */
  readonly awsEnv?: { [key: string]: string };
}

/** What can be chosen of an ECR refresher, on its own and inside an `EcrRegistry`. */
export interface EcrTokenRefresherOptions extends TokenRefresherOptions {
  /**
   * Who asks AWS for tokens.
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
   * What the cluster wants of the pod.
   *
   * @default - nothing
   */
  readonly pod?: EcrTokenRefresherPod;
}

/** Props of an `EcrTokenRefresher`. */
export interface EcrTokenRefresherProps extends EcrTokenRefresherOptions, TokenRefresherProps {
  /** The registries that the Secret logs in to, all in one partition of AWS. */
  readonly registries: EcrAddress[];
}

/**
 * Keeps a push Secret with fresh ECR tokens: a CronJob, a Job for the first token, and the least rights to do it.
 *
 * The Secret is no object of the chart: applying the chart again never takes a token back. It carries labels of its own,
 * so that no tool takes it for the chart's, and annotations that say when it was refreshed and when it expires.
 */
export class EcrTokenRefresher extends TokenRefresher {
  /** Who asks AWS for tokens. */
  readonly identity: AwsIdentity;
  /** The least policy for the identity, as JSON. */
  readonly iamPolicyJson: string;
  /** @internal */
  readonly _registries: readonly EcrAddress[];

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws Error that lists every fault of the props
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
