import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type BlockRun, programsOf, Workspace } from '../docs/workspace';
import { dockerConfigJson } from '../../lib/push-secret/docker-config';
import { testCertificate } from '../support/certificate';
import { CLONED_REGISTRIES } from '../support/cloned-registries';
import { type CodeBlock, readPage, readPages, where } from '../support/code-blocks';
import { REPOSITORY } from '../support/run-app';
import { Clients } from './support/clients';
import { EcrCluster } from './support/ecr';
import { PrivateHosts } from './support/hosts';
import { removeFolder, temporaryFolder } from './support/process';
import { LoopbackRegistry } from './support/registry';
import { requireTools, tool } from './support/tools';

// Runs every command of the pages in the order of the page, with a separate clone for each page: kubectl and helm on a
// real control plane, whose Jobs a kubelet runs, and the AWS CLI against moto.
//
// Some commands have stand-ins, as nothing here can answer them: az, eksctl, gcloud, `kubeseal --fetch-cert` and
// `kubectl logs`. For a few AWS calls that moto does not support, the AWS CLI only checks the arguments.

jest.setTimeout(300_000);

const pages = readPages().filter(
  ({ path, blocks }) =>
    (path === 'README.md' || path.startsWith('docs/')) &&
    blocks.some((block) => block.language === 'sh' && programsOf(block).some((program) => isReal(program))),
);

function isReal(program: string): boolean {
  return ['kubectl', 'helm', 'aws'].includes(program);
}

let cluster: EcrCluster;
let isOver = false;
let kubelet: Promise<void>;
const roots: string[] = [];

beforeAll(async () => {
  requireTools('helm');
  cluster = await EcrCluster.start();
  await cluster.plane.kubectl(['apply', '-f', join(REPOSITORY, 'crds')]);
  kubelet = runPods();
});

afterAll(async () => {
  isOver = true;
  await kubelet;
  await cluster?.stop();
  roots.forEach(removeFolder);
});

/** Runs every pod that is created in the namespace of the pages. */
async function runPods(): Promise<void> {
  while (!isOver) {
    const pod = await cluster.kubelet.pendingPod('hub', undefined, 500).catch(() => undefined);
    // a container that cannot be created, as its Secret is missing, must not end the tests
    if (pod !== undefined) await cluster.kubelet.run(pod).catch(() => undefined);
  }
}

async function freshNamespace(): Promise<void> {
  await forgetJobs();
  await cluster.plane.kubectl(['delete', 'namespace', 'hub', '--ignore-not-found', '--wait']);
  await cluster.plane.createNamespace('hub');
}

/**
 * Deletes Jobs whose pods have no node. With a pod failure policy, such pods stay until the pod garbage collector ends
 * them, and it does not run here.
 */
