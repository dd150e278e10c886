import { conflict, internalError } from './support/api-proxy';
import { Aws, awsFaults } from './support/aws';
import { irsaWebhook, podIdentityWebhook } from './support/aws-credentials';
import { ControlPlane } from './support/control-plane';
import { job, kubectlContainer, script } from './support/jobs';
import { Kubelet } from './support/kubelet';

jest.setTimeout(120_000);

const ROLE = 'arn:aws:iam::123456789012:role/ecr-push';

describe("the end-to-end tests' stand-in for the kubelet", () => {
  let plane: ControlPlane;
  let kubelet: Kubelet;
  let aws: Aws;

  beforeAll(async () => {
    [plane, aws] = await Promise.all([ControlPlane.start(), Aws.start()]);
    kubelet = await Kubelet.start(plane);
    kubelet.awsEnvironment = aws.environment;
    await plane.createNamespace('hub', 'restricted');
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

  /** Runs a script as a pod's only container, and returns its output. */
  const runScript = async (name: string, text: string): Promise<{ code?: number; log: string }> => {
    await apply(job(name, { containers: [script(text)] }));
    const { pods } = await kubelet.runJob('hub', name);
    const [{ exitCode, log }] = pods[0].containers;
    return { code: exitCode, log };
  };

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

  it('kills a pod at any point, and the Job controller retries', async () => {
    const containers = [{ ...script('echo second'), name: 'second' }];
    await apply(job('killed', { initContainers: [script('echo first; sleep 20')], containers }, { backoffLimit: 1 }));
    const { condition, pods } = await kubelet.runJob('hub', 'killed', (attempt) => ({
      hooks: {
        beforePod: (run) => attempt === 0 && run.kill(),
        started: (name, run) => attempt === 1 && run.waitForLog(name, /first/).then(() => run.kill()),
      },
    }));
    expect(condition).toBe('Failed');
    expect(pods.map(({ phase, reason, containers: ran }) => [phase, reason, ran.map((one) => one.exitCode)])).toEqual([
      ['Failed', 'Terminated', []],
      ['Failed', 'Terminated', [137]],
    ]);
  });

  it('can make the API server fail for containers', async () => {
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

  describe('AWS', () => {
    const getToken =
      'aws ecr get-authorization-token --region eu-west-1 --output text --query "authorizationData[].authorizationToken"';

    it("gives a token to the pod's role if the webhook saw the pod, or else to the node's role", async () => {
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

    it('fails for one region, or for all', async () => {
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
});
