import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { writeClonedRegistries } from './support/cloned-registries';
import { REPOSITORY, readTree, runApp, temporaryFolder } from './support/run-app';

const PASSWORDS = {
  DOCKERHUB_TOKEN: 'dckr_pat_only-in-the-test',
  GCR_KEY_JSON: JSON.stringify({
    type: 'service_account',
    project_id: 'example-project',
    private_key_id: '1',
    private_key: '-----BEGIN PRIVATE KEY-----\nonly-in-the-test\n-----END PRIVATE KEY-----\n',
    client_email: 'push@example-project.iam.gserviceaccount.com',
  }),
};

function committed(tree: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).filter(([file]) => !file.endsWith('-push-secret.k8s.yaml')));
}

test('the committed dist/ is the output of a fresh synth', () => {
  const out = path.join(temporaryFolder(), 'dist');
  expect(runApp([], { CDK8S_OUTDIR: out })).toMatchObject({ status: 0 });
  expect(committed(readTree(out))).toEqual(committed(readTree(path.join(REPOSITORY, 'dist'))));
});

test('the committed files are the same without passwords and with all of them', () => {
  const folder = temporaryFolder();
  writeClonedRegistries(path.join(folder, 'registries'));
  const out = { without: path.join(folder, 'without'), with: path.join(folder, 'with') };
  const synth = (env: Record<string, string>) => runApp([path.join(folder, 'registries')], env);
  expect(synth({ CDK8S_OUTDIR: out.without })).toMatchObject({ status: 0 });
  expect(synth({ ...PASSWORDS, CDK8S_OUTDIR: out.with })).toMatchObject({ status: 0 });
  expect(committed(readTree(out.with))).toEqual(readTree(out.without));
  const secret = path.join(out.with, 'dockerhub-push-secret.k8s.yaml');
  expect(fs.statSync(secret).mode & 0o777).toBe(0o600);
});

test('cdk8s synth writes the same bytes as npm run synth', () => {
  const out = path.join(temporaryFolder(), 'dist');
  const cli = path.join(REPOSITORY, 'node_modules/.bin/cdk8s');
  const run = spawnSync(cli, ['synth', '--output', out], { cwd: REPOSITORY, encoding: 'utf8' });
  expect(run.status).toBe(0);
  expect(committed(readTree(out))).toEqual(committed(readTree(path.join(REPOSITORY, 'dist'))));
});

test('every file begins with ---, so that joined files lose no object', () => {
  const files = Object.entries(readTree(path.join(REPOSITORY, 'dist'))).filter(([file]) => file.endsWith('.yaml'));
  for (const [file, content] of files) {
    expect({ file, begins: content.startsWith('---\n# Made by cdk8s synth from ') }).toEqual({ file, begins: true });
  }
  const count = (text: string) => parseAllDocuments(text).length;
  const joined = files.map(([, content]) => content).join('');
  expect(count(joined)).toBe(files.reduce((sum, [, content]) => sum + count(content), 0));
});

test('git ignores the files with a plaintext password, and only those', () => {
  const ignored = (file: string) => spawnSync('git', ['check-ignore', file], { cwd: REPOSITORY }).status === 0;
  expect(ignored('dist/dockerhub-push-secret.k8s.yaml')).toBe(true);
  expect(ignored('dist-staging/dockerhub-push-secret.k8s.yaml')).toBe(true);
  expect(ignored('dist/dockerhub.k8s.yaml')).toBe(false);
  expect(ignored('dist/helm/dockerhub.values.yaml')).toBe(false);
});
