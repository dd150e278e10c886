import * as z from 'zod';
import { EcrRegistry, ecr } from '../../lib/registries/ecr';
import { AwsIdentity } from '../../lib/token-refresher/aws/aws-identity';
import { regionDoubt } from '../../lib/token-refresher/aws/aws-partition';
import { EcrAddress, type EcrHost, type EcrHostForm, parseEcrHost } from '../../lib/token-refresher/aws/ecr-address';
import { creationTemplateCommand } from '../../lib/token-refresher/aws/ecr-repository';
import type { EcrTokenRefresherOptions } from '../../lib/token-refresher/aws/ecr-token-refresher';
import { AWS, validateIdentity, validateTogether } from '../../lib/token-refresher/aws/ecr-tokens';
import type { ValuePath } from '../../lib/validation';
import { readRefresherOptions } from './refresher-options';
import { alert, kubectlImage, podFields, pushCheck, admissionPolicy } from './refresher-schema';
import type { TokenBlock, TokenPlace } from './token-block';
import type { FileReport } from '../report/file-report';
import { type Partly, text, textMap } from '../schema/fields';

const account = z
  .string()
  .regex(/^[0-9]{12}$/)
  .describe('AWS account id: 12 digits, in quotes.');

const schema = z
  .strictObject({
    account,
    region: text('AWS region of the registry, like eu-west-1.'),
    registries: z
      .array(z.strictObject({ account, region: text('AWS region.') }))
      .describe('More registries in the same AWS partition. The push Secret gets a login for each.')
      .optional(),
    roleArn: text("IAM role that the refresher's service account assumes with its own token (IRSA).").optional(),
    podIdentity: z.boolean().describe('Use EKS Pod Identity.').optional(),
    accessKeySecret: text('Name of a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.').optional(),
    schedule: text(
      'Cron schedule in UTC. Default: every 4 hours at a minute that is derived from the names and the registries.',
    ).optional(),
    images: z
      .strictObject({ awsCli: text('Image of the AWS CLI, by tag or digest.').optional(), kubectl: kubectlImage })
      .describe("Images of the refresher's pod, to use a mirror or to pin a version.")
      .optional(),
    ensureRepository: z
      .boolean()
      .describe('Create the repository of pushRepo if it does not exist.')
      .meta({ default: false })
      .optional(),
    alert,
    pushCheck,
    admissionPolicy,
    pod: z
      .strictObject({
        ...podFields,
        awsEnv: textMap(
          'Environment variables for the AWS CLI only, like HTTPS_PROXY, NO_PROXY and AWS_USE_FIPS_ENDPOINT.',
        ).optional(),
        caConfigMap: text(
          'Name of a ConfigMap whose key ca.crt contains the certificates that the AWS CLI trusts.',
        ).optional(),
      })
      .describe("Settings of the refresher's pod that the cluster needs.")
      .optional(),
  })
  .describe(
    'Amazon ECR: keeps a fresh token in the push Secret. Set at most one of roleArn, podIdentity and accessKeySecret.',
  );

type AwsValues = Partly<z.infer<typeof schema>>;

const KEY = 'aws';
const IDENTITIES = ['roleArn', 'podIdentity', 'accessKeySecret'] as const;

const ACCESS_KEYS =
  'access keys in this file would be committed: put them into a Secret of the cluster, and set accessKeySecret to its name (docs/ecr-identity.md)';

// @see https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html
// @see https://external-secrets.io/latest/api/generator/ecr/
const ECR_PUBLIC =
  "ECR Public is not the same service as Amazon ECR: it has its own tokens, which live 12 hours, and this block cannot fetch them. Push to a private ECR registry. Or remove the block, keep a Secret fresh with External Secrets' generator ECRAuthorizationToken (`scope: public`), and set pushSecretName to its name";

/** The `aws` block of an ECR registry. */
export const aws: TokenBlock<typeof schema> = {
  key: KEY,
  schema,
  registry: ecr,
  otherService: (host) => (host === 'public.ecr.aws' ? ECR_PUBLIC : undefined),
  noPassword: {
    useBlock: 'an ECR password expires after 12 hours: replace user name and password with `aws: {account, region}`',
    nothingToSeal:
      'Amazon ECR has no password to seal: its tokens live 12 hours, and the refresher of the aws block keeps one fresh',
  },
  placeholders: ['account', 'aws account id', 'aws region', 'region'],
  // Values of the chart aws-ecr-credential, which people copy here.
  refusedKeys: { accessKeyId: ACCESS_KEYS, secretAccessKey: ACCESS_KEYS },
  policyFile: { folder: 'aws', ending: 'iam-policy.json' },
  read,
};

