import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { REPOSITORY } from '../support/run-app';
import { run } from './support/process';
import { requireTools, tool } from './support/tools';

beforeAll(() => requireTools('shellcheck'));

const scripts = execFileSync('git', ['grep', '-lE', '^#!.*/(ba)?sh$'], { cwd: REPOSITORY, encoding: 'utf8' });

const whole = scripts
  .trim()
  .split('\n')
  .filter((file) => !file.startsWith('lib/'));

test.each(whole)('shellcheck finds nothing in %s', async (script) => {
  expect(await run(tool('shellcheck'), [script], { cwd: REPOSITORY })).toMatchObject({ code: 0, stdout: '' });
});

// The parts of a refresher's script use each other's variables and functions, so they are checked together.
const CURL = ['script/read-json.sh', 'script/http.sh'];
const PUSH = ['script/registry-push-check.sh', 'script/check-push.sh'];

test.each([
  ['AWS', ['aws/identity.sh', 'aws/ecr-tokens.sh', 'script/refresh.sh']],
  ['Google', [...CURL, 'google/google-identity.sh', 'google/google-tokens.sh', 'script/refresh.sh']],
  ['Azure', [...CURL, 'azure/azure-identity.sh', 'azure/acr-tokens.sh', 'script/refresh.sh']],
  ['Google, the push check', [...CURL, 'google/google-identity.sh', ...PUSH]],
  ['Azure, the push check', [...CURL, 'azure/azure-identity.sh', ...PUSH]],
])("shellcheck finds nothing in the refresher's script for %s", async (_, own) => {
  const input = ['script/prelude.sh', ...own]
    .map((part) => fs.readFileSync(path.join(REPOSITORY, 'lib/token-refresher', part), 'utf8'))
    .join('\n');
  expect(await run(tool('shellcheck'), ['-'], { cwd: REPOSITORY, input })).toMatchObject({ code: 0, stdout: '' });
});
