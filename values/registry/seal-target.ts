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

/** Reads a values file whose password is to be sealed. What is wrong with it, but for its source, goes to `findings`. */
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

/** What is sealed or in a secret store may be out of date: that is why one seals again. */
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