async function forgetJobs(): Promise<void> {
  const inHub = (...args: string[]) => cluster.plane.tryKubectl(['-n', 'hub', ...args]);
  await inHub('delete', 'cronjobs,jobs', '--all', '--cascade=orphan', '--wait=false');
  await inHub('delete', 'pods', '--all', '--force', '--grace-period=0', '--wait=false');
  const { stdout } = await inHub('get', 'pods,jobs', '-o', 'name');
  for (const object of stdout.split('\n').filter((name) => name !== '')) {
    await inHub('patch', object, '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
  }
}

function cloneFor(): Workspace {
  const root = temporaryFolder('docs');
  roots.push(root);
  const { plane, aws } = cluster;
  const clone = new Workspace(root, {
    programs: PROGRAMS,
    env: {
      KUBECONFIG: plane.kubeconfig,
      KUBECTL: tool('kubectl'),
      HELM: tool('helm'),
      AWS: tool('aws'),
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_DEFAULT_REGION: 'eu-west-1',
    },
  });
  writeFileSync(join(root, 'home/cert.pem'), testCertificate().pem);
  const install = join(clone.folder, '__tests__/e2e/tools');
  mkdirSync(install, { recursive: true });
  writeFileSync(join(install, 'install'), '#!/bin/sh\n', { mode: 0o755 });
  writeChart(join(clone.folder, 'infuseai/primehub'), PRIMEHUB);
  writeChart(join(clone.folder, 'architectminds/aws-ecr-credential'), OLD_REFRESHER);
  return clone;
}

/** What a reader of a page already has. */
const SETUP: Record<string, string> = {
  'README.md': 'helm install primehub infuseai/primehub --namespace hub',
  'docs/credentials.md': 'DOCKERHUB_TOKEN=token npm run synth && kubectl apply -f dist/',
  'docs/ecr-identity.md': `aws iam create-role --role-name example-node --assume-role-policy-document '{"Version":"2012-10-17","Statement":[]}'
    aws eks create-cluster --name example --role-arn arn:aws:iam::123456789012:role/example --resources-vpc-config '{}'`,
  'docs/helm.md': `helm install primehub infuseai/primehub --namespace hub \\
    --set customImage.registryEndpoint=docker.io,customImage.registryUsername=old,customImage.registryPassword=old-password`,
  'docs/migrating-from-aws-ecr-credential.md': `helm install aws-ecr-credential architectminds/aws-ecr-credential
    kubectl -n hub create secret docker-registry aws-registry --docker-server=old --docker-username=AWS --docker-password=old
    kubectl -n hub create secret generic ecr-push-keys --from-literal=AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \\
      --from-literal=AWS_SECRET_ACCESS_KEY=example`,
  'docs/troubleshooting.md': `kubectl -n hub create deployment primehub-console --image=console
    kubectl apply -f dist/
    kubectl -n hub wait --for=condition=complete --timeout=2m "$(kubectl get -f dist/ecr.k8s.yaml -o name | grep ^job)"`,
};

const NO_REPOSITORY =
  'aws ecr delete-repository --region eu-west-1 --repository-name notebooks --force >/dev/null 2>&1 || true';

const script = (text: string): CodeBlock => ({ page: '', line: 0, language: 'sh', tags: [], text });

function outcome({ status, stdout, stderr }: BlockRun): { status: number | null; stdout: string; stderr: string } {
  return { status, stdout, stderr };
}

test('the README shows the committed values files, which name their schema', () => {
  const folder = join(REPOSITORY, 'registries');
  expect(Object.keys(CLONED_REGISTRIES).sort()).toEqual(readdirSync(folder).sort());
  for (const [name, text] of Object.entries(CLONED_REGISTRIES)) {
    const file = readFileSync(join(folder, name), 'utf8');
    expect(parse(text)).toEqual(parse(file));
    const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(file) ?? [];
    expect(join(folder, schema)).toBe(join(REPOSITORY, 'values.schema.json'));
  }
});

describe.each(pages.map((page) => [page.path, page] as const))('%s', (_, page) => {
  let clone: Workspace;

  beforeAll(async () => {
    await freshNamespace();
    clone = cloneFor();
    await clone.init();
    const ready = await clone.run(script(SETUP[page.path] ?? ''));
    expect(outcome(ready)).toMatchObject({ status: 0 });
  });

  const steps = page.blocks.filter(({ language, tags }) => language === 'sh' || isFile(language, tags));
  test.each(steps.map((block) => [where(block), block] as const))('%s', async (__, block) => {
    if (block.language !== 'sh') {
      clone.put(block);
      return;
    }
    // the push checks of earlier runs have created it
    if (block.text.includes('aws ecr create-repository ')) await clone.run(script(NO_REPOSITORY));
    const run = await clone.run(block);
    const { stdout, stderr } = run;
    expect({ failed: run.status !== 0, stdout, stderr }).toEqual({ failed: block.tags[0] === 'fails', stdout, stderr });
  });

  if (page.path === 'docs/helm.md') {
    test('the password is no longer in the output of Helm', async () => {
      const { stdout } = await clone.run(script('helm get manifest primehub --namespace hub'));
      expect(stdout).not.toContain('old-password');
      expect(stdout).toContain('customImage');
    });
  }

  if (page.path === 'docs/credentials.md') {
    test('without the definition, kubectl prints what the page shows', async () => {
      await cluster.plane.kubectl(['delete', 'crd', 'externalsecrets.external-secrets.io']);
      await freshNamespace();
      const { status, stderr } = await clone.run(script('rm -rf ~/.kube; npm run synth; kubectl apply -f dist/'));
      await cluster.plane.kubectl(['apply', '-f', join(REPOSITORY, 'crds')]);
      const shown = page.blocks.find(({ tags }) => tags[0] === 'kubectl')?.text;
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(shown ?? 'nothing') as string });
    });
  }
});

function isFile(language: string, tags: readonly string[]): boolean {
  if (language !== 'yaml' && language !== 'json') return false;
  return /^(registries\/)?[\w-]+\.(yaml|json)$/.test(tags[0] ?? '') && tags[1] !== 'rejected';
}

