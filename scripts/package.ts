/**
 * Makes packages/: the sources of the package in each language of jsii, from the output of `npm run build`. Their
 * README is docs/languages.md with the program in that language.
 */
import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { readAssembly } from './assembly';

const REPOSITORY = path.join(__dirname, '..');
const ENVIRONMENT = {
  ...process.env,
  JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
  // pacmak runs `npm pack`, which would compile everything again
  npm_config_ignore_scripts: 'true',
};

function run(program: string, ...args: string[]): void {
  const file = path.join(REPOSITORY, 'node_modules/.bin', program);
  execFileSync(file, args, { cwd: REPOSITORY, env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The page without the program in Python, as the other one is translated. */
function readme(): string {
  const page = fs.readFileSync(path.join(REPOSITORY, 'docs/languages.md'), 'utf8');
  return page.replace(/In Python names[^]*?```\n\n/, '');
}

const assembly = readAssembly();
fs.writeFileSync(
  path.join(REPOSITORY, '.jsii'),
  JSON.stringify({ ...assembly, readme: { markdown: readme() } }, undefined, 2),
);
const packages = path.join(REPOSITORY, 'packages');
fs.rmSync(packages, { recursive: true, force: true });
// writes the samples in all languages beside the assembly, for pacmak
run('jsii-rosetta', 'extract');
run('jsii-pacmak', '--code-only', '--no-npmignore', '--outdir', packages);
