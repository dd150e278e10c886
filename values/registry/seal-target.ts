import { SealingScope } from '../../lib/push-secret/sealed-secret';
import { ecr } from '../../lib/registries/ecr';
import { checkValues } from './check';
import { Finding, Findings } from '../report/findings';
import { FileReport } from '../report/file-report';
import { LoginUse, readLogin } from './login';
import { openValuesFile } from '../read';
import { CustomImageValues, Values } from '../schema/schema';

/** What a values file says of the password to seal: what it is for, and where it is now. */
export interface SealTarget {
  /** The file's text at the time of reading. */
  readonly text: string;
  readonly host: string;
  readonly username: string;
  readonly secretName: string;
  readonly namespaces: readonly string[];
  /** The scope of what the file holds sealed already. */
  readonly scope?: SealingScope;
  /** Where the file says that the password is, other than sealed or in a secret store. */
  readonly source?: PlainSource;
  /** What is wrong with that. It is replaced, so that it matters only where the password is taken from there. */
  readonly sourceProblems: readonly Finding[];
  /** Whether the file itself holds the password. */
  readonly isInline: boolean;
}

/** A password that can be read here. */
export interface PlainSource {
  /** Where it is, in the words of a message. */
  readonly origin: string;
  /** Nothing where it is not there. */
  readonly password?: string;
}

/** Stands in for the source of the file, to check the rest of it. */
const NO_SOURCE = { env: 'PASSWORD_TO_SEAL' };
/** What is sealed or in a secret store may be out of date: that is why one seals again. */
const REPLACED = /^customImage\.registryPasswordFrom\.(sealed|externalSecret)/;
const SOURCE = /^customImage\.registryPassword(From)?(\.|$)/;

/** Reads a values file whose password is to be sealed. What is wrong with it goes to `findings`. */
export function readSealTarget(file: string, findings: Findings): SealTarget | undefined {
  const all = new Findings();
  const target = readTarget(file, all);
  findings.warnings.push(...all.warnings);
  findings.problems.push(...all.problems.filter(({ key = '' }) => !SOURCE.test(key)));
  if (findings.problems.length > 0 || target === undefined) return undefined;
  const sourceProblems = all.problems.filter(({ key = '' }) => SOURCE.test(key) && !REPLACED.test(key));
  return { ...target, sourceProblems };
}

function readTarget(file: string, findings: Findings): Omit<SealTarget, 'sourceProblems'> | undefined {
  const opened = openValuesFile(file, findings);
  if (opened === undefined) return undefined;
  if (opened === 'disabled') {
    findings.problems.push({ file, key: 'customImage.enabled', message: 'false: nothing is generated from this file' });
    return undefined;
  }
  const { values, name, text, report } = opened;
  const { customImage } = values;
  if (values.aws !== undefined) {
    report.problem(['aws'], NO_ECR, 'key');
    return undefined;
  }
  if (customImage.registryUsername === undefined) {
    report.problem(['customImage', 'registryUsername'], 'missing: the user name is sealed with the password');
  }
  const checked = checkValues(withoutSource(values), name, report);
  if (checked?.kind === ecr) report.problem(['customImage', 'registryEndpoint'], NO_ECR);
  if (checked?.pushSecret.from !== 'login') return undefined;
  const { host, pushSecretName: secretName, namespaces } = checked;
  return {
    text,
    host,
    username: checked.pushSecret.login.username,
    secretName,
    namespaces,
    scope: customImage.registryPasswordFrom?.sealed?.scope as SealingScope | undefined,
    source: readSource(customImage, { host, secretName, namespaces }, report),
    isInline: customImage.registryPassword !== undefined || report.isBroken(['customImage', 'registryPassword']),
  };
}

const NO_ECR =
  'Amazon ECR has no password to seal: its tokens live 12 hours, and the refresher that the aws block makes keeps one fresh';

/** The values as they are checked: without what sealing replaces. */
function withoutSource({ customImage, ...values }: Values): Values {
  return { ...values, customImage: { ...customImage, registryPassword: undefined, registryPasswordFrom: NO_SOURCE } };
}

function readSource(customImage: CustomImageValues, use: LoginUse, report: FileReport): PlainSource | undefined {
  const { registryPassword, registryPasswordFrom: { env, file } = {} } = customImage;
  if (registryPassword === undefined && env === undefined && file === undefined) return undefined;
  const registryPasswordFrom = env === undefined && file === undefined ? undefined : { env, file };
  const read = readLogin({ ...customImage, registryPasswordFrom }, use, report);
  if (read.from !== 'login') return undefined;
  const { password } = read.login;
  return {
    origin: registryPassword === undefined ? password._origin : 'registryPassword',
    password: password._reveal(),
  };
}
