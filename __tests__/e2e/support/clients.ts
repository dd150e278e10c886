import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import type { PrivateHosts } from './hosts';
import { type Outcome, removeFolder, run, temporaryFolder } from './process';
import { requireTools, tool } from './tools';

/** A push Secret in files, as the kubelet mounts it in a container. */
export interface MountedSecret {
  /** The folder with `.dockerconfigjson`. */
  readonly folder: string;
  /** The same Secret mounted with `items`, for clients that need the file name `config.json`. */
  readonly configFolder: string;
}

export interface Push {
  readonly secret: MountedSecret;
  readonly target: string;
  /** Whether to allow plain HTTP and untrusted certificates: PrimeHub's `insecureSkipVerify`. Default: no. */
  readonly insecure?: boolean;
}

/** A push in the container of a manifest. The client must find the login by itself. */
export interface ContainerPush {
  /** The folder on this machine that the kubelet would mount, and its path in the container. */
  readonly volume: { readonly folder: string; readonly mountPath: string };
  readonly env: Record<string, string>;
  readonly target: string;
}

/** The clients' errors if the login is missing or wrong. With a wrong password, docker reports a missing manifest. */
export const REFUSED =
  /unauthorized|authentication required|basic (auth )?credential|requested access .* denied|no such manifest/i;

/** Why a client failed; `undefined` if it did not. */
export function failure({ code, stderr }: Outcome): string | undefined {
  return code === 0 ? undefined : `exit status ${code}: ${stderr}`;
}

/** The clients that push, named by their programs. */
export const PUSHERS = ['buildah', 'skopeo', 'crane', 'oras'] as const;
export type Pusher = (typeof PUSHERS)[number];

/**
 * Real clients that get only a push Secret: an empty home, a bare environment, names from `PrivateHosts`.
 *
 * The kubelet reads the same Secret. It is not one of them, since it needs a container engine.
 */
export class Clients {
  /** Builds the tiny image that all clients push. */
  static async open(hosts: PrivateHosts): Promise<Clients> {
    requireTools(...PUSHERS, 'docker');
    const clients = new Clients(hosts);
    try {
      await clients.buildImage();
      return clients;
    } catch (error) {
      clients.close();
      throw error;
    }
  }

  /** How long a client may take. */
  timeoutMs = 60_000;
  private readonly folder = temporaryFolder('clients');
  private readonly layout = join(this.folder, 'image');
  private readonly storageConf = join(this.folder, 'storage.conf');
  private readonly varLib = join(this.folder, 'var-lib');

  private constructor(private readonly hosts: PrivateHosts) {
    mkdirSync(this.varLib);
    const [graphroot, runroot] = [join(this.folder, 'storage'), join(this.folder, 'run')];
    writeFileSync(
      this.storageConf,
      `[storage]\ndriver = "vfs"\ngraphroot = ${JSON.stringify(graphroot)}\nrunroot = ${JSON.stringify(runroot)}\n`,
    );
  }

  /** @param dockerConfigJson the bytes under `.dockerconfigjson` in the Secret's `data`. */
  mount(dockerConfigJson: string | Uint8Array): MountedSecret {
    return {
      folder: this.secretVolume('.dockerconfigjson', dockerConfigJson),
      configFolder: this.secretVolume('config.json', dockerConfigJson),
    };
  }

  /** Updates a volume as the kubelet does: a new dated folder, and a replaced link. */
  update({ folder, configFolder }: MountedSecret, dockerConfigJson: string | Uint8Array): void {
    for (const [volume, name] of [
      [folder, '.dockerconfigjson'],
      [configFolder, 'config.json'],
    ]) {
      const dated = mkdtempSync(join(volume, '..2026_01_01_00_15_00.'));
      chmodSync(dated, 0o755);
      writeFileSync(join(dated, name), dockerConfigJson, { mode: 0o644 });
      const link = join(volume, '..data_tmp');
      symlinkSync(basename(dated), link);
      renameSync(link, join(volume, '..data'));
    }
  }

  push(pusher: Pusher, push: Push): Promise<Outcome> {
    return this[pusher](push);
  }

  /** Exactly PrimeHub's command: the image has the target's name, and there are no other arguments. */
  async buildah({ secret, target, insecure }: Push): Promise<Outcome> {
    await this.succeed(['buildah', 'tag', 'tiny', target]);
    const authfile = join(secret.folder, '.dockerconfigjson');
    const flags = insecure ? ['--tls-verify=false'] : [];
    const command = ['buildah', '--authfile', authfile, 'push', '--format', 'docker', ...flags, target];
    return this.run(command, [secret.folder]);
  }

  skopeo({ secret, target, insecure }: Push): Promise<Outcome> {
    const authfile = join(secret.folder, '.dockerconfigjson');
    const flags = insecure ? ['--dest-tls-verify=false'] : [];
    const command = [
      'skopeo',
      'copy',
      '--authfile',
      authfile,
      ...flags,
      `oci:${this.layout}:tiny`,
      `docker://${target}`,
    ];
    return this.run(command, [secret.folder]);
  }

