import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from './process';
import { basePython, tool, venv } from './tools';

/** A stand-in for a container image that cannot be pulled here. */
export interface Image {
  /** Whether the image reference of a container means this image. */
  readonly matches: RegExp;
  readonly entrypoint: readonly string[];
  readonly workingDir: string;
  /** The user of the image. */
  readonly user: number;
  readonly env: Readonly<Record<string, string>>;
  /** bubblewrap's arguments that build the image below `root`. */
  readonly layout: (root: string) => string[];
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The programs in the AWS CLI's image. They exclude those that the image may not have: jq, Python, curl. */
const PROGRAMS = (
  'bash sed grep base64 basename cat chmod chown cp cut date dd df dirname echo env expr false head id kill link ln ls ' +
  'mkdir mkfifo mktemp mv nproc od paste printenv printf pwd readlink realpath rm rmdir seq sha256sum shuf sleep sort ' +
  'split stat stty sync tac tail tee test timeout touch tr true truncate tty uname uniq unlink wc whoami yes'
).split(' ');

/** The official image of the AWS CLI: a small Linux with a shell, and `aws` as the entry point. */
export async function awsCliImage(folder: string, env: Readonly<Record<string, string>> = {}): Promise<Image> {
  const [bin, etc] = [join(folder, 'aws-cli', 'bin'), etcFolder(folder)];
  mkdirSync(bin, { recursive: true });
  for (const program of PROGRAMS) copyFileSync(tool(program), join(bin, program));
  symlinkSync('bash', join(bin, 'sh'));

  const python = basePython();
  const { stdout } = await run(python, ['-I', '-c', 'import sys; print(sys.base_prefix, end="")']);
  // Debian's own Python is in the folder of the libraries; any other one has its own folder
  if (stdout === '/usr') copyFileSync(python, join(bin, basename(python)));
  const trees = stdout === '/usr' ? [venv] : [stdout, venv];

  return {
    matches: /(^|\/)aws-cli(:|@|$)/,
    entrypoint: ['/usr/local/bin/aws'],
    workingDir: '/aws',
    user: 0,
    env: { PATH, ...env },
    layout: (root) => [
      ...['--ro-bind', bin, `${root}/usr/bin`, '--ro-bind', '/usr/lib', `${root}/usr/lib`],
      ...(existsSync('/usr/lib64') ? ['--ro-bind', '/usr/lib64', `${root}/usr/lib64`] : []),
      ...['bin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `${root}/${name}`]),
      ...trees.flatMap((tree) => ['--ro-bind', tree, root + tree]),
      ...['--symlink', join(venv, 'bin', 'aws'), `${root}/usr/local/bin/aws`, '--dir', `${root}/aws`],
      ...['--dir', `${root}/run`, '--perms', '1777', '--dir', `${root}/var/tmp`],
      ...common(root, etc),
    ],
  };
}

/**
 * curl's image: busybox and curl.
 *
 * @param hosts the content of its hosts file, with the clouds of the tests.
 */
export function curlImage(folder: string, hosts: string): Image {
  const etc = etcFolder(join(folder, 'curl'));
  writeFileSync(join(etc, 'hosts'), hosts);
  const busybox = tool('busybox');
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).match(/^(?!busybox$).+$/gm) ?? [];
  return {
    matches: /(^|\/)curl(:|@|$)/,
    entrypoint: ['/entrypoint.sh'],
    workingDir: '/home/curl_user',
    user: 100,
    env: { PATH },
    layout: (root) => [
      ...['--ro-bind', busybox, `${root}/bin/busybox`, '--ro-bind', tool('curl'), `${root}/usr/bin/curl`],
      ...applets.flatMap((name) => ['--symlink', 'busybox', `${root}/bin/${name}`]),
      ...['--ro-bind', '/usr/lib', `${root}/usr/lib`, '--symlink', 'usr/lib', `${root}/lib`],
      ...(existsSync('/usr/lib64') ? ['--ro-bind', '/usr/lib64', `${root}/usr/lib64`] : []),
      ...['--symlink', 'usr/lib64', `${root}/lib64`, '--dir', `${root}/home/curl_user`],
      ...common(root, etc),
    ],
  };
}

/** The official image of kubectl: the program, and no shell. */
export function kubectlImage(folder: string): Image {
  const etc = etcFolder(folder);
  return {
    matches: /(^|\/)kubectl(:|@|$)/,
    entrypoint: ['/bin/kubectl'],
    workingDir: '/',
    user: 0,
    env: { PATH },
    layout: (root) => ['--ro-bind', tool('kubectl'), `${root}/bin/kubectl`, ...common(root, etc)],
  };
}

function common(root: string, etc: string): string[] {
  const authorities = '/etc/ssl/certs/ca-certificates.crt';
  return [
    ...['--perms', '1777', '--dir', `${root}/tmp`],
    // mount each file by itself, since a pod may mount something below /etc
    ...Object.keys(ETC).flatMap((name) => ['--ro-bind', join(etc, name), `${root}/etc/${name}`]),
    ...(existsSync(authorities) ? ['--ro-bind', authorities, `${root}${authorities}`] : []),
  ];
}

const ETC: Readonly<Record<string, string>> = {
  passwd: 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n',
  group: 'root:x:0:\nnobody:x:65534:\n',
  hosts: '127.0.0.1 localhost\n',
  // nothing listens there, so lookups fail fast and never reach a name server outside
  'resolv.conf': 'nameserver 127.0.0.53\noptions timeout:1 attempts:1\n',
};

function etcFolder(folder: string): string {
  const etc = join(folder, 'etc');
  mkdirSync(etc, { recursive: true });
  for (const [name, content] of Object.entries(ETC)) writeFileSync(join(etc, name), content);
  return etc;
}
