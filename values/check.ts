import { ecrHostFaults, parseEcrHost } from '../lib/ecr/ecr-host';
import { namespaceFaults, objectNameFaults } from '../lib/kubernetes/names';
import { kindOf } from '../lib/registries/kinds';
import { PushTarget } from '../lib/registries/push-target';
import { buildJobFaults } from '../lib/settings/build-job';
import { readAws } from './aws';
import { FileReport } from './file-report';
import { readLogin } from './login';
import { Reference, readEndpoint, readReference } from './reference';
import { PushSecretValues, RegistryValues } from './registry-values';
import { CustomImageValues, Values } from './schema';
import { KeyPath } from './yaml-source';

const ENDPOINT: KeyPath = ['customImage', 'registryEndpoint'];
const PUSH_REPO: KeyPath = ['customImage', 'pushRepo'];
const PUSH_REPO_PREFIX: KeyPath = ['customImage', 'pushRepoPrefix'];
const PUSH_SECRET_NAME: KeyPath = ['customImage', 'pushSecretName'];

/** Checks the rules that span keys, and makes the typed value of a file. All that is wrong goes to the report. */
export function checkValues(
  values: Values,
  file: string,
  name: string,
  report: FileReport,
): RegistryValues | undefined {
  reportPlaceholders(values, [], report);
  const { customImage } = values;
  const namespaces = readNamespaces(values, report);
  const { reference, target } = readTarget(customImage, report);
  const host = readHost(customImage, reference, report);
  const pushSecretName = customImage.pushSecretName ?? `${name}-push-secret`;
  checkPushSecretName(customImage, pushSecretName, report);
  for (const { prop, message } of buildJobFaults(customImage.buildJob ?? {})) {
    report.problem(['customImage', 'buildJob', ...prop.split('.')], message);
  }
  const login = readLogin(customImage, { host: host ?? 'docker.io', secretName: pushSecretName, namespaces }, report);
  if (host === undefined || target === undefined) return undefined;
  const pushSecret = withAws(values, host, target, login, report);
  return {
    file,
    name,
    namespaces,
    kind: kindOf(host),
    host,
    target,
    pushSecretName,
    pushSecret,
    insecureSkipVerify: customImage.insecureSkipVerify,
    buildJob: customImage.buildJob,
  };
}

/** An ECR registry has a token refresher in place of a login. */
function withAws(
  { aws, customImage }: Values,
  host: string,
  target: PushTarget,
  login: PushSecretValues,
  report: FileReport,
): PushSecretValues {
  const passwordKey = customImage.registryPassword === undefined ? 'registryPasswordFrom' : 'registryPassword';
  const isEcr = parseEcrHost(host) !== undefined;
  if (isEcr) report.problems(customImage.pushRepo === undefined ? PUSH_REPO_PREFIX : PUSH_REPO, ecrHostFaults(host));
  if (login.from === 'login' && aws !== undefined && isEcr) {
    report.problem(
      ['customImage', passwordKey],
      'two sources of one password: the aws block fetches tokens by itself; remove registryUsername and this, or aws',
      'key',
    );
  } else if (login.from === 'login' && login.form !== 'external' && isEcr) {
    report.problem(
      ['customImage', passwordKey],
      'an ECR password expires after 12 hours; add `aws: {account, region}` in place of user name and password',
      'key',
    );
  }
  if (aws === undefined) return login;
  const ecr = readAws(aws, host, target, report);
  return ecr === undefined ? login : { from: 'ecr', ecr };
}

/** The docs write `<access token>` where the user's own value goes. */
function reportPlaceholders(value: unknown, path: KeyPath, report: FileReport): void {
  if (typeof value === 'string') {
    const isPassword = path[path.length - 1] === 'registryPassword';
    const placeholder = isPassword ? /^<[^<>]+>$/.exec(value) : /<[^<>]+>/.exec(value);
    if (placeholder) report.problem(path, `${placeholder[0]} is still the docs' placeholder; put your own value there`);
  } else if (typeof value === 'object' && value !== null) {
    const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
    for (const key of keys)
      reportPlaceholders((value as Record<string | number, unknown>)[key], [...path, key], report);
  }
}