test('with --reuse-values, null only hides the password, and Helm still renders it; without --reuse-values, null works', async () => {
  await freshNamespace();
  const clone = cloneFor();
  const upgrade = (flag: string): string => `
    helm upgrade ${flag} -f dist/helm/dockerhub.values.yaml primehub infuseai/primehub --namespace hub \\
      --set customImage.registryUsername=null --set customImage.registryPassword=null >&2
    helm get values primehub --namespace hub; echo ---; helm get manifest primehub --namespace hub`;
  expect(outcome(await clone.run(script(SETUP['docs/helm.md'])))).toMatchObject({ status: 0 });

  const [values, manifest] = (await clone.run(script(upgrade('--reuse-values')))).stdout.split('---');
  expect(values).not.toContain('old-password');
  expect(manifest).toBeDefined();
  const reused = await clone.run(script('helm get manifest primehub --namespace hub'));
  expect(reused.stdout).toContain('old-password');

  await freshNamespace();
  expect(outcome(await clone.run(script(SETUP['docs/helm.md'])))).toMatchObject({ status: 0 });
  const reset = await clone.run(script(upgrade('--reset-then-reuse-values')));
  expect(reset.status).toBe(0);
  expect(reset.stdout).not.toContain('old-password');
});

describe("kubectl's messages in docs/troubleshooting.md", () => {
  const { text } = readPage('docs/troubleshooting.md');
  const secret = (namespace: string): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'aws-registry', namespace },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': Buffer.from('{}').toString('base64') },
    });
  const APPLY = ['apply', '--server-side', '--force-conflicts', '-f', '-'];
  let clone: Workspace;

  beforeAll(async () => {
    await freshNamespace();
    clone = cloneFor();
  });

  async function says(
    args: readonly string[],
    shown: string,
    options: { input?: string; token?: string } = {},
  ): Promise<void> {
    const { code, stderr } = await cluster.plane.tryKubectl(args, { ...options, cwd: clone.folder });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(shown) as string });
    expect(text).toContain(`\`${shown}\``);
  }

  test('a Secret of another type', async () => {
    await cluster.plane.kubectl(['create', 'secret', 'generic', 'aws-registry', '-n', 'hub']);
    const line = 'is invalid: type: Invalid value: "kubernetes.io/dockerconfigjson": field is immutable';
    await says(APPLY, `The Secret "aws-registry" ${line}`, { input: secret('hub') });
  });

  test('a missing namespace', async () => {
    await says(APPLY, 'namespaces "hub-jobs" not found', { input: secret('hub-jobs') });
  });

  test('no Role', async () => {
    await cluster.plane.kubectl(['create', 'serviceaccount', 'ecr-token', '-n', 'hub']);
    const token = await cluster.plane.serviceAccountToken('hub', 'ecr-token');
    const who = 'User "system:serviceaccount:hub:ecr-token" cannot patch resource "secrets"';
    await says(APPLY, `secrets "aws-registry" is forbidden: ${who}`, { input: secret('hub'), token });
  });

  test('dist/ before its namespace', async () => {
    await cluster.plane.kubectl(['delete', 'namespace', 'hub', '--wait']);
    const line = 'Error from server (NotFound): error when creating "dist/ecr.k8s.yaml": namespaces "hub" not found';
    await says(['apply', '-f', 'dist'], line);
  });
});