function read(values: AwsValues, place: TokenPlace, report: FileReport): ReturnType<typeof aws.read> {
  const named = place.host === undefined ? undefined : parseEcrHost(place.host);
  const identity = readIdentity(values, place.pushSecretName, report);
  const options = { ...readRefresherOptions(KEY, values, AWS, report), identity } as EcrTokenRefresherOptions;
  const address = readAddress(values, [KEY], report, named?.hostForm);
  const moreRegistries = (values.registries ?? []).flatMap((registry, i) =>
    registry === undefined ? [] : (readAddress(registry, [KEY, 'registries', i], report) ?? []),
  );
  const all = [...(address === undefined ? [] : [address]), ...moreRegistries];
  report.errors([KEY, 'registries'], validateTogether(all));
  // In a values file, only the partition of the role can contradict the registry.
  if (identity !== undefined && address !== undefined) {
    report.errors([KEY, 'roleArn'], validateIdentity(identity, [address]));
  }
  checkSameRegistry(values, place.host, named, report);
  warnOfUnknownRegions(values, report);
  if (address === undefined || place.host === undefined) return undefined;
  noteWhatCanBeMeant(values, place, identity, report);
  const ensureRepository = values.ensureRepository === true && place.target?.isPrefix === false;
  return {
    createRegistry: (scope, id, props) => {
      const registry = new EcrRegistry(scope, id, { ...props, ...options, address, moreRegistries, ensureRepository });
      return { registry, policy: registry.tokenRefresher?.iamPolicyJson };
    },
  };
}

function readAddress(
  { account: id, region }: Partly<{ account: string; region: string }>,
  path: ValuePath,
  report: FileReport,
  hostForm?: EcrHostForm,
): EcrAddress | undefined {
  return report.collect(
    () => EcrAddress.of({ account: id!, region: region!, hostForm }),
    (error) => [...path, ...error.path],
  );
}

function checkSameRegistry(
  { account: id, region }: AwsValues,
  host: string | undefined,
  named: EcrHost | undefined,
  report: FileReport,
): void {
  if (named === undefined || (named.account === id && named.region === region)) return;
  if (report.isBroken([KEY, 'account']) || report.isBroken([KEY, 'region'])) return;
  const key = named.account === id ? 'region' : 'account';
  const here = EcrAddress.of({ account: id!, region: region! }).host;
  const message = `the registry is ${here} here, but ${host} in customImage: both must be the same`;
  report.problem([KEY, key], 'mismatch', message);
}

function warnOfUnknownRegions({ region, registries = [] }: AwsValues, report: FileReport): void {
  const regions = [region, ...registries.map((registry) => registry?.region)];
  regions.forEach((name, i) => {
    const path = i === 0 ? [KEY, 'region'] : [KEY, 'registries', i - 1, 'region'];
    if (name === undefined || report.isBroken(path)) return;
    const doubt = regionDoubt(name);
    if (doubt !== undefined) report.warning(path, 'doubtful', doubt);
  });
}

function readIdentity(values: AwsValues, pushSecretName: string, report: FileReport): AwsIdentity | undefined {
  const given = IDENTITIES.filter((key) => values[key] !== undefined && values[key] !== false);
  if (given.length > 1) {
    const list = new Intl.ListFormat('en').format(given);
    const message = `${list} are ${given.length} identities, but the pod has only one: remove the others`;
    report.problem([KEY, given[1]], 'conflict', message, 'key');
    return undefined;
  }
  const { roleArn, accessKeySecret } = values;
  if (roleArn !== undefined) {
    return report.collect(
      () => AwsIdentity.irsa(roleArn),
      () => [KEY, 'roleArn'],
    );
  }
  if (accessKeySecret !== undefined) return readAccessKeys(accessKeySecret, pushSecretName, report);
  return values.podIdentity === true ? AwsIdentity.podIdentity() : undefined;
}

function readAccessKeys(secretName: string, pushSecretName: string, report: FileReport): AwsIdentity | undefined {
  const path = [KEY, 'accessKeySecret'];
  if (secretName === pushSecretName) {
    const message = `${secretName} is the push Secret, which the refresher overwrites with tokens: keep the access keys in another Secret`;
    report.problem(path, 'conflict', message);
  }
  try {
    return AwsIdentity.accessKeys(secretName);
  } catch {
    // Don't echo the value: people paste the access key itself here.
    const message =
      'this is not a valid name of a Secret: expected lower-case letters, digits, "-" and "."; give the name of the Secret that contains the access keys, not the keys';
    report.problem(path, 'malformed', message);
    return undefined;
  }
}

function noteWhatCanBeMeant(
  values: AwsValues,
  { host, target }: TokenPlace,
  identity: AwsIdentity | undefined,
  report: FileReport,
): void {
  if (identity?.account !== undefined && identity.account !== values.account) {
    const message = `the role belongs to the account ${identity.account}, but the registry to ${values.account}: the repository's policy must allow ${identity.account} to push`;
    report.note([KEY, 'roleArn'], 'to-do', message);
  }
  if (target?.isPrefix !== true || values.region === undefined) return;
  const command = creationTemplateCommand(values.region, target.path);
  report.note(
    ['customImage', 'pushRepoPrefix'],
    'to-do',
    `each image gets its own ECR repository below ${host}/${target.path}, and ECR does not create them by default: to let it create them on push, run this once: \`${command}\``,
  );
  if (values.ensureRepository === true) {
    const message = 'this has no effect with pushRepoPrefix, as the repositories are not known in advance: remove it';
    report.warning([KEY, 'ensureRepository'], 'no-effect', message);
  }
}
