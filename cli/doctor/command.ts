import { parse, parseAllDocuments } from 'yaml';
import { synthesizeRegistry } from '../../synth/charts';
import type { Messages } from '../../synth/messages';
import { readValuesFolder } from '../../values/read';
import type { RegistryValues } from '../../values/registry/registry-values';
import { diagnose, type DoctorRegistry, formatDiagnosis, type KubeObject, readingKubectl } from './index';
import type { DockerLogin } from './docker-login';
import type { Line } from './types';
import { askAccess, isGood } from '../login';
import { outputOf, REGISTRIES } from '../output';
import { refuseEmpty } from '../usage-error';

export interface DoctorOptions {
  readonly context?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Compares the cluster with the values files of a folder, and reports for each thing whether it is right. */
export async function doctor(
  folder = REGISTRIES,
  { context, out, json }: DoctorOptions,
  messages: Messages,
  stdout: NodeJS.WritableStream & { readonly isTTY?: boolean },
): Promise<number> {
  refuseEmpty('the name of the folder', folder);
  const dist = outputOf(folder, out).path;
  const { registries, findings } = readValuesFolder(folder);
  if (findings.problems.length > 0) {
    if (json) printJson(stdout, { ok: false, lines: [], problems: findings.problems });
    else messages.problems(findings);
    return 1;
  }
  const values = new Map(registries.map((one) => [one.name, one]));
  const lines = await diagnose({
    registries: registries.map(describe),
    kubectl: readingKubectl({ context }),
    context,
    dist,
    askPushAccess: ({ name }, login) => ask(values.get(name)!, login),
  });
  const ok = lines.every(({ level }) => level !== 'wrong');
  if (json) printJson(stdout, { ok, lines });
  else stdout.write(formatDiagnosis(lines, stdout.isTTY === true && !process.env.NO_COLOR));
  return ok ? 0 : 1;
}

function printJson(stdout: NodeJS.WritableStream, result: object): void {
  stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

/** A registry as synth would write it now, not as the output folder may have it. */
function describe(values: RegistryValues): DoctorRegistry {
  const { name, namespaces, host, pushSecretName } = values;
  const { committed } = synthesizeRegistry(values);
  const manifests = parseAllDocuments(committed).map((document) => document.toJS() as KubeObject);
  const config = manifests.find(({ kind }) => kind === 'ConfigMap')?.data?.['config.yaml'] ?? '';
  const { customImage: settings } = parse(config) as { customImage: Record<string, unknown> };
  return { name, namespaces, host, pushSecretName, pushSecretFrom: sourceOf(values), manifests, settings };
}

function sourceOf({ pushSecret }: RegistryValues): DoctorRegistry['pushSecretFrom'] {
  if (pushSecret.from === 'missing-password') return 'login';
  if (pushSecret.from !== 'login') return pushSecret.from;
  const { form } = pushSecret.login._part;
  return form === 'plaintext' ? 'login' : form;
}

/** Asks the registry from this machine, with the login from the cluster. */
async function ask(values: RegistryValues, login: DockerLogin): Promise<Omit<Line, 'registry'>> {
  const { access, message } = await askAccess(values, login);
  // This machine may be in another network than the cluster.
  const level = isGood(access) ? 'ok' : access.kind === 'not-reachable' ? 'unknown' : 'wrong';
  return { level, code: access.kind, message: `asked from this machine: ${message}` };
}
