import { type Server, request as httpRequest, createServer } from 'node:http';
import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import type { KubernetesObject } from './support/api-client';
import { irsaWebhook, podIdentityWebhook } from './support/aws-credentials';
import { type CertificateFiles, issueCertificate } from './support/certificates';
import { EcrCluster, type Installed, logOf, passwords } from './support/ecr';
import type { JobResult } from './support/kubelet';
import { LoopbackServer } from './support/loopback-server';
import type { Pod } from './support/pod';
import { freePorts, removeFolder, run, temporaryFolder } from './support/process';
import { tool } from './support/tools';

// Which account asks AWS with each identity if everything is right, and what only the AWS container gets.

jest.setTimeout(120_000);

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const ROLE = 'arn:aws:iam::123456789012:role/ecr-push';

let cluster: EcrCluster;

beforeAll(async () => {
  cluster = await EcrCluster.start();
});

afterAll(async () => {
  await cluster?.stop();
});

function install(namespace: string, aws: string, repository = 'ml/notebooks'): Promise<Installed> {
  return cluster.install(`
targetNamespace: ${namespace}
aws: { account: "123456789012", region: eu-west-1${aws} }
customImage:
  registryEndpoint: https://${HOST}
  pushRepo: ${HOST}/${repository}
  pushSecretName: aws-registry
`);
}

/** Access keys as people make them, from files that end with a newline. */
async function createKeys(namespace: string, accessKey: string): Promise<void> {
  cluster.aws.identities.set(accessKey, `user of ${accessKey}`);
  await cluster.plane.api.post(`/api/v1/namespaces/${namespace}/secrets`, {
    metadata: { name: 'ecr-keys' },
    stringData: { AWS_ACCESS_KEY_ID: `${accessKey}\n`, AWS_SECRET_ACCESS_KEY: 'a secret of the tests\n' },
  });
}

/** Expects that the Secret has the last token, and that AWS gave it to this identity. */
async function expectTokenOf(identity: string, { namespace }: Installed): Promise<void> {
  const issued = cluster.aws.issued.at(-1);
  expect(issued?.identity).toBe(identity);
  expect(passwords(await cluster.secret(namespace, 'aws-registry'))).toEqual({ [HOST]: issued?.password });
}

/** Expects that the container that does not need the webhook's variables and token did not get them. */
function expectNoneForKubectl({ pods: [{ pod }] }: JobResult): void {
  const [aws, kubectl] = pod.spec.initContainers ?? [];
  expect(aws.volumeMounts?.map(({ mountPath }) => mountPath)).toContainEqual(expect.stringContaining('amazonaws.com'));
  expect(kubectl.env).toBeUndefined();
  expect(kubectl.volumeMounts?.map(({ name }) => name)).toEqual(['manifests', 'api-access']);
}

