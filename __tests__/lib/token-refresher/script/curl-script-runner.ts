import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { withoutTrace } from './refresh-script-runner';
import { pushCheckScript, refreshScript } from '../../../../lib/token-refresher/script/refresh-script';
import { TokenCloud } from '../../../../lib/token-refresher/token-cloud';
import { temporaryFolder } from '../../../support/run-app';

/** The installed shells, including the one of the curl image. */
export const CURL_SHELLS = ['dash', 'bash', 'busybox'].filter(
  (shell) => spawnSync(shell, shell === 'busybox' ? ['sh', '-c', ':'] : ['-c', ':']).status === 0,
);

/** An answer of the fake curl. A text is the body of a 200. */
export type Answer =
  | string
  | { readonly status?: number; readonly body?: string; readonly headers?: string }
  /** No answer, but this text on curl's stderr, and this exit status. */
  | { readonly error: string; readonly exit?: number };

export interface CurlRunOptions {
  readonly cloud: TokenCloud;
  readonly answers: readonly Answer[];
  readonly env: { readonly [name: string]: string | undefined };
  readonly pushCheck?: boolean;
  readonly shell?: string;
  readonly podToken?: string;
  /** The files of the manifests folder before the run. */
  readonly manifests?: { readonly [name: string]: string };
}

/** One call of curl: the lines of its configuration, `url` and `request` by their name. */
export interface CurlCall {
  readonly url: string;
  readonly lines: readonly string[];
}

export interface CurlRun {
  readonly status: number | null;
  readonly output: string;
  readonly lastLine: string;
  readonly files: { [name: string]: string };
  readonly calls: readonly CurlCall[];
  /** The arguments of every call, which never contain a token. */
  readonly arguments: string;
}

/**
 * Runs a cloud's script like its container, with a fake curl that answers in order, and a sleep that returns at once.
 */
export function runCurlScript({ cloud, answers, pushCheck, shell = 'dash', ...options }: CurlRunOptions): CurlRun {
  const folder = temporaryFolder();
  const [bin, manifests, home, asked] = ['bin', 'manifests', 'home', 'asked'].map((name) => path.join(folder, name));
  for (const created of [bin, manifests, home, asked]) fs.mkdirSync(created);
  if (shell === 'busybox') spawnSync('busybox', ['--install', '-s', bin]);
  answers.forEach((answer, i) => writeAnswer(path.join(asked, String(i + 1)), answer));
  for (const [name, content] of Object.entries(options.manifests ?? {}))
    fs.writeFileSync(path.join(manifests, name), content);
  program(path.join(bin, 'curl'), FAKE_CURL.replaceAll('FOLDER', asked));
  program(path.join(bin, 'sleep'), ':');
  const podToken = path.join(folder, 'pod-token');
  fs.writeFileSync(podToken, options.podToken ?? POD_TOKEN);
  const [command, ...first] = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
  const script = pushCheck === true ? pushCheckScript(cloud.scripts) : refreshScript(cloud.scripts);
  const { status, stdout, stderr } = spawnSync(command, [...first, '-xc', script], {
    encoding: 'utf8',
    // bash reads its user's settings when its stdin is a socket
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'test',
      PATH: shell === 'busybox' ? bin : `${bin}:${process.env.PATH}`,
      TOKEN_USERNAME: cloud.username,
      SECRET_NAME: 'push-secret',
      NAMESPACES: 'hub',
      NEXT_RUN: '15',
      MANIFESTS_DIR: manifests,
      HOME: home,
      REFRESH_NOW: 'kubectl create job',
      POD_TOKEN_FILE: podToken,
      ...options.env,
    },
  });
  const output = `${stdout}${withoutTrace(stderr)}`;
  return {
    status,
    output,
    lastLine: output.trim().split('\n').pop() ?? '',
    files: Object.fromEntries(fs.readdirSync(manifests).map((name) => [name, read(path.join(manifests, name))])),
    calls: fs
      .readdirSync(asked)
      .filter((name) => name.endsWith('.config'))
      .sort((a, b) => parseInt(a, 10) - parseInt(b, 10))
      .map((name) => {
        const lines = read(path.join(asked, name)).trim().split('\n');
        return { lines, url: /^url = "(.*)"$/.exec(lines.find((line) => line.startsWith('url')) ?? '')?.[1] ?? '' };
      }),
    arguments: fs.existsSync(path.join(asked, 'arguments')) ? read(path.join(asked, 'arguments')) : '',
  };
}

const FAKE_CURL = `echo "$*" >>FOLDER/arguments
n=$(( $(cat FOLDER/count 2>/dev/null || echo 0) + 1 ))
echo $n >FOLDER/count
cat >FOLDER/$n.config
if [ -f FOLDER/$n.error ]; then cat FOLDER/$n.error >&2; printf 000; exit $(cat FOLDER/$n.exit); fi
value() { sed -n "s/^$1 = \\"\\(.*\\)\\"$/\\1/p" FOLDER/$n.config; }
cp FOLDER/$n.body "$(value output)"
cp FOLDER/$n.headers "$(value dump-header)"
cat FOLDER/$n.status`;

function writeAnswer(file: string, answer: Answer): void {
  const {
    error,
    exit = 6,
    status = 200,
    body = '',
    headers = '',
  } = {
    ...(typeof answer === 'string' ? { body: answer } : answer),
  } as { error?: string; exit?: number; status?: number; body?: string; headers?: string };
  if (error !== undefined) fs.writeFileSync(`${file}.error`, error);
  fs.writeFileSync(`${file}.exit`, String(exit));
  fs.writeFileSync(`${file}.status`, String(status));
  fs.writeFileSync(`${file}.body`, body);
  fs.writeFileSync(`${file}.headers`, `HTTP/1.1 ${status} X\r\n${headers.replaceAll('\n', '\r\n')}\r\n\r\n`);
}

function program(file: string, body: string): void {
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

function read(file: string): string {
  return fs.readFileSync(file, 'utf8');
}

/** A JWT with these claims, signed by nobody. */
export function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.${'signature'.repeat(8)}`;
}

export const NOW = Math.floor(Date.now() / 1000);
export const POD_TOKEN = jwt({ exp: NOW + 3600, sub: 'system:serviceaccount:hub:x-token' });

/** The login of the first entry in a manifest, and its expiry. */
export function loginOf(manifest: string, host: string): { login: string; expires: string } {
  const { data, metadata } = JSON.parse(manifest) as {
    data: Record<string, string>;
    metadata: { annotations: Record<string, string> };
  };
  const { auths } = JSON.parse(Buffer.from(data['.dockerconfigjson'], 'base64').toString()) as {
    auths: Record<string, { auth: string }>;
  };
  return {
    login: Buffer.from(auths[host].auth, 'base64').toString(),
    expires: metadata.annotations['push-secret/expires-at'],
  };
}
