import { spawnSync } from 'child_process';
import { parse, parseAllDocuments } from 'yaml';
import { CodeBlock, readPages, where } from '../support/code-blocks';
import { runCli, temporaryFolder } from '../support/run-app';

// The allowed kinds of code blocks, so that each block has a test: in values-files, programs, commands or log-lines, or,
// if it needs a cluster, in e2e/docs.
const KNOWN: Record<string, RegExp> = {
  // e2e/languages
  csharp: /^$/,
  go: /^$/,
  java: /^$/,
  python: /^$/,
  json: /^[\w./-]+\.json$/,
  js: /^$/,
  mermaid: /^$/,
  sh: /^(fails)?$/,
  text: /^(output|problems|warnings|throws|log|kubectl)$/,
  ts: /^(throws)?$/,
  yml: /^$/,
  yaml: /^(kubernetes|(registries|dist)\/[\w./-]+\.yaml( rejected)?)?$/,
};

const blocks = readPages().flatMap((page) => page.blocks);
const of = (language: string): [string, CodeBlock][] =>
  blocks.filter((block) => block.language === language).map((block) => [where(block), block]);

test('every code block has a kind that is tested', () => {
  const unknown = blocks.filter(({ language, tags }) => KNOWN[language]?.test(tags.join(' ')) !== true);
  expect(unknown.map((block) => `${where(block)}: ${block.language} ${block.tags.join(' ')}`)).toEqual([]);
});

test.each(of('json'))('%s is JSON', (_, { text }) => {
  expect(() => JSON.parse(text) as unknown).not.toThrow();
});

test.each(of('mermaid'))('%s is a flow chart with matching brackets', (_, { text }) => {
  expect(text).toMatch(/^flowchart (LR|TD)\n/);
  const bare = text.replace(/"[^"]*"/g, '').replace(/--?>|-\.->/g, '');
  for (const [open, close] of ['[]', '()', '{}']) {
    expect(bare.split(open)).toHaveLength(bare.split(close).length);
  }
  expect(text.match(/^ *subgraph /gm)?.length).toBe(text.match(/^ *end$/gm)?.length);
});

test.each(of('yaml').filter(([, { tags }]) => tags[0] === 'kubernetes'))(
  '%s contains Kubernetes objects',
  (_, { text }) => {
    const documents = parseAllDocuments(text);
    for (const document of documents) {
      expect(document.errors).toEqual([]);
      expect(document.toJS()).toMatchObject({
        apiVersion: expect.stringMatching(/^[\w.-]+(\/v\d\w*)?$/) as string,
        kind: expect.stringMatching(/^[A-Z]\w+$/) as string,
        metadata: { name: expect.stringMatching(/^[a-z0-9-]+$/) as string },
      });
    }
  },
);

test.each(of('yml'))('%s is a workflow with commands that the program accepts', (_, { text }) => {
  const { jobs } = parse(text) as { jobs: Record<string, { steps: { run?: string }[] }> };
  const steps = Object.values(jobs).flatMap((job) => job.steps.flatMap(({ run }) => run ?? []));
  const commands = steps.flatMap((step) => /^npm run (.*)$/.exec(step)?.[1].replace(' -- ', ' ') ?? []);
  expect(commands.length).toBeGreaterThan(2);
  // Status 1 is expected, as there are no values files. Wrong arguments would give 2.
  const cwd = temporaryFolder();
  for (const command of commands) expect([command, runCli(command.split(' '), { cwd }).status]).toEqual([command, 1]);
});

test.each(of('sh'))('%s is valid for bash', (_, { text }) => {
  expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test.each(readPages().map((page) => [page.path, page.text]))('%s has no path of one machine', (_, text) => {
  expect(text).not.toMatch(/(?<![\w.~$-])\/(home|root|work|Users)\//);
});
