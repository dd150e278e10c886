import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { AWS } from '../../../../lib/token-refresher/aws/ecr-tokens';
import { pushCheckScript, refreshScript } from '../../../../lib/token-refresher/script/refresh-script';
import { temporaryFolder } from '../../../support/run-app';

export const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
export const OTHER_HOST = '210987654321.dkr.ecr.us-east-1.amazonaws.com';
/** As long as a real password, so that the filter for long words applies. */
export const PASSWORD = Buffer.from(`{"payload":"${'secret'.repeat(40)}"}`).toString('base64');
export const TOKEN = Buffer.from(`AWS:${PASSWORD}`).toString('base64');
/** The expiry of a token that is valid for this many hours from now. */
export function inHours(hours: number): string {
  return `${new Date(Date.now() + hours * 3600_000).toISOString().slice(0, 19)}Z`;
}
export const EXPIRES = inHours(12);
/** What the AWS CLI v2 prints. */
export const GOOD = `printf '%s\\t%s\\n' '${TOKEN}' '${EXPIRES.replace('Z', '.123000+00:00')}'`;

/** The installed shells. Debian's `sh` is dash, the AWS image has bash, and Alpine's images have busybox. */
export const SHELLS = ['sh', 'bash', 'busybox'].filter(
  (shell) => spawnSync(shell, shell === 'busybox' ? ['sh', '-c', ':'] : ['-c', ':']).status === 0,
);

/** The results of a run. */
export interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly lastLine: string;
  /** The files of the manifests folder, by name. */
  readonly files: { [name: string]: string };
  readonly folder: string;
  /** The arguments of each call of the fake `aws`, and of the other programs that were watched. */
  readonly calls: string[];
}

export interface RunOptions {
  /** The body of the fake `aws`. */
  readonly aws?: string;
  /** The part of the script for another cloud than AWS. */
  readonly cloud?: string;
  /** Runs the push check instead of the refresh. */
  readonly pushCheck?: boolean;
  readonly env?: { [name: string]: string };
  readonly shell?: string;
  /** A script that replaces the whole one. */
  readonly script?: string;
  /** More programs whose arguments are recorded. */
  readonly watched?: string[];
  /** Programs that record their environment, in files `environment-of-<program>` in the home folder. */
  readonly noting?: string[];
  /** Prepares the folder of the manifests. */
  readonly prepare?: (manifests: string) => void;
}

function scriptOf({ cloud, pushCheck, script }: RunOptions): string {
  if (script !== undefined) return script;
  if (pushCheck === true) return pushCheckScript(AWS.scripts);
  return refreshScript(cloud === undefined ? AWS.scripts : { ...AWS.scripts, identity: '', tokens: cloud });
}

/** Runs the script as the token container does, with a fake `aws`. */
export function refresh(options: RunOptions): Run {
  const folder = temporaryFolder();
  const [bin, manifests, home] = ['bin', 'manifests', 'home'].map((name) => path.join(folder, name));
  for (const created of [bin, manifests, home]) fs.mkdirSync(created);
  const note = `for argument in "$@"; do printf '%s ' "$argument"; done >>"${folder}/calls"; echo >>"${folder}/calls"`;
  program(path.join(bin, 'aws'), `printf 'aws ' >>"${folder}/calls"\n${note}\n${options.aws ?? 'exit 1'}`);
  for (const name of options.watched ?? []) {
    const real = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    program(path.join(bin, name), `printf '${name} ' >>"${folder}/calls"\n${note}\nexec ${real} "$@"`);
  }
  for (const name of options.noting ?? []) {
    const real = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    program(path.join(bin, name), `env >>"${home}/environment-of-${name}"\nexec ${real} "$@"`);
  }
  options.prepare?.(manifests);
  const shell = options.shell === 'busybox' ? ['busybox', 'sh'] : [options.shell ?? 'sh'];
  const { status, stdout, stderr } = spawnSync(shell[0], [...shell.slice(1), '-xc', scriptOf(options)], {
    encoding: 'utf8',
    // bash reads its user's settings when its stdin is a socket
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    env: {
      NODE_ENV: 'test',
      PATH: `${bin}:${process.env.PATH}`,
      IDENTITY: 'ambient',
      REQUESTS: `eu-west-1=${HOST}`,
      TOKEN_USERNAME: AWS.username,
      SECRET_NAME: 'aws-registry',
      NAMESPACES: 'hub',
      MANIFESTS_DIR: manifests,
      NEXT_RUN: '240',
      HOME: home,
      REFRESH_NOW: 'kubectl create job',
      ...options.env,
    },
  });
  const output = `${stdout}${withoutTrace(stderr)}`;
  return {
    status,
    output,
    lastLine: output.trim().split('\n').pop() ?? '',
    files: Object.fromEntries(
      fs.readdirSync(manifests).map((name) => [name, fs.readFileSync(path.join(manifests, name), 'utf8')]),
    ),
    folder,
    calls: fs.existsSync(path.join(folder, 'calls'))
      ? fs.readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n')
      : [],
  };
}

/**
 * Takes away the only line that a shell with `-x` may write: the script's first command, which switches tracing off.
 * All runs are traced, so that a token in a trace would be found.
 */
export function withoutTrace(stderr: string): string {
  return stderr.replace(/^\+ set \+x \+a -euf\n/, '');
}

function program(file: string, body: string): void {
  fs.writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

/** A manifest as kubectl would read it, with its docker config. */
export function readManifest(text: string): {
  metadata: { [key: string]: unknown };
  type: string;
  config: unknown;
} {
  const manifest = JSON.parse(text) as {
    metadata: { [key: string]: unknown };
    type: string;
    data: { '.dockerconfigjson': string };
  };
  const config: unknown = JSON.parse(Buffer.from(manifest.data['.dockerconfigjson'], 'base64').toString('utf8'));
  return { metadata: manifest.metadata, type: manifest.type, config };
}

const KEPT = 'Nothing was applied; an existing Secret keeps its token.';

/** Expects that a run failed with a last line, wrote nothing, and logged no token. */
export function expectNothingDone(run: Run): void {
  expect(run.status).toBe(1);
  expect(run.files).toEqual({});
  expect(run.lastLine).toMatch(/^FAILED: /);
  expect(run.lastLine).toContain(`${KEPT} To do: `);
  expect(run.lastLine).toMatch(/To refresh now: kubectl create job$/);
  for (const secret of [TOKEN, PASSWORD, PASSWORD.slice(0, 60)]) expect(run.output).not.toContain(secret);
}
