import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { conflict, internalError } from './support/api-proxy';
import { Aws, awsFaults } from './support/aws';
import { irsaWebhook, podIdentityWebhook } from './support/aws-credentials';
import { ControlPlane } from './support/control-plane';
import { Kubelet } from './support/kubelet';
import type { PodSpec } from './support/pod';
import { waitFor } from './support/process';
import { tool } from './support/tools';

jest.setTimeout(120_000);

const USER = 65532;
const ROLE = 'arn:aws:iam::123456789012:role/ecr-push';
const restricted = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };

/** A container of the AWS CLI's image with a script. */
const script = (text: string): object => ({
  name: 'script',
  image: 'public.ecr.aws/aws-cli/aws-cli:2.36.46',
  command: ['/bin/sh', '-c', text],
  env: [{ name: 'HOME', value: '/work' }],
  securityContext: restricted,
  volumeMounts: [{ name: 'work', mountPath: '/work' }],
});

const kubectlContainer = (...args: string[]): object => ({
  name: 'kubectl',
  image: 'registry.k8s.io/kubectl:v1.36.4',
  args,
  securityContext: restricted,
  volumeMounts: [{ name: 'work', mountPath: '/work', readOnly: true }],
});

const podSpec = (spec: object): PodSpec =>
  ({
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    securityContext: {
      ...{ runAsUser: USER, runAsGroup: USER, runAsNonRoot: true },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumes: [{ name: 'work', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
    ...spec,
  }) as unknown as PodSpec;

const job = (name: string, spec: object, more: object = {}): object => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'hub' },
  spec: { backoffLimit: 0, ...more, template: { spec: podSpec(spec) } },
});