describe('who asks for the token', () => {
  beforeEach(() => {
    cluster.aws.requests.length = 0;
    cluster.aws.metadata.requests.length = 0;
  });

  test.each(['without the webhook of EKS', 'with it'])(
    "roleArn: the role, by the pod's own token, %s",
    async (which) => {
      const refresher = await install(await cluster.namespace(), `, roleArn: "${ROLE}"`);
      const { namespace, name } = refresher;
      const account = await cluster.plane.find<KubernetesObject>('serviceaccount', name, namespace);
      // like EKS, which uses only the annotation
      const role = account?.metadata.annotations?.['eks.amazonaws.com/role-arn'];
      const webhook = which === 'with it' ? irsaWebhook(role, 'eu-west-1') : undefined;

      const job = await cluster.completeFirstJob(refresher, { webhook });

      await expectTokenOf(ROLE, refresher);
      const [{ pod }] = job.pods;
      expect(pod.spec.volumes?.map((volume) => volume.name)).toEqual(['tmp', 'manifests', 'api-access', 'pod-token']);
      expect(mountsOf(pod)).toEqual({
        aws: ['tmp', 'pod-token', 'manifests'],
        kubectl: ['manifests', 'api-access'],
        'push-check': ['tmp', 'pod-token', 'manifests'],
      });
      // the push check uses the role's credentials from the cache of the AWS CLI, in the volume tmp
      expect(cluster.aws.requests.map(({ action }) => action)).toEqual([
        'AssumeRoleWithWebIdentity',
        'GetAuthorizationToken',
        'InitiateLayerUpload',
      ]);
      expect(cluster.aws.metadata.requests).toEqual([]);
    },
  );

  test('the push check: with a missing repository the Job fails at once, but the Secret is fresh', async () => {
    const refresher = await install(await cluster.namespace(), '', 'ml/missing');
    cluster.aws.everyRepositoryIsThere = false;
    try {
      const job = await cluster.kubelet.runJob(refresher.namespace, refresher.firstJob);
      expect(job.pods).toHaveLength(1);
      expect(logOf(job).trim().split('\n').at(-1)).toMatch(/^FAILED: the token may not push\. .*create the repository/);
    } finally {
      cluster.aws.everyRepositoryIsThere = true;
    }
    await expectTokenOf(cluster.aws.metadata.identity, refresher);
    const job = await cluster.plane.find<{ status: { conditions: { type: string; reason?: string }[] } }>(
      'job',
      refresher.firstJob,
      refresher.namespace,
    );
    expect(job?.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Failed', reason: 'PodFailurePolicy' }),
    );
  });

  test('podIdentity: the associated role, through the agent', async () => {
    const refresher = await install(await cluster.namespace(), ', podIdentity: true');
    const agent = cluster.aws.podIdentityAgent;

    const job = await cluster.completeFirstJob(refresher, { webhook: podIdentityWebhook(agent, 'eu-west-1') });

    await expectTokenOf(agent.identity, refresher);
    expectNoneForKubectl(job);
    expect(cluster.aws.metadata.requests).toEqual([]);
  });

  test('accessKeySecret: the user of the keys, which end with newlines', async () => {
    const namespace = await cluster.namespace();
    await createKeys(namespace, 'AKIAUSEROFTHETESTS00');
    const refresher = await install(namespace, ', accessKeySecret: ecr-keys');

    await cluster.completeFirstJob(refresher);

    await expectTokenOf('user of AKIAUSEROFTHETESTS00', refresher);
    expect(new Set(cluster.aws.requests.map(({ accessKey }) => accessKey))).toEqual(new Set(['AKIAUSEROFTHETESTS00']));
    expect(cluster.aws.metadata.requests).toEqual([]);
  });

  test('without an identity: the role of the node', async () => {
    const refresher = await install(await cluster.namespace(), '');

    await cluster.completeFirstJob(refresher);

    await expectTokenOf(cluster.aws.metadata.identity, refresher);
  });
});

