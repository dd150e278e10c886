import { kindOf } from '../../lib/registries/kinds';
import { pathFaults } from '../../lib/images/image-reference';
import { PushTarget } from '../../lib/images/push-target';
import { targetFaults } from '../../lib/registries/registry';
import { FileReport } from '../report/file-report';
import { Reference, readEndpoint, readReference, withCorrection } from './reference';
import { CustomImageValues } from '../schema/schema';
import { KeyPath } from '../yaml/yaml-source';

const ENDPOINT: KeyPath = ['customImage', 'registryEndpoint'];
const PUSH_REPO: KeyPath = ['customImage', 'pushRepo'];
const PUSH_REPO_PREFIX: KeyPath = ['customImage', 'pushRepoPrefix'];

/** The registry and what images are pushed to on it, as far as the file says so without a problem. */
export interface RegistryTarget {
  readonly host?: string;
  readonly target?: PushTarget;
}

/** The key that says where images are pushed to: PrimeHub ignores `pushRepoPrefix` beside `pushRepo`. */
function targetKey({ pushRepo }: CustomImageValues): KeyPath {
  return pushRepo === undefined ? PUSH_REPO_PREFIX : PUSH_REPO;
}

/** The key that the host is read from. */
export function hostKey(customImage: CustomImageValues): KeyPath {
  const isTarget = customImage.pushRepo !== undefined || customImage.pushRepoPrefix !== undefined;
  return isTarget ? targetKey(customImage) : ENDPOINT;
}

/** Whether the endpoint says that the registry speaks HTTP, without TLS. */
export function isPlainHttp({ registryEndpoint = '' }: CustomImageValues): boolean {
  return /^\s*http:/i.test(registryEndpoint);
}

/** Reads `registryEndpoint`, and `pushRepo` or `pushRepoPrefix`, which must agree on the registry. */
export function readRegistryTarget(customImage: CustomImageValues, report: FileReport): RegistryTarget {
  const endpoint = readEndpointHost(customImage, report);
  const reference = readTargetReference(customImage, endpoint, report);
  const key = targetKey(customImage);
  if (reference === undefined) return { host: endpoint };
  const { host, namesHost, path, faults } = reference;
  if (endpoint !== undefined && host !== undefined && endpoint !== host) {
    if (!namesHost) {
      const fault = `no registry is named, which means Docker Hub, and the endpoint is ${endpoint}`;
      const isReadable = pathFaults(path).length === 0;
      report.problems(key, isReadable ? withCorrection(fault, endpoint, path, key === PUSH_REPO_PREFIX) : [fault]);
      return { host: endpoint };
    }
    const from = key[key.length - 1];
    report.problem(ENDPOINT, `the registry is ${endpoint} here and ${host} in ${from}; both must name the same one`);
  }
  report.problems(key, faults);
  reportMissingEndpoint(customImage, host, report);
  if (faults.length > 0 || host === undefined) return { host: host ?? endpoint };
  const target = key === PUSH_REPO ? PushTarget.repository(path) : PushTarget.prefix(path);
  report.problems(key, targetFaults(kindOf(host), target, host));
  return { host, target };
}

function readEndpointHost(customImage: CustomImageValues, report: FileReport): string | undefined {
  const { registryEndpoint, insecureSkipVerify } = customImage;
  if (registryEndpoint === undefined || report.isBroken(ENDPOINT)) return undefined;
  const { host, faults } = readEndpoint(registryEndpoint);
  report.problems(ENDPOINT, faults);
  if (faults.length > 0) return host;
  if (isPlainHttp(customImage) && insecureSkipVerify !== true) {
    report.warning(
      ENDPOINT,
      "PrimeHub's builder pushes over TLS, http or not; a registry without TLS needs `insecureSkipVerify: true`",
    );
  }
  return host;
}

function readTargetReference(
  customImage: CustomImageValues,
  endpoint: string | undefined,
  report: FileReport,
): Reference | undefined {
  const { pushRepo, pushRepoPrefix } = customImage;
  if (pushRepo !== undefined && pushRepoPrefix !== undefined) {
    report.warning(PUSH_REPO_PREFIX, 'PrimeHub ignores pushRepoPrefix where pushRepo is set; so is it here');
  }
  const text = pushRepo ?? pushRepoPrefix;
  if (text !== undefined && !report.isBroken(targetKey(customImage)))
    return readReference(text, pushRepo === undefined);
  if (text === undefined && !report.isBroken(PUSH_REPO) && !report.isBroken(PUSH_REPO_PREFIX)) {
    const example = endpoint === undefined ? '' : ` (\`${endpoint}/...\`)`;
    report.problem(PUSH_REPO, `missing: give the repository that images are pushed to${example}, or pushRepoPrefix`);
    reportMissingEndpoint(customImage, undefined, report);
  }
  return undefined;
}

function reportMissingEndpoint(customImage: CustomImageValues, host: string | undefined, report: FileReport): void {
  if (customImage.registryEndpoint !== undefined || report.isBroken(ENDPOINT)) return;
  const key = targetKey(customImage);
  const endpoint = host === undefined ? undefined : kindOf(host).endpoint(host);
  const right = endpoint === undefined ? '' : `; ${key[key.length - 1]} implies \`registryEndpoint: ${endpoint}\``;
  report.problem(ENDPOINT, `missing: PrimeHub offers to build custom images only where it is set${right}`);
}