describe('the control plane of the end-to-end tests', () => {
  let plane: ControlPlane;
  let kubelet: Kubelet;
  let aws: Aws;

  beforeAll(async () => {
    [plane, aws] = await Promise.all([ControlPlane.start(), Aws.start()]);
    kubelet = await Kubelet.start(plane);
    kubelet.awsEnvironment = aws.environment;
    await plane.createNamespace('hub', 'restricted');
    await plane.createNamespace('lax');
  });

  afterEach(async () => {
    kubelet.apiPort = plane.port;
    await aws.heal();
  });

  afterAll(async () => {
    await kubelet?.stop();
    await Promise.all([plane?.stop(), aws?.stop()]);
  });

  const apply = (object: object): Promise<string> =>
    plane.kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });

  /** Runs a script as a pod's only container, and returns what it wrote. */
  const runScript = async (name: string, text: string): Promise<{ code?: number; log: string }> => {
    await apply(job(name, { containers: [script(text)] }));
    const { pods } = await kubelet.runJob('hub', name);
    const [{ exitCode, log }] = pods[0].containers;
    return { code: exitCode, log };
  };

  describe('the API server', () => {
    it('is the version that is pinned', async () => {
      expect(await plane.kubectl(['version'])).toContain('Server Version: v1.36.3');
    });

    it('refuses a pod that Pod Security forbids, and only there', async () => {
      const container = { name: 'root', image: 'busybox', securityContext: { privileged: true } };
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bad' }, spec: { containers: [container] } };
      const create = (namespace: string): ReturnType<ControlPlane['tryKubectl']> =>
        plane.tryKubectl(['create', '-n', namespace, '-f', '-'], { input: JSON.stringify(pod) });
      expect((await create('hub')).stderr).toContain('violates PodSecurity "restricted:latest": privileged');
      expect(await create('lax')).toMatchObject({ code: 0 });
    });

    it('lets a service account do what its Role says, and nothing else', async () => {
      const named = ['--resource=secrets', '--resource-name=push', '--verb=create,patch'];
      await plane.kubectl(['create', 'serviceaccount', 'builder', '-n', 'hub']);
      const token = await plane.serviceAccountToken('hub', 'builder');
      const put = (name: string): ReturnType<ControlPlane['tryKubectl']> => {
        const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'hub' } };
        return plane.tryKubectl(['apply', '--server-side', '-f', '-'], { token, input: JSON.stringify(secret) });
      };
      expect((await put('push')).stderr).toContain('system:serviceaccount:hub:builder" cannot patch');
      await plane.kubectl(['create', 'role', 'push', '-n', 'hub', ...named]);
      await plane.kubectl([
        'create',
        'rolebinding',
        'push',
        '-n',
        'hub',
        '--role=push',
        '--serviceaccount=hub:builder',
      ]);
      await waitFor('the rights', async () => (await put('push')).code === 0);
      expect((await put('other')).stderr).toContain('forbidden');
      expect((await plane.tryKubectl(['get', 'secret', 'push', '-n', 'hub'], { token })).stderr).toContain('forbidden');
    });

    it('can be away for a while', async () => {
      await plane.stopApiServer();
      expect((await plane.tryKubectl(['get', 'ns'])).stderr).toContain('refused');
      await plane.startApiServer();
      expect(await plane.kubectl(['get', 'ns'])).toContain('hub');
    });
  });

  describe('the kubelet', () => {
    it("runs a Job's containers in order, over a volume in memory, with the service account's own token", async () => {
      await plane.kubectl(['create', 'serviceaccount', 'writer', '-n', 'hub']);
      await plane.kubectl(['create', 'role', 'writer', '-n', 'hub', '--verb=create,patch', '--resource=configmaps']);
      await plane.kubectl([
        'create',
        'rolebinding',
        'writer',
        '-n',
        'hub',
        '--role=writer',
        '--serviceaccount=hub:writer',
      ]);
      const manifest = JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'written', namespace: 'hub' },
        data: { by: '$(WHO)' },
      });
      const writes = { ...script(`printf '%s' "$MANIFEST" > /work/it.json`), name: 'writes' };
      const env = [
        { name: 'WHO', valueFrom: { fieldRef: { fieldPath: 'spec.serviceAccountName' } } },
        { name: 'MANIFEST', value: manifest },
      ];
      await apply(
        job('ordered', {
          serviceAccountName: 'writer',
          automountServiceAccountToken: true,
          initContainers: [{ ...writes, env }],
          containers: [kubectlContainer('apply', '--server-side', '-f', '/work/it.json')],
        }),
      );
      const seen: string[] = [];
      let volume = '';
      const { condition, pods } = await kubelet.runJob('hub', 'ordered', {
        hooks: {
          afterContainer: (name, run) => {
            volume = run.volume('work');
            seen.push(`${name}: ${readdirSync(volume).join()}`);
          },
        },
      });
      expect(pods[0].containers.map(({ name, log }) => `${name}: ${log}`).join('\n')).toContain('serverside-applied');
      expect(condition).toBe('Complete');
      expect(seen).toEqual(['writes: it.json', 'kubectl: it.json']);
      expect(existsSync(volume)).toBe(false);
      expect(await plane.kubectl(['get', 'configmap', 'written', '-n', 'hub', '-o', 'yaml'])).toContain('by: writer');
      expect(await plane.kubectl(['get', 'job', 'ordered', '-n', 'hub'])).toContain('Complete');
    });

    it('honours the user, the capabilities, the root, the environment and the token that a pod asks for', async () => {
      process.env.ONLY_ON_THE_HOST = 'yes';
      const { log } = await runScript(
        'least',
        'id; grep ^Cap /proc/self/status; touch /here; env; ls /var/run/secrets',
      );
      delete process.env.ONLY_ON_THE_HOST;
      expect(log).toContain(`uid=${USER} gid=${USER} groups=${USER}\n`);
      expect(log.match(/^Cap.*[1-9a-f]$/m)).toBeNull();
      expect(log).toContain("cannot touch '/here': Read-only file system");
      expect(log).toContain("cannot access '/var/run/secrets'");
      const variables = [...log.matchAll(/^([A-Z_][A-Z0-9_]*)=/gm)].map(([, name]) => name);
      const own = variables.filter((name) => !/^(KUBERNETES|AWS)_/.test(name));
      expect(own.sort()).toEqual(['HOME', 'HOSTNAME', 'PATH', 'PWD', 'SHLVL', '_']);
      expect(log).toContain(`KUBERNETES_SERVICE_PORT=${plane.port}\n`);
    });

    it('gives a volume in memory no byte more than its limit', async () => {
      const fill = (kib: number): string => `dd if=/dev/zero of=/work/file bs=1K count=${kib} && echo all of it`;
      const [fits, full] = [await runScript('fits', fill(900)), await runScript('full', fill(1100))];
      expect(fits.log).toContain('all of it');
      expect(full.log).toContain('No space left on device');
      expect([fits.code, full.code]).toEqual([0, 1]);
    });

    it("has no shell in kubectl's image, and nothing else but kubectl", async () => {
      for (const [name, command] of Object.entries({ shell: '/bin/sh', lists: 'ls', itself: '/bin/kubectl' })) {
        await apply(job(name, { containers: [{ ...kubectlContainer(), command: [command, 'version', '--client'] }] }));
      }
      const log = async (name: string): Promise<string> =>
        (await kubelet.runJob('hub', name)).pods[0].containers[0].log;
      expect(await log('shell')).toBe('cannot start /bin/sh: No such file or directory\n');
      expect(await log('lists')).toBe('cannot start ls: No such file or directory\n');
      expect(await log('itself')).toContain('Client Version: v1.36.3');
    });

    it('shows the processes of a pod, and every program that it started', async () => {
      await apply(job('seen', { containers: [script('/usr/bin/true quick-one; echo go; sleep 20')] }));
      let arguments_: string[] = [];
      const { pods } = await kubelet.runJob('hub', 'seen', {
        traceExec: true,
        hooks: {
          started: async (name, run) => {
            await run.waitForLog(name, /go/);
            arguments_ = run.processes().flatMap(({ argv }) => argv);
            run.kill();
          },
        },
      });
      expect(arguments_).toContain('sleep');
      expect(pods[0].execTrace).toMatch(/execve\("\/usr\/bin\/true", \["\/usr\/bin\/true", "quick-one"\], \["/);
    });

    it('kills a pod at any point, and the Job controller tries again', async () => {
      const containers = [{ ...script('echo second'), name: 'second' }];
      await apply(job('killed', { initContainers: [script('echo first; sleep 20')], containers }, { backoffLimit: 1 }));
      const { condition, pods } = await kubelet.runJob('hub', 'killed', (attempt) => ({
        hooks: {
          beforePod: (run) => attempt === 0 && run.kill(),
          started: (name, run) => attempt === 1 && run.waitForLog(name, /first/).then(() => run.kill()),
        },
      }));
      expect(condition).toBe('Failed');
      expect(pods.map(({ phase, reason, containers: ran }) => [phase, reason, ran.map((one) => one.exitCode)])).toEqual(
        [
          ['Failed', 'Evicted', []],
          ['Failed', 'Evicted', [137]],
        ],
      );
    });

    it("ends a pod that the Job controller deletes at the Job's deadline", async () => {
      await apply(job('late', { containers: [script('sleep 60')] }, { activeDeadlineSeconds: 1 }));
      const { condition, reason, pods } = await kubelet.runJob('hub', 'late');
      expect([condition, reason]).toEqual(['Failed', 'DeadlineExceeded']);
      expect(pods[0]).toMatchObject({ phase: 'Failed', reason: 'Deleted' });
    });

    it('shows containers an API server that fails', async () => {
      const proxy = await plane.startProxy();
      kubelet.apiPort = proxy.port;
      await plane.kubectl(['create', 'serviceaccount', 'asker', '-n', 'hub']);
      const ask = async (name: string): Promise<string> => {
        const account = { serviceAccountName: 'asker', automountServiceAccountToken: true };
        await apply(job(name, { ...account, containers: [kubectlContainer('get', '--raw', '/api/v1')] }));
        return (await kubelet.runJob('hub', name)).pods[0].containers[0].log;
      };
      expect(await ask('heard')).toContain('APIResourceList');
      proxy.inject({ path: /^\/api\/v1/, times: 1 }, conflict);
      expect(await ask('conflict')).toContain('the object has been modified');
      proxy.inject({ path: /^\/api\/v1/, times: 1 }, internalError);
      expect(await ask('broken')).toContain('etcdserver: leader changed');
      await proxy.refuse();
      expect(await ask('refused')).toContain('refused');
      expect(proxy.requests.map(({ status }) => status)).toEqual([200, 409, 500]);
    });
  });

  describe('the CronJob controller', () => {
    const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
    /** A CronJob whose tick of half an hour ago passed while no controller ran. */
    const missATick = async (name: string, startingDeadlineSeconds: number): Promise<void> => {
      const tick = minutesAgo(30);
      const template = (job('', { containers: [script('true')] }) as { spec: object }).spec;
      const spec = {
        schedule: `${tick.getUTCMinutes()} ${tick.getUTCHours()} * * *`,
        ...{ timeZone: 'Etc/UTC', startingDeadlineSeconds, jobTemplate: { spec: template } },
      };
      await apply({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name, namespace: 'hub' }, spec });
      await plane.api.patch(`/apis/batch/v1/namespaces/hub/cronjobs/${name}/status`, {
        status: { lastScheduleTime: minutesAgo(60).toISOString().replace(/\.\d+/, '') },
      });
    };
    const jobsOf = async (name: string): Promise<unknown[]> =>
      (
        await plane.api.list<{ metadata: { ownerReferences?: { name: string }[] } }>(
          '/apis/batch/v1/namespaces/hub/jobs',
        )
      ).filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.name === name));

    it('makes up for a tick within the starting deadline, and for no other', async () => {
      await plane.stopControllerManager();
      await missATick('patient', 3600);
      await missATick('hasty', 600);
      await plane.startControllerManager();
      await waitFor('the missed job', async () => (await jobsOf('patient')).length === 1);
      expect(await jobsOf('hasty')).toEqual([]);
    });
  });

  describe('AWS', () => {
    const getToken =
      'aws ecr get-authorization-token --region eu-west-1 --output text --query "authorizationData[].authorizationToken"';

    it('gives a token, to the role of the pod where the webhook saw it, else to the role of the node', async () => {
      const ask = async (name: string, webhook?: ReturnType<typeof irsaWebhook>): Promise<string> => {
        await apply(job(name, { containers: [script(getToken)] }));
        return (await kubelet.runJob('hub', name, { webhook })).pods[0].containers[0].log.trim();
      };
      const tokens = [
        await ask('node-role'),
        await ask('irsa', irsaWebhook(ROLE, 'eu-west-1')),
        await ask('pod-identity', podIdentityWebhook(aws.podIdentityAgent, 'eu-west-1')),
      ];
      expect(aws.requestsOf('GetAuthorizationToken').map(({ identity }) => identity)).toEqual([
        aws.metadata.identity,
        ROLE,
        aws.podIdentityAgent.identity,
      ]);
      expect(tokens).toEqual(aws.issued.map(({ auth }) => auth));
      expect(Buffer.from(tokens[0], 'base64').toString()).toMatch(/^AWS:./);
    });

    it('fails for one region alone, or altogether', async () => {
      aws.inject({ action: 'GetAuthorizationToken', region: 'eu-west-1' }, awsFaults.accessDenied);
      const elsewhere = getToken.replace('eu-west-1', 'us-east-1');
      const one = await runScript('one-region', `${elsewhere} >/dev/null && echo the other one works; ${getToken}`);
      expect(one.log).toContain('the other one works');
      expect(one.log).toContain('AccessDeniedException');
      await aws.refuse();
      const none = await runScript('unreachable', `export AWS_MAX_ATTEMPTS=1; ${getToken}`);
      expect(none.log).toContain('Could not connect to the endpoint URL');
    });
  });

  it('leaves no process behind, even where the tests are killed', async () => {
    const program = `
      const { ControlPlane } = require(${JSON.stringify(resolve(__dirname, 'support/control-plane.ts'))});
      ControlPlane.start().then((plane) => console.log('in ' + plane.folder), console.error);`;
    const command = ['--pdeathsig', 'KILL', process.execPath, '--import', 'tsx', '-e', program];
    const child = spawn(tool('setpriv'), command, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const folder = await waitFor('a second control plane', () => /in (\S+)\n/.exec(output)?.[1]);
    const processes = (): number => commandLines().filter((line) => line.includes(folder)).length;
    expect(processes()).toBe(3);
    child.kill('SIGKILL');
    await waitFor('its processes to be gone', () => processes() === 0);
    rmSync(folder, { recursive: true });
  });
});

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'cmdline'), 'utf8');
      } catch {
        return '';
      }
    });
}