  /** Stands for kaniko too: both find the login with go-containerregistry. */
  crane({ secret, target, insecure }: Push): Promise<Outcome> {
    const flags = insecure ? ['--insecure'] : [];
    return this.runWithConfig(secret, ['crane', 'push', ...flags, this.layout, target]);
  }

  oras({ secret, target, insecure }: Push): Promise<Outcome> {
    const flags = insecure ? [isLoopback(target) ? '--plain-http' : '--insecure'] : [];
    return this.runWithConfig(secret, ['oras', 'push', ...flags, target, 'payload.txt:text/plain']);
  }

  /** Asks for a manifest that exists: the part of the docker client that needs no engine. */
  docker({ secret, target, insecure }: Push): Promise<Outcome> {
    const flags = insecure ? ['--insecure'] : [];
    return this.runWithConfig(secret, ['docker', 'manifest', 'inspect', ...flags, target]);
  }

  /** A push to a registry without TLS, with the volume mounted as in the manifest. Docker only reads. */
  async inContainer(client: Pusher | 'docker', { volume, env, target }: ContainerPush): Promise<Outcome> {
    const commands = {
      buildah: ['buildah', 'push', '--tls-verify=false', target],
      skopeo: ['skopeo', 'copy', '--dest-tls-verify=false', `oci:${this.layout}:tiny`, `docker://${target}`],
      crane: ['crane', 'push', '--insecure', this.layout, target],
      oras: ['oras', 'push', '--plain-http', target, 'payload.txt:text/plain'],
      docker: ['docker', 'manifest', 'inspect', '--insecure', target],
    };
    if (client === 'buildah') await this.succeed(['buildah', 'tag', 'tiny', target]);
    const [program, ...args] = commands[client];
    // This machine's whole file system, in a root of its own, so that the mount point can be created.
    const machine = readdirSync('/').flatMap((name) => ['--dev-bind', `/${name}`, `/${name}`]);
    const { folder, mountPath } = volume;
    const sandbox = [tool('bwrap'), '--cap-add', 'ALL', '--tmpfs', '/', ...machine, '--ro-bind', folder, mountPath];
    return this.run([...sandbox, tool(program), ...args], [], env);
  }

  close(): void {
    removeFolder(this.folder);
  }

  private async buildImage(): Promise<void> {
    writeFileSync(join(this.folder, 'payload.txt'), 'pushed by an end-to-end test\n');
    await this.succeed(['buildah', 'from', '--name', 'tiny-container', 'scratch']);
    await this.succeed(['buildah', 'copy', 'tiny-container', 'payload.txt', '/']);
    await this.succeed(['buildah', 'commit', 'tiny-container', 'tiny']);
    await this.succeed(['buildah', 'push', 'tiny', `oci:${this.layout}:tiny`]);
  }

  /** The kubelet's layout: a dated folder, a link `..data` to it, and a link to each file, readable by everybody. */
  secretVolume(name: string, content: string | Uint8Array): string {
    const volume = mkdtempSync(join(this.folder, 'push-secret-'));
    chmodSync(volume, 0o755);
    const dated = '..2026_01_01_00_00_00.000000000';
    mkdirSync(join(volume, dated));
    writeFileSync(join(volume, dated, name), content, { mode: 0o644 });
    symlinkSync(dated, join(volume, '..data'));
    symlinkSync(join('..data', name), join(volume, name));
    return volume;
  }

  private runWithConfig(secret: MountedSecret, command: string[]): Promise<Outcome> {
    return this.run(command, [secret.configFolder], { DOCKER_CONFIG: secret.configFolder });
  }

  private async run(
    [program, ...args]: string[],
    readOnly: string[] = [],
    environment: Record<string, string> = {},
  ): Promise<Outcome> {
    const home = mkdtempSync(join(this.folder, 'home-'));
    try {
      // in /var/lib, containers/image remembers for later runs where it saw which layer
      const mounts = { readOnly, instead: { '/var/lib': this.varLib } };
      const [command, ...wrapped] = this.hosts.wrap([isAbsolute(program) ? program : tool(program), ...args], mounts);
      return await run(command, wrapped, {
        cwd: this.folder,
        timeoutMs: this.timeoutMs,
        env: {
          PATH: process.env.PATH ?? '',
          HOME: home,
          XDG_RUNTIME_DIR: home,
          TMPDIR: home,
          SSL_CERT_FILE: this.hosts.tls.caFile,
          DOCKER_HOST: `unix://${home}/no-engine.sock`,
          STORAGE_DRIVER: 'vfs',
          BUILDAH_ISOLATION: 'chroot',
          CONTAINERS_STORAGE_CONF: this.storageConf,
          ...environment,
        },
      });
    } finally {
      removeFolder(home);
    }
  }

  private async succeed(command: string[]): Promise<void> {
    const why = failure(await this.run(command));
    if (why !== undefined) throw new Error(`${command.join(' ')}: ${why}`);
  }
}

function isLoopback(target: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?\//.test(target);
}
