import { k8s } from 'cdk8s-plus-27';
import { AwsIdentity, AwsIdentityKind } from './aws-identity';
import { partitionOf } from './aws-partition';
import { EcrAddress } from './ecr-address';
import { ECR_PUSH_CHECK } from './ecr-push-check-sh';
import { ECR_TOKENS } from './ecr-tokens-sh';
import { IDENTITY } from './identity-sh';
import { unknownProps } from '../../unknown-props';
import { ValidationError, ValidationErrors, invalid } from '../../validation';
import { TokenCloud, TokenSource } from '../token-cloud';
import { POD_TOKEN_FILE } from '../variables';

/**
 * Variables that say where AWS is, which certificates to trust, and how often to retry.
 *
 * @see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 */
const ALLOWED_VARIABLES = [
  'AWS_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_ECR',
  'AWS_ENDPOINT_URL_STS',
  'AWS_MAX_ATTEMPTS',
  'AWS_RETRY_MODE',
  'AWS_METADATA_SERVICE_TIMEOUT',
  'AWS_METADATA_SERVICE_NUM_ATTEMPTS',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE',
  'AWS_EC2_METADATA_V1_DISABLED',
  'AWS_SDK_UA_APP_ID',
];

/** What the frame must know about AWS. */
export const AWS: TokenCloud = {
  title: 'AWS',
  tokenTitle: 'ECR token',
  alertPrefix: 'EcrToken',
  username: 'AWS',
  // @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
  life: { minutes: 12 * 60, inWords: '12 hours', everyMinutes: 4 * 60, mostRunsAnHour: 4 },
  container: 'aws',
  // A tag that is in public use. Users can verify its digest and pin it.
  image: 'public.ecr.aws/aws-cli/aws-cli:2.36.46',
  imageProp: 'awsCli',
  // docs/design.md has what was measured.
  resources: { cpu: '50m', memory: '128Mi', memoryLimit: '256Mi' },
  envProp: 'awsEnv',
  caVariable: 'AWS_CA_BUNDLE',
  scripts: { identity: IDENTITY, tokens: ECR_TOKENS, pushCheck: ECR_PUSH_CHECK },
  allowedVariables: ALLOWED_VARIABLES,
};

/** The ECR tokens that one refresher asks for. */
export class EcrTokens implements TokenSource {
  readonly cloud = AWS;
  readonly errors: readonly ValidationError[];
  readonly registries: readonly EcrAddress[];
  readonly identity: AwsIdentity;

  /** @param secretName the Secret that the refresher writes */
  constructor(props: { readonly registries: EcrAddress[]; readonly identity?: AwsIdentity }, secretName: string) {
    const errors = new ValidationErrors();
    errors.add([], unknownProps('EcrTokenRefresherProps', props));
    this.registries = checkRegistries(props.registries, errors);
    this.identity = props.identity ?? AwsIdentity.ambient();
    errors.add('identity', validateIdentity(this.identity, this.registries));
    if (this.identity.accessKeySecretName === secretName) {
      const message = `the access keys are in the Secret ${secretName}, which the refresher would overwrite: use another name for one of them`;
      errors.add('identity', invalid('conflict', message));
    }
    this.errors = errors.list;
  }

  get hosts(): string[] {
    return this.registries.map(({ host }) => host);
  }

  get requests(): string[] {
    return this.registries.map(({ region, host }) => `${region}=${host}`);
  }

  get variables(): TokenSource['variables'] {
    const { kind, roleArn } = this.identity;
    const created = this.registries.flatMap(({ region, account, createdRepositories }) =>
      createdRepositories.map((name) => `${region}=${account}=${name}`),
    );
    return {
      IDENTITY: kind,
      ENSURE_REPOSITORIES: created.length === 0 ? undefined : [...new Set(created)].join('\n'),
      AWS_ROLE_ARN: roleArn,
      AWS_WEB_IDENTITY_TOKEN_FILE: roleArn === undefined ? undefined : POD_TOKEN_FILE,
      AWS_STS_REGIONAL_ENDPOINTS: 'regional',
      AWS_EC2_METADATA_DISABLED: kind === AwsIdentityKind.AMBIENT ? undefined : 'true',
    };
  }

  get variablesFrom(): k8s.EnvVar[] {
    const secretName = this.identity.accessKeySecretName;
    if (secretName === undefined) return [];
    return ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((name) => ({
      name,
      valueFrom: { secretKeyRef: { name: secretName, key: name } },
    }));
  }

  get pushTargets(): string[] {
    return this.registries.flatMap(({ region, host, targets = [] }) =>
      targets.flatMap(({ path, isPrefix }) => (isPrefix ? [] : [`${region}=${host}/${path}`])),
    );
  }

  /** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_manual.html */
  get audience(): string | undefined {
    return this.identity.roleArn === undefined ? undefined : 'sts.amazonaws.com';
  }

  get podAnnotations(): TokenSource['podAnnotations'] {
    if (this.identity.kind !== AwsIdentityKind.POD_IDENTITY) return undefined;
    return { 'eks.amazonaws.com/skip-containers': 'kubectl' };
  }
}

function checkRegistries(registries: unknown, errors: ValidationErrors): EcrAddress[] {
  if (!Array.isArray(registries) || registries.length === 0) {
    errors.add('registries', invalid('missing', 'expected at least one registry, an account in a region'));
    return [];
  }
  registries.forEach((registry, i) => {
    if (registry instanceof EcrAddress) return;
    errors.add(['registries', i], invalid('wrong-type', 'expected an EcrAddress: EcrAddress.of({ account, region })'));
  });
  const addresses = registries.filter((registry) => registry instanceof EcrAddress);
  errors.add('registries', validateTogether(addresses));
  return addresses;
}

/** Checks that the registries of one Secret are all different and in the same partition. */
export function validateTogether(registries: readonly EcrAddress[]): ValidationError[] {
  const hosts = registries.map(({ host }) => host);
  const errors = registries
    .filter(({ host }, i) => hosts.indexOf(host) !== i)
    .flatMap(({ account, region }) => invalid('duplicate', `account ${account} in ${region} is listed twice`));
  const partitions = [...new Set(registries.map(({ region }) => partitionOf(region).name))];
  if (partitions.length < 2) return errors;
  const regions = [...new Set(registries.map(({ region }) => region))].join(', ');
  const spans = `${regions} are in the partitions ${partitions.join(' and ')}`;
  return [...errors, ...invalid('conflict', `${spans}, and no identity is valid in both: make a refresher for each`)];
}

/** Checks whether an identity is valid for these registries. */
export function validateIdentity(identity: unknown, registries: readonly EcrAddress[]): ValidationError[] {
  if (!(identity instanceof AwsIdentity)) {
    return invalid('wrong-type', 'expected an AwsIdentity, like AwsIdentity.irsa(roleArn)');
  }
  const { partition } = identity;
  const other = registries.find(({ region }) => partitionOf(region).name !== partition);
  if (partition === undefined || other === undefined) return [];
  const where = `${other.region} is in ${partitionOf(other.region).name}`;
  return invalid('conflict', `${identity.roleArn} is in the partition ${partition}, but ${where}`);
}
