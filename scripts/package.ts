/**
 * Makes packages/: the sources of the package in each language of jsii, out of what `npm run build` compiled. Their README
 * is docs/languages.md, with the program of their language alone.
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

const page = fs.readFileSync(path.join(REPOSITORY, 'docs/languages.md'), 'utf8');

/** The page with its program in TypeScript alone, which is translated. */
function readme(): string {
  return page.replace(/^### [^]*?^(?=## )/m, '');
}

/** Puts the page's program, which is tested, in place of the translated one: that lacks imports and, in Go, arguments. */
function putProgram(language: string, file: string): void {
  const block = new RegExp(`\`\`\`${language}\n[^]*?\`\`\`\n`);
  const [program] = block.exec(page)!;
  const translated = fs.readFileSync(file, 'utf8');
  if (!block.test(translated)) throw new Error(`${file} has no program in ${language}`);
  fs.writeFileSync(
    file,
    translated.replace(block, () => program),
  );
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
putProgram('python', path.join(packages, 'python/README.md'));
putProgram('go', path.join(packages, 'go/imageregistries/README.md'));
