import { PasswordSource } from '../lib/push-secret/password-source';
import { ecr } from '../lib/registries/ecr';
import { checkValues } from './check';
import { Findings } from './findings';
import { openValuesFile } from './read';
import { Values } from './schema';

/** What a values file says of the password to seal: what it is for, and where it is now. */
export interface SealTarget {
  /** The file's text at the time of reading. */
  readonly text: string;
  readonly host: string;
  readonly username: string;
  readonly secretName: string;
  readonly namespaces: readonly string[];
  /** Where the file says that the password is, other than sealed or in a secret store. */
  readonly source?: PasswordSource;
  /** Whether the file itself holds the password. */
  readonly isInline: boolean;
}

/** Stands in for the source of a file that names none, to check the rest of it. */
const NO_SOURCE = { env: 'PASSWORD_TO_SEAL' };
const REPLACED = ['customImage.registryPasswordFrom.sealed', 'customImage.registryPasswordFrom.externalSecret'];

/** Reads a values file whose password is to be sealed. What is wrong with it goes to `findings`. */
export function readSealTarget(file: string, findings: Findings): SealTarget | undefined {
  const all = new Findings();
  const target = readTarget(file, all);
  findings.warnings.push(...all.warnings);
  // What is replaced may be out of date: that is why one seals again.
  findings.problems.push(
    ...all.problems.filter(({ key }) => !REPLACED.some((replaced) => key?.startsWith(replaced) === true)),
  );
  return findings.problems.length === 0 ? target : undefined;
}

function readTarget(file: string, findings: Findings): SealTarget | undefined {
  const opened = openValuesFile(file, findings);
  if (opened === undefined) return undefined;
  if (opened === 'disabled') {
    findings.problems.push({ file, key: 'customImage.enabled', message: 'false: nothing is generated from this file' });
    return undefined;
  }
  const { values, name, text, report } = opened;
  if (values.aws !== undefined) {
    report.problem(['aws'], NO_ECR, 'key');
    return undefined;
  }
  if (values.customImage.registryUsername === undefined) {
    report.problem(['customImage', 'registryUsername'], 'missing: the user name is sealed with the password');
  }
  const { registryPassword, registryPasswordFrom: { env, file: passwordFile } = {} } = values.customImage;
  const isInline = registryPassword !== undefined;
  const hasSource = isInline || env !== undefined || passwordFile !== undefined;
  const checked = checkValues(withSource(values, hasSource), name, report);
  if (checked?.pushSecret.from !== 'login') return undefined;
  if (checked.kind === ecr) report.problem(['customImage', 'registryEndpoint'], NO_ECR);
  const { host, username, password } = checked.pushSecret.login;
  return {
    text,
    host,
    username,
    secretName: checked.pushSecretName,
    namespaces: checked.namespaces,
    source: hasSource ? password : undefined,
    isInline,
  };
}

const NO_ECR =
  'Amazon ECR has no password to seal: its tokens live 12 hours, and the refresher that the aws block makes keeps one fresh';

/** The values as they are checked: without what sealing replaces. */
function withSource(values: Values, hasSource: boolean): Values {
  const { registryPasswordFrom, ...customImage } = values.customImage;
  const { env, file } = registryPasswordFrom ?? {};
  const kept = env === undefined && file === undefined ? undefined : { env, file };
  return { ...values, customImage: { ...customImage, registryPasswordFrom: hasSource ? kept : NO_SOURCE } };
}
