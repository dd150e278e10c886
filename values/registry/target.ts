import { validatePath } from '../../lib/images/image-reference';
import { PushTarget } from '../../lib/images/push-target';
import { type RegistryKind, validateTarget } from '../../lib/registries/registry';
import type { NamedHost } from '../../lib/registries/well-known-kinds';
import { type ValidationError, type ValuePath, invalid } from '../../lib/validation';
import type { FileReport } from '../report/file-report';
import type { CustomImageValues } from '../schema/schema';
import { type Reference, readEndpoint, readReference, withCorrection } from './reference';

const ENDPOINT: ValuePath = ['customImage', 'registryEndpoint'];
const PUSH_REPO: ValuePath = ['customImage', 'pushRepo'];
const PUSH_REPO_PREFIX: ValuePath = ['customImage', 'pushRepoPrefix'];

/** The registry, and the repository or prefix on it. Parts with a problem are left out. */
export interface RegistryTarget {
  readonly host?: string;
  readonly kind?: RegistryKind;
  readonly target?: PushTarget;
}

/** PrimeHub takes an empty value for none, and the fragments for its chart have one: leave it out beside the other. */
function withoutEmpty({ pushRepo, pushRepoPrefix }: CustomImageValues): CustomImageValues {
  if (pushRepo === '' && pushRepoPrefix) return { pushRepoPrefix };
  return pushRepoPrefix === '' && pushRepo ? { pushRepo } : { pushRepo, pushRepoPrefix };
}

/** The key of the push target. PrimeHub ignores `pushRepoPrefix` if `pushRepo` is set. */
function targetKey(customImage: CustomImageValues): ValuePath {
  return withoutEmpty(customImage).pushRepo === undefined ? PUSH_REPO_PREFIX : PUSH_REPO;
}

/** The key that the host is read from. */
export function hostKey(customImage: CustomImageValues): ValuePath {
  const isTarget = customImage.pushRepo !== undefined || customImage.pushRepoPrefix !== undefined;
  return isTarget ? targetKey(customImage) : ENDPOINT;
}

/** Reads `registryEndpoint`, and `pushRepo` or `pushRepoPrefix`. Both must name the same registry. */
export function readRegistryTarget(customImage: CustomImageValues, report: FileReport): RegistryTarget {
  const plainHttp = /^\s*http:/i.test(customImage.registryEndpoint ?? '');
  const endpoint = readEndpointHost(customImage, plainHttp, report);
  const reference = readTargetReference(customImage, endpoint, plainHttp, report);
  const key = targetKey(customImage);
  if (reference === undefined) return { ...endpoint };
  const { named, namesHost, path, errors } = reference;
  if (endpoint !== undefined && named !== undefined && endpoint.host !== named.host) {
    if (!namesHost) {
      report.errors(key, withoutHost(path, endpoint, key === PUSH_REPO_PREFIX));
      return { ...endpoint };
    }
    const from = key[key.length - 1];
    const message = `the registry is ${endpoint.host} here, but ${named.host} in ${from}: both must be the same`;
    report.problem(ENDPOINT, 'mismatch', message);
  }
  report.errors(key, errors);
  reportMissingEndpoint(customImage, named, report);
  if (errors.length > 0 || named === undefined) return { ...(named ?? endpoint) };
  const target = key === PUSH_REPO ? PushTarget.repository(path) : PushTarget.prefix(path);
  report.errors(key, validateTarget(named.kind, target, named.host));
  const doubt = named.kind.targetDoubt?.(target, named.host);
  if (doubt !== undefined) report.warning(key, 'doubtful', doubt);
  return { ...named, target };
}

/** The errors of a target without a host, if the endpoint is not Docker Hub. */
function withoutHost(path: string, endpoint: NamedHost, isPrefix: boolean): ValidationError[] {
  const message = `a repository without a host is on Docker Hub, but the endpoint is ${endpoint.host}`;
  const isReadable = validatePath(path).length === 0;
  return isReadable ? withCorrection(message, endpoint, path, isPrefix) : invalid('mismatch', message);
}

function readEndpointHost(
  customImage: CustomImageValues,
  plainHttp: boolean,
  report: FileReport,
): NamedHost | undefined {
  const { registryEndpoint, insecureSkipVerify } = customImage;
  if (registryEndpoint === undefined || report.isBroken(ENDPOINT)) return undefined;
  const { named, errors } = readEndpoint(registryEndpoint, plainHttp);
  report.errors(ENDPOINT, errors);
  if (errors.length === 0 && plainHttp && insecureSkipVerify !== true) {
    const message =
      "PrimeHub's builder uses TLS for an http endpoint too: for a registry without TLS, set `insecureSkipVerify: true`";
    report.warning(ENDPOINT, 'conflict', message);
  }
  return named;
}

function readTargetReference(
  customImage: CustomImageValues,
  endpoint: NamedHost | undefined,
  plainHttp: boolean,
  report: FileReport,
): Reference | undefined {
  const { pushRepo, pushRepoPrefix } = withoutEmpty(customImage);
  if (pushRepo !== undefined && pushRepoPrefix !== undefined) {
    const message = 'PrimeHub ignores pushRepoPrefix if pushRepo is set, and so does synth: remove one of them';
    report.warning(PUSH_REPO_PREFIX, 'ignored', message);
  }
  const text = pushRepo ?? pushRepoPrefix;
  if (text !== undefined && !report.isBroken(targetKey(customImage))) {
    return readReference(text, pushRepo === undefined, plainHttp, endpoint);
  }
  if (text === undefined && !report.isBroken(PUSH_REPO) && !report.isBroken(PUSH_REPO_PREFIX)) {
    const example = endpoint === undefined ? '' : ` (\`${endpoint.host}/...\`)`;
    const message = `missing: set it to the repository to push images to${example}, or set pushRepoPrefix`;
    report.problem(PUSH_REPO, 'missing', message);
    reportMissingEndpoint(customImage, undefined, report);
  }
  return undefined;
}

function reportMissingEndpoint(customImage: CustomImageValues, named: NamedHost | undefined, report: FileReport): void {
  if (customImage.registryEndpoint !== undefined || report.isBroken(ENDPOINT)) return;
  const key = targetKey(customImage);
  const endpoint = named?.kind.endpoint(named.host);
  const right =
    endpoint === undefined ? '' : `; for this ${key[key.length - 1]}, set \`registryEndpoint: ${endpoint}\``;
  const message = `missing: PrimeHub offers custom images only if it is set${right}`;
  report.problem(ENDPOINT, 'missing', message);
}
