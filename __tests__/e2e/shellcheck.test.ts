import { execFileSync } from 'child_process';
import { REPOSITORY } from '../support/run-app';
import { run } from './support/process';
import { requireTools, tool } from './support/tools';

beforeAll(() => requireTools('shellcheck'));

const scripts = execFileSync('git', ['grep', '-lE', '^#!.*/(ba)?sh$'], { cwd: REPOSITORY, encoding: 'utf8' });

test.each(scripts.trim().split('\n'))('shellcheck has nothing to say of %s', async (script) => {
  expect(await run(tool('shellcheck'), [script], { cwd: REPOSITORY })).toMatchObject({ code: 0, stdout: '' });
});
