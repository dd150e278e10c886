import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { REPOSITORY, readTree, temporaryFolder } from './support/run-app';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly spec?: unknown;
  readonly data?: Record<string, string>;
}

const ECR_HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

describe('examples/primehub', () => {
  const files: Record<string, Manifest[]> = {};

  beforeAll(() => {
    const [bin, out] = [temporaryFolder(), temporaryFolder()];
    // The end-to-end tests render its chart together with the real chart.
    fs.writeFileSync(
      path.join(bin, 'helm'),
      '#!/bin/sh\necho "{apiVersion: v1, kind: Service, metadata: {name: $4}}"\n',
      {
        mode: 0o755,
      },
    );
    const run = spawnSync(process.execPath, ['--require', '@swc-node/register', 'main.ts'], {
      cwd: path.join(REPOSITORY, 'examples/primehub'),
      encoding: 'utf8',
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        CDK8S_OUTDIR: out,
        TS_NODE_PROJECT: path.join(REPOSITORY, 'tsconfig.json'),
      },
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    for (const [file, text] of Object.entries(readTree(out))) {
      files[file] = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
    }
  });

  const find = (file: string, kind: string, name?: string): Manifest =>
    files[file].find((object) => object.kind === kind && (name === undefined || object.metadata.name === name))!;

  test('writes a file for each chart: the refresher has its own', () => {
    expect(Object.keys(files)).toEqual(['ecr-token.k8s.yaml', 'hub.k8s.yaml', 'labs.k8s.yaml']);
    expect(files['ecr-token.k8s.yaml'].map(({ kind }) => kind).sort()).toEqual([
      'CronJob',
      'Job',
      'Role',
      'RoleBinding',
      'ServiceAccount',
    ]);
  });

  test.each([
    ['hub.k8s.yaml', 'primehub', 'ecr-push-secret', { pushRepoPrefix: `${ECR_HOST}/notebooks` }],
    ['labs.k8s.yaml', 'vision', 'labs-push-secret', { pushRepoPrefix: 'harbor.example.com:8443/vision' }],
    ['labs.k8s.yaml', 'speech', 'labs-push-secret', { pushRepo: 'docker.io/primehublabs/speech' }],
  ])('%s: %s has the settings in its larger config.yaml, and mounts %s', (file, name, pushSecretName, settings) => {
    const config = find(file, 'ConfigMap', `${name}-controller-config`);
    expect(JSON.parse(config.data!['config.yaml'])).toMatchObject({
      ingress: { host: `${name}.example.com` },
      customImage: { enabled: true, pushSecretName, ...settings },
    });
    const { volumes } = podSpec(find(file, 'Deployment', `${name}-controller`));
    expect(volumes).toContainEqual(expect.objectContaining({ secret: { secretName: pushSecretName } }));
  });

  test('labs share one Secret with two logins', () => {
    const secrets = files['labs.k8s.yaml'].filter(({ kind }) => kind === 'ExternalSecret');
    expect(secrets.map(({ metadata }) => metadata.name)).toEqual(['labs-push-secret']);
    expect(JSON.stringify(secrets[0].spec)).toContain('harbor.example.com:8443');
    expect(JSON.stringify(secrets[0].spec)).toContain('https://index.docker.io/v1/');
  });

  test('the patches reach both pods', () => {
    for (const kind of ['CronJob', 'Job']) {
      expect(podSpec(find('ecr-token.k8s.yaml', kind))).toMatchObject({ runtimeClassName: 'gvisor' });
    }
  });

  test('the labels reach every object', () => {
    for (const { metadata } of Object.values(files).flat()) {
      expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/part-of': 'primehub' });
    }
  });

  test('no file has a Secret of the other PrimeHub', () => {
    expect(JSON.stringify(files['hub.k8s.yaml'])).not.toContain('labs-push-secret');
    expect(JSON.stringify(files['labs.k8s.yaml'])).not.toContain('ecr-push-secret');
  });
});

/** The examples of other builders. Each is a separate program. */
const BUILDERS = {
  kaniko: ['ExternalSecret', 'Job'],
  buildkit: ['CronJob', 'Job', 'Job', 'Role', 'RoleBinding', 'ServiceAccount'],
  tekton: ['ServiceAccount', 'Task', 'TaskRun'],
};

describe('examples/builders', () => {
  const objects: Record<string, Manifest[]> = {};

  beforeAll(() => {
    const out = temporaryFolder();
    for (const name of Object.keys(BUILDERS)) {
      const run = spawnSync(process.execPath, ['--import', 'tsx', `${name}.ts`], {
        cwd: path.join(REPOSITORY, 'examples/builders'),
        encoding: 'utf8',
        env: { PATH: process.env.PATH, CDK8S_OUTDIR: out },
      });
      expect(run).toMatchObject({ status: 0, stderr: '' });
    }
    for (const [file, text] of Object.entries(readTree(out))) {
      objects[path.basename(file, '.k8s.yaml')] = parseAllDocuments(text).map((one) => one.toJS() as Manifest);
    }
  });

  test.each(Object.entries(BUILDERS))('%s makes %j', (name, kinds) => {
    expect(objects[name].map(({ kind }) => kind).sort()).toEqual(kinds);
  });

  test.each([
    ['kaniko', 'harbor-push-secret', '--destination=harbor.example.com:8443/team/service:v1'],
    ['buildkit', 'ecr-push-secret', `--output=type=image,name=${ECR_HOST}/team/service:v1,push=true`],
  ])('%s has the login of %s, and pushes to its registry', (name, secretName, argument) => {
    const job = objects[name].find(({ kind, metadata }) => kind === 'Job' && metadata.name === 'build-service')!;
    const { volumes, containers } = podSpec(job);
    const items = [{ key: '.dockerconfigjson', path: 'config.json' }];
    expect(volumes).toContainEqual({ name: secretName, secret: { secretName, items } });
    const [{ env, args }] = containers!;
    expect(env).toContainEqual({ name: 'DOCKER_CONFIG', value: '/push-secret' });
    expect(args).toContain(argument);
  });

  test('a Tekton run uses the service account with the Secret', () => {
    const [account, , run] = objects.tekton as (Manifest & { secrets?: { name: string }[] })[];
    expect(account.secrets).toEqual([{ name: 'docker-hub-push-secret' }]);
    expect(run.spec).toMatchObject({ serviceAccountName: account.metadata.name });
  });
});

interface PodSpec {
  readonly containers?: { readonly env?: unknown[]; readonly args: string[] }[];
  readonly volumes: unknown[];
}
interface Workload {
  readonly template?: { readonly metadata?: Manifest['metadata']; readonly spec: PodSpec };
  readonly jobTemplate?: { readonly metadata?: Manifest['metadata']; readonly spec: Workload };
}

function podTemplate({ spec }: Manifest): NonNullable<Workload['template']> {
  const workload = spec as Workload;
  return (workload.template ?? workload.jobTemplate?.spec.template)!;
}

function podSpec(manifest: Manifest): PodSpec {
  return podTemplate(manifest).spec;
}
