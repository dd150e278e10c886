import { plaintextOf } from '../../lib/push-secret/password-source';
import type { SealingScope } from '../../lib/push-secret/sealed-secret';
import { validateUsername } from '../../lib/push-secret/username';
import { FileReport } from '../report/file-report';
import { type Finding, Findings } from '../report/findings';
import { openYaml } from '../read';
import { parseStructure } from '../schema/structure';
import { TOKEN_BLOCKS } from '../tokens/token-blocks';
import { readLogin, warnOfUsername } from './login';
import { type Place, readPlace } from './place';
import type { YamlSource } from '../yaml/yaml-source';

/** The content of a values file that matters for sealing: what the password is for, and where it is now. */
export interface SealTarget {
  /** The text of the file when it was read. */
  readonly text: string;
  readonly host: string;
  readonly username: string;
  readonly secretName: string;
  readonly namespaces: readonly string[];
  /** The scope of the sealed password that the file already contains. */
  readonly scope?: SealingScope;
  /** The password source of the file, unless the password is sealed or in a secret store. */
  readonly source?: PlainSource;
  /** What is wrong with that source. Sealing replaces it, so this matters only if the password is taken from it. */
  readonly sourceProblems: readonly Finding[];
  /** Whether the file itself contains the password. */
  readonly isInline: boolean;
}

/** A password that can be read here. */
export interface PlainSource {
  /** Where the password is, for messages. */
  readonly origin: string;
  /** The password, or nothing if it is missing. */
  readonly password?: string;
}

/** Reads a values file to seal its password. Problems go into `findings`, except those of the password source. */
export function readSealTarget(file: string, findings: Findings): SealTarget | undefined {
  const opened = openYaml(file, findings);
  if (opened === undefined) return undefined;
  const { name, text, source: yaml, report } = opened;
  const { registryPassword, registryPasswordFrom, ...customImage } = asMapping(asMapping(yaml.value).customImage);
  if (customImage.enabled === false) {
    report.problem(
      ['customImage', 'enabled'],
      'conflict',
      'this file is disabled (false), so nothing is generated from it',
    );
    return undefined;
  }
  const values = parseStructure({ ...asMapping(yaml.value), customImage }, yaml, report);
  if (values === undefined) return undefined;
  const block = TOKEN_BLOCKS.find(({ key }) => key in values);
  if (block !== undefined) {
    report.problem([block.key], 'conflict', block.noPassword?.nothingToSeal ?? fetchesTokens(block.key), 'key');
    return undefined;
  }
  const place = readPlace(values, name, report);
  const username = readUsername(values.customImage?.registryUsername, place, report);
  if (findings.problems.length > 0 || place.host === undefined || username === undefined) return undefined;
  const sourceFindings = new Findings();
  const sourceReport = new FileReport(file, sourceFindings, yaml);
  const { sealed } = asMapping(registryPasswordFrom);
  const login = {
    registryUsername: username,
    registryPassword,
    registryPasswordFrom: readableHere(registryPasswordFrom),
  };
  return {
    text,
    host: place.host,
    username,
    secretName: place.pushSecretName,
    namespaces: place.namespaces,
    scope: asMapping(sealed).scope as SealingScope | undefined,
    source: readSource(login, place, yaml, sourceReport),
    sourceProblems: sourceFindings.problems,
    isInline: registryPassword !== undefined,
  };
}

function fetchesTokens(key: string): string {
  return `there is no password to seal: the refresher of the ${key} block fetches tokens`;
}

function readUsername(username: string | undefined, place: Place, report: FileReport): string | undefined {
  const path = ['customImage', 'registryUsername'];
  if (username === undefined)
    report.problem(path, 'missing', 'missing: the user name is sealed together with the password');
  else report.errors(path, validateUsername(username));
  warnOfUsername(username, place, report);
  const block = TOKEN_BLOCKS.find(({ registry }) => registry === place.kind);
  if (block?.noPassword !== undefined) {
    report.problem(['customImage', 'registryEndpoint'], 'conflict', block.noPassword.nothingToSeal);
  }
  return username;
}

/** The source, if it can be read here. A sealed or stored password is ignored, as it is about to be replaced. */
function readableHere(registryPasswordFrom: unknown): object | undefined {
  const { env, file } = asMapping(registryPasswordFrom);
  return env === undefined && file === undefined ? undefined : { env, file };
}

function readSource(customImage: object, place: Place, yaml: YamlSource, report: FileReport): PlainSource | undefined {
  const values = parseStructure(withoutUndefined({ customImage }), yaml, report);
  const read = readLogin(values?.customImage ?? {}, place, report, 'optional');
  if (read.from === 'missing-password') return { origin: read.origin };
  if (read.from !== 'login') return undefined;
  const { password } = read.login;
  const isInline = values?.customImage?.registryPassword !== undefined;
  return { origin: isInline ? 'registryPassword' : password.origin, password: plaintextOf(password) };
}

function asMapping(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function withoutUndefined(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}
