import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { CodeBlock, readPages, where } from '../support/code-blocks';
import { REPOSITORY, temporaryFolder } from '../support/run-app';

// The programs in the pages. All are compiled at once, then each is run.

const blocks = readPages().flatMap((page) => page.blocks);
const programs = blocks.filter(({ language }) => language === 'ts' || language === 'js');

/** The path that a program would have as a file of the repository, so that its imports are found. */
function fileOf({ page, line, language }: CodeBlock): string {
  return path.join(REPOSITORY, `${page.replace(/\W/g, '-')}-${line}.${language}`);
}

test('all programs compile', () => {
  const sources = new Map(programs.map((block) => [fileOf(block), block]));
  const config = ts.readConfigFile(path.join(REPOSITORY, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, REPOSITORY);
  const given = { ...options, allowJs: true, checkJs: true, baseUrl: REPOSITORY };
  const host = ts.createCompilerHost(given);
  host.fileExists = (file) => sources.has(path.normalize(file)) || ts.sys.fileExists(file);
  host.readFile = (file) => sources.get(path.normalize(file))?.text ?? ts.sys.readFile(file);

  const program = ts.createProgram([...sources.keys()], given, host);
  const wrong = ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file === undefined || sources.has(path.normalize(file.fileName)))
    .map(({ file, start, messageText }) => {
      const block = sources.get(path.normalize(file?.fileName ?? ''));
      const line = (block?.line ?? 0) + (file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0) + 1;
      return `${block?.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  expect(wrong).toEqual([]);
}, 60_000);

test.each(programs.map((block) => [where(block), block] as const))('%s runs', (_, block) => {
  const out = temporaryFolder();
  const [expected] = block.tags[0] === 'throws' ? blocks.slice(blocks.indexOf(block) + 1) : [];
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = out;
  try {
    if (expected !== undefined) {
      expect(expected.tags).toEqual(['throws']);
      expect(() => run(block)).toThrow(expected.text.trim());
      return;
    }
    run(block);
  } finally {
    if (before === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = before;
  }
  const written = fs.readdirSync(out).filter((file) => file.endsWith('.k8s.yaml'));
  expect(written).not.toEqual([]);
  for (const file of written) {
    const objects = parseAllDocuments(fs.readFileSync(path.join(out, file), 'utf8')).map(
      (document) => document.toJS() as { metadata: { namespace?: string } },
    );
    for (const { metadata } of objects) expect(metadata.namespace).toBe('hub');
  }
});

function run({ text }: CodeBlock): void {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, allowJs: true };
  const { outputText } = ts.transpileModule(text, { compilerOptions: options });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- running a program of a page needs this
  const program = new Function('require', 'exports', 'module', outputText) as (...given: unknown[]) => void;
  const module = { exports: {} };
  program(require, module.exports, module);
}