function readNamespaces(values: Values, report: FileReport): string[] {
  const key = 'targetNamespace';
  const given = values.targetNamespace ?? 'hub';
  if (typeof given === 'string') {
    report.problems([key], namespaceFaults(given));
    return [given];
  }
  given.forEach((namespace, i) => {
    report.problems([key, i], namespaceFaults(namespace));
    if (given.indexOf(namespace) !== i) report.problem([key, i], `${namespace} is in the list already`);
  });
  return given;
}

function readTarget(customImage: CustomImageValues, report: FileReport) {
  const { pushRepo, pushRepoPrefix } = customImage;
  if (pushRepo === undefined && pushRepoPrefix === undefined) {
    if (!report.isBroken(PUSH_REPO) && !report.isBroken(PUSH_REPO_PREFIX)) {
      report.problem(PUSH_REPO, 'missing: give the repository that images are pushed to, or pushRepoPrefix');
    }
    return {};
  }
  if (pushRepo !== undefined && pushRepoPrefix !== undefined) {
    report.warning(PUSH_REPO_PREFIX, 'PrimeHub ignores pushRepoPrefix where pushRepo is set; so is it here');
  }
  const isPrefix = pushRepo === undefined;
  const path = isPrefix ? PUSH_REPO_PREFIX : PUSH_REPO;
  if (report.isBroken(path)) return {};
  const reference = readReference(pushRepo ?? pushRepoPrefix ?? '', isPrefix);
  if (reference.fault !== undefined) {
    report.problem(path, reference.fault);
    return { reference };
  }
  const target = isPrefix ? PushTarget.prefix(reference.path) : PushTarget.repository(reference.path);
  const host = reference.host ?? '';
  report.problems(path, kindOf(host).targetFaults(target, host));
  return { reference, target };
}

/** The host on which endpoint and repository must agree. */
function readHost(
  customImage: CustomImageValues,
  reference: Reference | undefined,
  report: FileReport,
): string | undefined {
  const implied = reference?.host;
  if (customImage.registryEndpoint === undefined) {
    if (report.isBroken(ENDPOINT)) return implied;
    const from = customImage.pushRepo === undefined ? 'pushRepoPrefix' : 'pushRepo';
    const right =
      implied === undefined ? '' : `; ${from} implies \`registryEndpoint: ${kindOf(implied).endpoint(implied)}\``;
    report.problem(ENDPOINT, `missing: PrimeHub offers to build custom images only where it is set${right}`);
    return implied;
  }
  if (report.isBroken(ENDPOINT)) return implied;
  const endpoint = readEndpoint(customImage.registryEndpoint);
  if (endpoint.fault !== undefined) report.problem(ENDPOINT, endpoint.fault);
  if (endpoint.host !== undefined && implied !== undefined && endpoint.host !== implied) {
    const from = customImage.pushRepo === undefined ? 'pushRepoPrefix' : 'pushRepo';
    report.problem(
      ENDPOINT,
      `the registry is ${endpoint.host} here and ${implied} in ${from}; both must name the same one`,
    );
  }
  return implied ?? endpoint.host;
}

function checkPushSecretName(customImage: CustomImageValues, name: string, report: FileReport): void {
  report.problems(PUSH_SECRET_NAME, objectNameFaults('Secret', name));
  if (/(^|-)controller-custom-image-push-secret$/.test(name)) {
    report.warning(
      PUSH_SECRET_NAME,
      `${customImage.pushSecretName} is the name of the Secret that the PrimeHub chart makes by itself as soon as registryEndpoint is set; beside the chart, take another`,
    );
  }
}
