import { AwsIdentity, roleArnFaults } from '../../lib/token-refresher/aws/aws-identity';
import { EcrHost, EcrHostForm, formatEcrHost, parseEcrHost } from '../../lib/token-refresher/aws/ecr-host';
import { creationTemplateCommand } from '../../lib/token-refresher/aws/ecr-repository';
import { checkOptions, checkRegistry, checkTogether } from '../../lib/token-refresher/checks';
import { Faults } from '../../lib/validation';
import { objectNameFaults } from '../../lib/kubernetes/names';
import { PushTarget } from '../../lib/images/push-target';
import { FileReport } from '../report/file-report';
import { EcrValues } from '../registry/registry-values';
import { AwsValues } from '../schema/schema';
import { KeyPath } from '../yaml/yaml-source';

const AWS: KeyPath = ['aws'];
const IDENTITIES = ['roleArn', 'podIdentity', 'accessKeySecret'] as const;

/** What `customImage` says; a part of the registry that is wrong there is missing here. */
export interface NamedRegistry {
  readonly host?: string;
  readonly target?: PushTarget;
  readonly pushSecretName: string;
}

/** Reads the `aws` block of an ECR registry. */
export function readAws(aws: AwsValues, named: NamedRegistry, report: FileReport): EcrValues | undefined {
  const { account, region, registries: moreRegistries = [] } = aws;
  const parsed = named.host === undefined ? undefined : parseEcrHost(named.host);
  if (named.host !== undefined && parsed === undefined) {
    report.problem(AWS, `this block is for Amazon ECR, and the registry is ${named.host}; remove one of them`, 'key');
    return undefined;
  }
  const options = readOptions(aws, named.pushSecretName, report);
  const faults = new Faults();
  checkRegistry('', { account, region }, faults);
  moreRegistries.forEach((registry, i) => checkRegistry(`registries[${i}].`, registry, faults));
  checkTogether('registries', [{ account, region }, ...moreRegistries], faults);
  checkOptions(options, [region], faults);
  // Of an identity that the values file can name, only the partition of the role can be wrong.
  report.faults(
    AWS,
    faults.list.map((fault) => (fault.prop === 'identity' ? { ...fault, prop: 'roleArn' } : fault)),
  );
  if (parsed === undefined) return undefined;
  checkSameRegistry(aws, parsed, named.host!, report);
  noteWhatCanBeMeant(aws, named, options, report);
  const ensureRepository = aws.ensureRepository === true && named.target?.isPrefix === false;
  return { account, region, hostForm: parsed.hostForm, moreRegistries, ensureRepository, ...options };
}

function checkSameRegistry(aws: AwsValues, parsed: EcrHost, host: string, report: FileReport): void {
  const { account, region } = aws;
  if (parsed.account === account && parsed.region === region) return;
  if (report.isBroken([...AWS, 'account']) || report.isBroken([...AWS, 'region'])) return;
  const key = parsed.account === account ? 'region' : 'account';
  const here = formatEcrHost({ account, region, hostForm: EcrHostForm.PLAIN });
  report.problem([...AWS, key], `the registry is ${here} here and ${host} in customImage; both must name the same one`);
}

function readOptions(aws: AwsValues, pushSecretName: string, report: FileReport) {
  const { schedule, images, pod, alert } = aws;
  return { identity: readIdentity(aws, pushSecretName, report), schedule, images, pod, alert };
}

function readIdentity(aws: AwsValues, pushSecretName: string, report: FileReport): AwsIdentity | undefined {
  const given = IDENTITIES.filter((key) => aws[key] !== undefined && aws[key] !== false);
  if (given.length > 1) {
    report.problem(
      [...AWS, given[1]],
      `${new Intl.ListFormat('en').format(given)} are ${given.length} identities; the pod has one, remove the others`,
      'key',
    );
    return undefined;
  }
  const { roleArn, accessKeySecret } = aws;
  if (roleArn !== undefined) {
    const faults = roleArnFaults(roleArn);
    report.problems([...AWS, 'roleArn'], faults);
    return faults.length === 0 ? AwsIdentity.irsa(roleArn) : undefined;
  }
  if (accessKeySecret !== undefined) {
    const faults = objectNameFaults('Secret', accessKeySecret);
    // Whoever pastes the access key itself here must not read it again in a message.
    if (faults.length > 0) {
      report.problem(
        [...AWS, 'accessKeySecret'],
        'this is no name of a Secret: lower-case letters, digits, "-" and "."; the access keys themselves belong into that Secret',
      );
      return undefined;
    }
    if (accessKeySecret === pushSecretName) {
      report.problem(
        [...AWS, 'accessKeySecret'],
        `${accessKeySecret} is the push Secret, which is overwritten with tokens; keep the access keys in another one`,
      );
    }
    return AwsIdentity.accessKeys(accessKeySecret);
  }
  return aws.podIdentity === true ? AwsIdentity.podIdentity() : undefined;
}

function noteWhatCanBeMeant(
  aws: AwsValues,
  { host, target }: NamedRegistry,
  { identity }: { readonly identity?: AwsIdentity },
  report: FileReport,
): void {
  if (identity?.account !== undefined && identity.account !== aws.account) {
    report.note(
      [...AWS, 'roleArn'],
      `the role is of the account ${identity.account}, the registry of ${aws.account}: the repository's policy must allow that account to push`,
    );
  }
  if (target === undefined || !target.isPrefix) return;
  const command = creationTemplateCommand(aws.region, target.path);
  report.note(
    ['customImage', 'pushRepoPrefix'],
    `each image gets an ECR repository of its own below ${host}/${target.path}, and ECR makes none by itself; let it make them on push, once: \`${command}\``,
  );
  if (aws.ensureRepository === true) {
    report.warning(
      [...AWS, 'ensureRepository'],
      'without effect with pushRepoPrefix: the repositories are not known beforehand',
    );
  }
}