describe("the clients' messages in docs/troubleshooting.md", () => {
  const USER = { username: 'builder', password: 'right' };
  let hosts: PrivateHosts;
  let registry: LoopbackRegistry;
  let clients: Clients;

  beforeAll(async () => {
    hosts = PrivateHosts.create();
    registry = await LoopbackRegistry.start({ users: [USER] });
    clients = await Clients.open(hosts);
    const secret = clients.mount(dockerConfigJson([{ host: registry.host, ...USER }]));
    const target = `${registry.host}/team/there:v1`;
    expect(await clients.skopeo({ secret, target, insecure: true })).toMatchObject({ code: 0 });
  });

  afterAll(async () => {
    clients?.close();
    await registry?.stop();
    hosts?.close();
  });

  const UNAUTHORIZED = 'unauthorized: authentication required';
  const STATUS = 'unexpected status code 401 Unauthorized';
  test.each([
    ['buildah', UNAUTHORIZED, UNAUTHORIZED],
    ['skopeo', UNAUTHORIZED, UNAUTHORIZED],
    ['crane', STATUS, STATUS],
    ['oras', 'response status code 401: Unauthorized', 'basic credential not found'],
    ['docker', 'no such manifest', 'no basic auth credentials'],
  ] as const)('%s', async (client, wrongPassword, noEntry) => {
    const { text } = readPage('docs/troubleshooting.md');
    const attempt = async (config: string): Promise<string> => {
      const push = { secret: clients.mount(config), target: `${registry.host}/team/there:v1`, insecure: true };
      return (await clients[client](push)).stderr;
    };
    expect(await attempt(dockerConfigJson([{ host: registry.host, ...USER, password: 'wrong' }]))).toContain(
      wrongPassword,
    );
    expect(await attempt(dockerConfigJson([]))).toContain(noEntry);
    for (const line of [wrongPassword, noEntry]) expect(text).toContain(`\`${line}\``);
  });

  test('no TLS', async () => {
    const secret = clients.mount(dockerConfigJson([{ host: registry.host, ...USER }]));
    const { stderr } = await clients.buildah({ secret, target: `${registry.host}/team/there:v1` });
    const line = 'http: server gave HTTP response to HTTPS client';
    expect(stderr).toContain(line);
    expect(readPage('docs/troubleshooting.md').text).toContain(`### ${line}`);
  });
});

function writeChart(folder: string, template: string): void {
  mkdirSync(join(folder, 'templates'), { recursive: true });
  writeFileSync(join(folder, 'Chart.yaml'), `apiVersion: v2\nname: ${folder.split('/').at(-1)}\nversion: 1.0.0\n`);
  writeFileSync(join(folder, 'values.yaml'), 'customImage: { registryUsername: "", registryPassword: "" }\n');
  writeFileSync(join(folder, 'templates/all.yaml'), template);
}

/** Reads `customImage` like the PrimeHub chart. */
const PRIMEHUB = `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-controller-config }
data:
  config.yaml: |
    customImage:
{{ toYaml .Values.customImage | indent 6 }}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }}-controller }
spec:
  selector: { matchLabels: { app: controller } }
  replicas: 0
  template:
    metadata: { labels: { app: controller } }
    spec: { containers: [{ name: controller, image: controller }] }
{{- if .Values.customImage.registryEndpoint }}
---
apiVersion: v1
kind: Secret
metadata: { name: {{ .Release.Name }}-controller-custom-image-push-secret }
{{- end }}
`;

/** The parts of the chart aws-ecr-credential that its page needs. */
const OLD_REFRESHER = `apiVersion: v1
kind: Namespace
metadata: { name: {{ .Release.Name }}-ns }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: {{ .Release.Name }}-cron, namespace: {{ .Release.Name }}-ns }
spec:
  schedule: "0 */8 * * *"
  jobTemplate:
    spec:
      template:
        spec: { restartPolicy: Never, containers: [{ name: kubectl, image: kubectl }] }
`;

const PROGRAMS: Record<string, string> = {
  helm: '#!/bin/sh\nexec "$HELM" "$@"\n',
  // Only the log is not real, as no kubelet can be asked for it.
  kubectl: `#!/bin/sh
case " $* " in
*' logs '*)
  said=$("$KUBECTL" "$@" 2>&1) && exit
  case $said in
  *'preferred addresses'* | *'dial tcp'* | *'containerLogs'*) exit 0 ;;
  *) echo "$said" >&2; exit 1 ;;
  esac ;;
*) exec "$KUBECTL" "$@" ;;
esac
`,
  // For calls that moto does not support, the AWS CLI only checks the arguments.
  aws: `#!/bin/sh
case "$1 $2" in
'eks create-addon' | 'eks create-pod-identity-association' | 'ecr create-repository-creation-template' | \\
'ec2 modify-instance-metadata-options' | 'ec2 create-vpc-endpoint')
  exec "$AWS" "$@" --generate-cli-skeleton output >/dev/null ;;
*) exec "$AWS" "$@" ;;
esac
`,
  az: '#!/bin/sh\n',
  eksctl: '#!/bin/sh\n',
  gcloud: '#!/bin/sh\n[ "$3" != keys ] || echo "{}" >"$5"\n',
  kubeseal: '#!/bin/sh\n[ "$*" = --fetch-cert ] && cat "$HOME/cert.pem"\n',
  jq: '#!/bin/sh\nexec node -e \'console.log(Object.keys(JSON.parse(require("fs").readFileSync(0, "utf8")).auths))\'\n',
};
