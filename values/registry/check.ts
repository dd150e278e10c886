import { ecrHostFaults, parseEcrHost } from '../../lib/token-refresher/aws/ecr-host';
import { namespaceFaults, objectNameFaults } from '../../lib/kubernetes/names';
import { kindOf } from '../../lib/registries/kinds';
import { buildJobFaults } from '../../lib/settings/build-job';
import { NamedRegistry, readAws } from '../tokens/aws';
import { FileReport } from '../report/file-report';
import { readLogin } from './login';
import { PushSecretValues, RegistryValues } from './registry-values';
import { CustomImageValues, Values } from '../schema/schema';
import { hostKey, isPlainHttp, readRegistryTarget } from './target';
import { KeyPath } from '../yaml/yaml-source';

const PUSH_SECRET_NAME: KeyPath = ['customImage', 'pushSecretName'];

/** Checks the rules that span keys, and makes the typed value of a file. All that is wrong goes to the report. */
export function checkValues(values: Values, name: string, report: FileReport): RegistryValues | undefined {
  const { customImage } = values;
  const namespaces = readNamespaces(values, report);
  const { host, target } = readRegistryTarget(customImage, report);
  const pushSecretName = customImage.pushSecretName ?? `${name}-push-secret`;
  checkPushSecretName(customImage, pushSecretName, report);
  report.faults(['customImage', 'buildJob'], buildJobFaults(customImage.buildJob ?? {}));
  const pushSecret = readPushSecret(values, { host, target, pushSecretName }, namespaces, report);
  if (host === undefined || target === undefined) return undefined;
  return {
    file: report.file,
    name,
    namespaces,
    kind: kindOf(host),
    host,
    plainHttp: isPlainHttp(customImage),
    target,
    pushSecretName,
    pushSecret,
    insecureSkipVerify: customImage.insecureSkipVerify,
    buildJob: customImage.buildJob,
  };
}

/** Reads what the push Secret comes from: a login, or for ECR the tokens that a refresher fetches in its place. */
function readPushSecret(
  { aws, customImage }: Values,
  named: NamedRegistry,
  namespaces: readonly string[],
  report: FileReport,
): PushSecretValues {
  const { host, pushSecretName: secretName } = named;
  const isEcr = host !== undefined && parseEcrHost(host) !== undefined;
  if (isEcr) report.problems(hostKey(customImage), ecrHostFaults(host));
  // A host that is not known is not another one than that it was sealed for.
  const assumedHost = host ?? customImage.registryPasswordFrom?.sealed?.host ?? 'docker.io';
  const login: PushSecretValues =
    isEcr && reportEcrPassword(customImage, aws !== undefined, report)
      ? { from: 'existing' }
      : readLogin(customImage, { host: assumedHost, secretName, namespaces }, report);
  const doubt =
    login.from === 'login' && host !== undefined ? kindOf(host).usernameDoubt?.(login.login.username) : undefined;
  if (doubt !== undefined) report.warning(['customImage', 'registryUsername'], doubt);
  if (aws === undefined) return login;
  const ecr = readAws(aws, named, report);
  return ecr === undefined ? login : { from: 'ecr', ecr };
}

/** Reports a password of ECR, which is of no use, if there is one. */
function reportEcrPassword(customImage: CustomImageValues, hasAws: boolean, report: FileReport): boolean {
  const { registryPassword, registryPasswordFrom } = customImage;
  const isInStore = registryPasswordFrom?.externalSecret !== undefined;
  if (registryPassword === undefined && registryPasswordFrom === undefined) return false;
  // Something else may keep a fresh one in the store.
  if (isInStore && !hasAws) return false;
  report.problem(
    ['customImage', registryPassword === undefined ? 'registryPasswordFrom' : 'registryPassword'],
    hasAws
      ? 'two sources of one password: the aws block fetches tokens by itself; remove registryUsername and this, or aws'
      : 'an ECR password expires after 12 hours; add `aws: {account, region}` in place of user name and password',
    'key',
  );
  return true;
}

/** The namespaces, without those that are wrong: what else there is to say of them would be noise. */
function readNamespaces(values: Values, report: FileReport): string[] {
  const key = 'targetNamespace';
  const given = values.targetNamespace ?? 'hub';
  if (typeof given === 'string') {
    report.problems([key], namespaceFaults(given));
    return report.isBroken([key]) ? [] : [given];
  }
  given.forEach((namespace, i) => {
    report.problems([key, i], namespaceFaults(namespace));
    if (given.indexOf(namespace) !== i) report.problem([key, i], `${namespace} is in the list already`);
  });
  return given.filter((_, i) => !report.isBroken([key, i]));
}

function checkPushSecretName(customImage: CustomImageValues, name: string, report: FileReport): void {
  // A default that is wrong comes from the name of the file, which is reported.
  if (customImage.pushSecretName !== undefined && objectNameFaults('Secret', name).length > 0) {
    // Whoever takes the key for the place of the password must not read it again in a message.
    report.problem(
      PUSH_SECRET_NAME,
      'this is no name of a Secret: lower-case letters, digits, "-" and ".", a letter or digit at both ends of each part, at most 253 characters; the password itself does not belong here',
    );
  }
  if (/(^|-)controller-custom-image-push-secret$/.test(name)) {
    report.warning(
      PUSH_SECRET_NAME,
      `${name} is the name of the Secret that the PrimeHub chart makes by itself as soon as registryEndpoint is set; beside the chart, take another`,
    );
  }
}
