import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { toYaml } from '../../synth/yaml';
import { awkwardTexts } from '../support/awkward-texts';
import { ControlPlane } from './support/control-plane';
import { removeFolder, temporaryFolder } from './support/process';
import { program } from '../support/run-app';
import { AWS } from '../../lib/token-refresher/aws/ecr-tokens';

// kubectl reads YAML like Go. For thousands of texts on which YAML readers disagree, the API server must get what was
// written.

jest.setTimeout(120_000);

let plane: ControlPlane;
const folder = temporaryFolder('yaml-meaning');

beforeAll(async () => {
  plane = await ControlPlane.start();
});

afterAll(async () => {
  await plane?.stop();
  removeFolder(folder);
});

test('a ConfigMap of awkward texts is stored unchanged', async () => {
  const texts = awkwardTexts(4000);
  const data = Object.fromEntries(texts.map((text, i) => [`text-${i}`, text]));
  const file = join(folder, 'texts.yaml');
  writeFileSync(
    file,
    toYaml([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'texts', namespace: 'default' }, data }]),
  );
  await plane.kubectl(['create', '-f', file]);
  const stored = JSON.parse(await plane.kubectl(['get', 'configmap', 'texts', '-o', 'json'])) as {
    data: Record<string, string>;
  };
  expect(stored.data).toEqual(data);
});

test('the API server gets the pod settings of a values file unchanged', async () => {
  const registries = join(folder, 'registries');
  const texts = awkwardTexts(800).filter(
    (text) => !/[\p{C}\p{Zl}\p{Zp}]|\$\{|\{\{|@/u.test(text) && text.trim() === text,
  );
  const annotations = Object.fromEntries(texts.map((text, i) => [`example.com/a${i}`, text]));
  const awsEnv = Object.fromEntries(AWS.allowedVariables.map((name, i) => [name, texts[i]]));
  const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const values = {
    targetNamespace: 'default',
    aws: { account: '123456789012', region: 'eu-west-1', pod: { annotations, awsEnv } },
    customImage: { registryEndpoint: host, pushRepo: `${host}/notebooks` },
  };
  mkdirSync(registries);
  writeFileSync(join(registries, 'ecr.yaml'), stringify(values, { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 }));
  const out = join(folder, 'dist');
  const env = { PATH: process.env.PATH, CDK8S_OUTDIR: out };
  const synth = spawnSync(process.execPath, [program('main.ts'), registries], { env, encoding: 'utf8' });
  expect(synth).toMatchObject({ status: 0, stderr: expect.not.stringContaining('problem') as string });
  await plane.kubectl(['create', '-f', join(out, 'ecr.k8s.yaml')]);
  const cronJob = JSON.parse(await plane.kubectl(['get', 'cronjob', 'ecr-token', '-o', 'json'])) as CronJob;
  const { metadata, spec } = cronJob.spec.jobTemplate.spec.template;
  expect(metadata.annotations).toMatchObject(annotations);
  const stored = Object.fromEntries(spec.initContainers[0].env.map(({ name, value }) => [name, value]));
  expect(stored).toMatchObject(awsEnv);
  expect(Object.keys(annotations).length).toBeGreaterThan(300);
});

interface CronJob {
  spec: {
    jobTemplate: {
      spec: {
        template: {
          metadata: { annotations: Record<string, string> };
          spec: { initContainers: { env: { name: string; value: string }[] }[] };
        };
      };
    };
  };
}
