import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ControlPlane } from './support/control-plane';
import { job, script } from './support/jobs';
import { waitFor } from './support/process';
import { tool } from './support/tools';

jest.setTimeout(120_000);

describe('the control plane of the end-to-end tests', () => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await plane.createNamespace('hub', 'restricted');
    await plane.createNamespace('lax');
  });

  afterAll(() => plane?.stop());

  const apply = (object: object): Promise<string> =>
    plane.kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });

  describe('the API server', () => {
    it('has the pinned version', async () => {
      expect(await plane.kubectl(['version'])).toContain('Server Version: v1.36.3');
    });

    it('refuses a pod that Pod Security forbids, only in that namespace', async () => {
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

    it('can stop and come back', async () => {
      await plane.stopApiServer();
      expect((await plane.tryKubectl(['get', 'ns'])).stderr).toContain('refused');
      await plane.startApiServer();
      expect(await plane.kubectl(['get', 'ns'])).toContain('hub');
    });
  });

  describe('the CronJob controller', () => {
    const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
    /** A CronJob that was due half an hour ago, while no controller ran. */
    const missATick = async (name: string, startingDeadlineSeconds: number): Promise<void> => {
      const tick = minutesAgo(30);
      const template = (job('', { containers: [script('true')] }) as { spec: object }).spec;
      const spec = {
        schedule: `${tick.getUTCMinutes()} ${tick.getUTCHours()} * * *`,
        timeZone: 'Etc/UTC',
        startingDeadlineSeconds,
        jobTemplate: { spec: template },
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

    it('catches up on a missed run within the starting deadline, and on no other', async () => {
      await plane.stopControllerManager();
      await missATick('patient', 3600);
      await missATick('hasty', 600);
      await plane.startControllerManager();
      await waitFor('the missed job', async () => (await jobsOf('patient')).length === 1);
      expect(await jobsOf('hasty')).toEqual([]);
    });
  });

  it('leaves no process behind, even if the tests are killed', async () => {
    const program = `
      const { ControlPlane } = require(${JSON.stringify(resolve(__dirname, 'support/control-plane.ts'))});
      ControlPlane.start().then((plane) => console.log('in ' + plane.folder), console.error);`;
    const command = ['--pdeathsig', 'KILL', process.execPath, '--require', '@swc-node/register', '-e', program];
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