describe('ensureRepository', () => {
  async function repositories(): Promise<string[]> {
    const query = ['ecr', 'describe-repositories', '--region', 'eu-west-1', '--registry-id', '123456789012'];
    const keys = { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test' };
    const { stdout, stderr } = await run(tool('aws'), [...query, '--query', 'repositories[].repositoryName'], {
      env: { ...cluster.aws.environment, ...keys },
    });
    if (stderr !== '') throw new Error(stderr);
    return JSON.parse(stdout) as string[];
  }

  test('creates the repository of pushRepo once, and logs it', async () => {
    const refresher = await install(await cluster.namespace(), ', ensureRepository: true', 'ml/created');
    expect(await repositories()).not.toContain('ml/created');

    const first = await cluster.completeFirstJob(refresher);

    await expectTokenOf(cluster.aws.metadata.identity, refresher);
    expect(await repositories()).toContain('ml/created');
    expect(logOf(first)).toContain('ml/created: repository created in 123456789012, eu-west-1');

    const second = await cluster.refresh(refresher);

    await expectTokenOf(cluster.aws.metadata.identity, refresher);
    expect(logOf(second)).not.toMatch(/repository (not )?created/);
  });
});

describe('behind a proxy that inspects TLS and has its own certificate authority', () => {
  let folder: string;
  let tls: CertificateFiles;
  /** The addresses that the proxy was asked to connect to. */
  const connections: string[] = [];
  let aws: LoopbackServer;
  let proxy: Server;
  let proxyPort: number;

  beforeAll(async () => {
    folder = temporaryFolder('proxy');
    tls = issueCertificate(folder, ['api.ecr.eu-west-1.amazonaws.com']);
    // AWS under its own name, which the proxy would connect to
    aws = await LoopbackServer.start(
      (incoming, response) => {
        const { method, url, headers } = incoming;
        const onward = httpRequest(new URL(url ?? '/', cluster.aws.url), { method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        });
        incoming.pipe(onward);
      },
      { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) },
    );
    [proxyPort] = await freePorts(1);
    proxy = createServer().on('connect', ({ url = '' }, client) => {
      connections.push(url);
      const onward = connect(aws.port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(client).pipe(onward);
      });
      for (const socket of [client, onward]) socket.on('error', () => [client, onward].forEach((one) => one.destroy()));
    });
    await new Promise<void>((resolve) => proxy.listen(proxyPort, '127.0.0.1', resolve));
    // only names of the real AWS
    cluster.kubelet.awsEnvironment = {};
  });

  afterAll(async () => {
    cluster.kubelet.awsEnvironment = cluster.aws.environment;
    proxy?.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    await aws?.refuse();
    removeFolder(folder);
  });

  /** A namespace with access keys and the authority's certificate, and a refresher that uses the proxy. */
  async function behindProxy(pod: string): Promise<Installed> {
    const namespace = await cluster.namespace();
    await createKeys(namespace, 'AKIABEHINDTHEPROXY00');
    await cluster.plane.api.post(`/api/v1/namespaces/${namespace}/configmaps`, {
      metadata: { name: 'corporate-ca' },
      data: { 'ca.crt': readFileSync(tls.caFile, 'utf8') },
    });
    // the AWS CLI would retry after an untrusted certificate
    const env = `HTTPS_PROXY: "http://127.0.0.1:${proxyPort}", AWS_MAX_ATTEMPTS: "1"`;
    return install(namespace, `, accessKeySecret: ecr-keys, pod: { awsEnv: { ${env} }${pod} }`);
  }

  test('awsEnv and caConfigMap lead the AWS CLI through the proxy, and kubectl gets neither', async () => {
    const refresher = await behindProxy(', caConfigMap: corporate-ca');

    const job = await cluster.completeFirstJob(refresher, { traceExec: true });

    await expectTokenOf('user of AKIABEHINDTHEPROXY00', refresher);
    expect(new Set(connections)).toEqual(new Set(['api.ecr.eu-west-1.amazonaws.com:443']));
    const starts = job.pods[0].execTrace.split('\n');
    const ofAws = starts.filter((line) => line.includes('"get-authorization-token"')).at(-1);
    expect(ofAws).toMatch(/"HTTPS_PROXY=http/);
    expect(ofAws).toMatch(/"AWS_CA_BUNDLE=/);
    const ofKubectl = starts.filter(
      (line) => line.includes('execve("/bin/kubectl"') || line.includes('"--server-side"'),
    );
    expect(ofKubectl.length).toBeGreaterThan(0);
    expect(ofKubectl.join('\n')).not.toMatch(/PROXY=|AWS_|"get-authorization-token"/);
    expect(mountsOf(job.pods[0].pod)).toEqual({
      aws: expect.arrayContaining(['ca']) as string[],
      kubectl: ['manifests', 'api-access'],
      'push-check': expect.arrayContaining(['ca']) as string[],
    });
  });

  test('without caConfigMap the log says that it is missing', async () => {
    const refresher = await behindProxy('');

    const { phase, containers } = await cluster.kubelet.run(
      await cluster.kubelet.pendingPod(refresher.namespace, refresher.firstJob),
    );

    expect({ phase, names: containers.map(({ name }) => name) }).toEqual({ phase: 'Failed', names: ['aws'] });
    const lines = containers[0].log.trim().split('\n');
    expect(lines.at(-1)).toMatch(/^FAILED: .* To do: give the pod the CA of the proxy with caConfigMap\. /);
    expect(await cluster.secret(refresher.namespace, 'aws-registry')).toBeUndefined();
  });
});

function mountsOf({ spec }: Pod): Record<string, string[]> {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return Object.fromEntries(
    containers.map(({ name, volumeMounts = [] }) => [name, volumeMounts.map((mount) => mount.name)]),
  );
}
