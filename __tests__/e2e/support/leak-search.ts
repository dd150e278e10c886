import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EcrCluster } from './ecr';
import type { JobResult } from './kubelet';
import type { PodHooks, PodOptions, PodRun } from './pod-run';
import { sleep } from './process';

/** Any piece of a token with at least twice this length minus one is found. */
const WINDOW = 24;
const TRACE = '.strace';
const RUN = new RegExp(`[A-Za-z0-9+/=_-]{${WINDOW},}`, 'g');

/** Finds pieces of tokens: unchanged, in base64 at each alignment (also inside a docker config), URL-safe, in hex. */
export class TokenSearch {
  private readonly windows = new Set<string>();

  /** @param passwords the tokens of the cloud, without the user name. */
  constructor(passwords: readonly string[], usernames: readonly string[] = ['AWS']) {
    for (const password of passwords) {
      // the user name and the content of a JWT are not secret, only its signature is
      const secret = password.replace(/^eyJ[^.]+\.[^.]+\./, '');
      const auths = usernames.map((username) => {
        const common = username.length + 1 + password.length - secret.length;
        return Buffer.from(`${username}:${password}`)
          .toString('base64')
          .slice(Math.ceil((common * 4) / 3));
      });
      const forms = [secret, ...auths];
      for (const form of [...forms, ...forms.flatMap(alignments)]) this.add(plain(form));
      this.add(Buffer.from(secret).toString('hex'));
    }
  }

  isIn(text: string | Buffer): boolean {
    const runs = (typeof text === 'string' ? text : text.toString('latin1')).match(RUN) ?? [];
    return runs.some((found) => {
      const run = plain(found);
      for (let i = 0; i + WINDOW <= run.length; i += 1) {
        if (this.windows.has(run.slice(i, i + WINDOW))) return true;
      }
      return false;
    });
  }

  private add(form: string): void {
    for (let i = 0; i + WINDOW <= form.length; i += WINDOW) this.windows.add(form.slice(i, i + WINDOW));
  }
}

/** The base64 of a text inside another text, without the characters that depend on the text around it. */
function alignments(text: string): string[] {
  return [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
      .toString('base64')
      .slice(4, -4),
  );
}

function plain(text: string): string {
  return text.replaceAll('-', '+').replaceAll('_', '/');
}

/**
 * Somebody traces the shell of the scripts, and curl finds a configuration with which it logs what it sends. All three
 * ways to trace are tried, since the shells of the images know different ones.
 */
export const TRACED: PodOptions = {
  webhook: ({ spec }) => {
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
      if (container.command?.[0] !== '/bin/sh') continue;
      container.command = ['/bin/sh', '-x', '-o', 'xtrace', '-c'];
      container.env = [...(container.env ?? []), { name: 'SHELLOPTS', value: 'xtrace' }];
    }
  },
  hooks: {
    beforeContainer: (_name, run) => {
      const options = ['verbose', 'trace-ascii = "/dev/shm/trace"'].join('\n');
      writeFileSync(join(run.volume('tmp'), '.curlrc'), options);
    },
  },
};

/** Collects everything that can be read of pods, while they run and afterwards. */
export class LeakWatch {
  private readonly since = Date.now();
  /** The different texts that were found, by place. */
  private readonly texts = new Map<string, Set<string>>();
  /** The content of the volume between the containers, where tokens belong. */
  readonly manifests: string[] = [];

  /** The options that watch a pod. */
  readonly pods: PodOptions = {
    traceExec: true,
    hooks: {
      started: (container, run) => this.sample(container, run),
      afterContainer: (container, run) => {
        const files = filesBelow(run.volume('manifests')).filter((file) => file.endsWith('.json'));
        if (container !== 'kubectl') this.manifests.push(...files.map(read));
      },
    } satisfies PodHooks,
  };

  note(place: string, text: string): void {
    this.texts.set(place, (this.texts.get(place) ?? new Set()).add(text));
  }

  /** The texts that a run left behind. */
  noteJob({ pods }: JobResult): void {
    for (const { containers, execTrace } of pods) {
      this.note('argument or variable of a program that was started', execTrace);
      for (const { log, message } of containers) {
        this.note('log', log);
        this.note('termination message', message ?? '');
      }
    }
  }

  /** The objects of a namespace that the API server shows to people who may not read Secrets. */
  async noteObjects({ plane }: EcrCluster, namespace: string): Promise<void> {
    const kinds = ['events', 'pods', 'jobs', 'cronjobs', 'configmaps', 'serviceaccounts', 'roles', 'rolebindings'];
    for (const kind of kinds) this.note(kind, await plane.kubectl(['get', kind, '-n', namespace, '-o', 'yaml']));
    const secrets = await plane.api.list<{ metadata: object }>(`/api/v1/namespaces/${namespace}/secrets`);
    this.note('metadata of a Secret', JSON.stringify(secrets.map(({ metadata }) => metadata)));
  }

  /** The places that contain a piece of a token, including all files that were written since the watch began. */
  places(search: TokenSearch): string[] {
    const found = [...this.texts].filter(([, texts]) => [...texts].some((text) => search.isIn(text)));
    const files = [tmpdir(), '/var/tmp', '/dev/shm']
      .flatMap((folder) => filesBelow(folder, this.since))
      .filter((file) => search.isIn(read(file)));
    return [...found.map(([place]) => place), ...files.map((file) => `file ${file}`)].sort();
  }

  /** How many different texts of a place were searched. */
  count(place: string): number {
    return this.texts.get(place)?.size ?? 0;
  }

  private async sample(container: string, run: PodRun): Promise<void> {
    const isRunning = (): boolean => run.containers.find(({ name }) => name === container)?.exitCode === undefined;
    const isLast = (): boolean => run.processes().length === 0;
    for (let seen = false; isRunning();) {
      if (seen && isLast()) return;
      for (const { pid, argv, environ, isFirstOfContainer } of run.processes()) {
        seen = true;
        this.note('argument of a process', argv.join('\n'));
        this.note('variable of a process', environ.join('\n'));
        if (!isFirstOfContainer) continue;
        // a container can write only to this and to volumes in memory
        for (const file of filesBelow(`/proc/${pid}/root/dev/shm`)) this.note('shared memory', read(file));
      }
      await sleep(10);
    }
  }
}

/** The folders that are not searched: etcd stores Secrets, and npm's may hold a million files that nobody writes. */
const SKIPPED = new Set(['etcd', 'node_modules']);

/** Regular files, except those of `traceExec`, which are read separately. */
function filesBelow(folder: string, since = 0): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesBelow(path, since);
      if (!entry.isFile() || entry.name.endsWith(TRACE)) return [];
      return statSync(path).mtimeMs >= since ? [path] : [];
    });
  } catch {
    // it was just removed, or belongs to another user
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
