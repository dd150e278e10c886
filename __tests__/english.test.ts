import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';
import { REPOSITORY } from './support/run-app';

// Finds words and phrases that we gave up: those below, and those in the last column of the glossary.

/** Files, and folders with everything in them. In programs, comments and texts are checked. */
const COVERED = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs'],
  ...['bench', 'examples', 'registries', '.ci'],
  ...['main.ts', 'cli', 'crds', 'lib', 'scripts', 'synth', 'values'],
  ...['cli', 'docs', 'e2e', 'lib', 'support', 'synth', 'values'].map((folder) => `__tests__/${folder}`),
  ...['crds', 'dist', 'examples', 'no-credential', 'regular-expressions', 'upstream-schemas'].map(
    (name) => `__tests__/${name}.test.ts`,
  ),
];
/** This file, and files that are generated from others. */
const EXCEPT = /^__tests__\/english\.test\.ts$|^docs\/api\.md$|-sh\.ts$/;

interface Rule {
  /** A space also matches a line break. */
  readonly not: RegExp;
  readonly but: string;
  /** Sentences that the rule must find, and sentences that it must not find. */
  readonly bad: readonly string[];
  readonly good?: readonly string[];
}

const RULES: readonly Rule[] = [
  {
    not: /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|better\b|different\b|use\b)/i,
    but: 'is not a ...',
    bad: ['"-x" is no label value', 'a map is no list'],
    good: ['there is no key', 'There are\nno keys', 'it is no longer needed'],
  },
  { not: /\b(?:which|that|it) is none\b/i, but: 'is not one', bad: ['a login for gcr.io, which is none'] },
  { not: /\bwho(?:m|so)?ever\b/i, but: 'you, people who', bad: ['Whoever comes from it keeps them'] },
  {
    not: /(?<=[.:;!|*-] |\n\n|^)Where (?!do\b|does\b|did\b|is\b|are\b|to\b|can\b|was\b)[^?.|\n]{1,100}(?:\n[^?.|\n]{0,100})?, /,
    but: 'If ..., / For ...,',
    bad: ['Where X is set, Y does it', 'It ends. Where the\nfile is missing, synth says so'],
    good: ['Where does it come from, and why?', '| Verb | Where |', '  Where the Secret is, as text'],
  },
  {
    not: /\bwhere (?:it is |they are )?(?:absent|empty|missing|not set|unset)\b/i,
    but: 'if it is not set',
    bad: ['`hub` where absent', 'the id where it is absent'],
    good: ['say where it is'],
  },
  {
    not: /(?<=[.:;!|*-] |\n\n|^)Of (?!course\b)/,
    but: 'the subject first',
    bad: ['Of the two, one is empty', 'It is empty. Of a role synth notes it'],
    good: ['the name of the file', 'Of course'],
  },
  {
    not: /\b(?:is|are|was|were)(?: not| already| still)? there(?=[.,:;)'"`]| \*\/| (?:already|yet|and|or|when|before)\b)/i,
    but: 'exists, is set, is not set, is missing',
    bad: [
      'The variable is not there.',
      'a Secret that is there already',
      "test('a host that is not there'",
      'if it is there */',
    ],
    good: ['is there a Secret?', 'if there is one', 'Leave it there.'],
  },
  {
    not: /\ball that (?:is|was|are|were|comes|has|it|they|there)\b/i,
    but: 'everything that',
    bad: ['all that is wrong'],
  },
  { not: /\b(?:is|are|be) wanted\b/i, but: 'expected', bad: ['a map is wanted'] },
  { not: /\bhad by\b/i, but: 'the verb that says how', bad: ['the token is had by asking'] },
  { not: /\bcom(?:es|e|ing) to be\b/i, but: 'becomes', bad: ['how the pod comes to be somebody'] },
  { not: /\bto the letter\b/i, but: 'exactly', bad: ['the subject is the service account, to the letter'] },
  { not: /\bat hand\b/i, but: 'set, available', bad: ['with every password at hand'] },
  { not: /\bwarn(?:s|ed|ing)? of\b/i, but: 'warns about', bad: ['synth warns of it'] },
  { not: /\bfor want of\b/i, but: 'for lack of', bad: ['refused for want of rights'] },
  { not: /\banew\b/i, but: 'again', bad: ['let it start anew'] },
  { not: /\bmend(?:s|ed|ing)?\b/i, but: 'fix', bad: ['the command that mends it'], good: ['recommended'] },
  { not: /\bgo(?:es)? on \w+ing\b/i, but: 'still ..., continues to', bad: ['goes on working'] },
  { not: /\ba \w+ too (?:few|many)\b/i, but: 'one ... too short', bad: ['a component too few'] },
  { not: /\bnot another one than\b/i, but: 'the same as', bad: ['not another one than that'] },
  {
    not: /\b(?:is|are|be)(?: not)? told (?:of|from)\b/i,
    but: 'knows, can tell',
    bad: ['a proxy that it is not told of'],
  },
  { not: /\bmakes? of (?:it|them|this|these|that)\b/i, but: 'writes for', bad: ['what synth makes of them'] },
  {
    not: /\b(?:is|are|be) of (?:a|an|another|the)\b/i,
    but: 'belongs to, has',
    bad: ['the certificate is of a CA', 'it must be of the type x'],
    good: ['it is of no use'],
  },
  {
    not: /\b(?:whence|whither|hence|thereof|wherein|whereby|therein|henceforth|lest|nor is it)\b/i,
    but: 'a common word',
    bad: ['lest it be lost'],
  },
  {
    not: /\bwhere (?:there (?:is|are|was) (?:no|none)\b|nothing else\b|all is\b|it (?:has |has just )?(?:fail|end)(?:s|ed)\b|(?:it|they) (?:did|do|does|is|are|was|were) not\b|the start\b)/i,
    but: 'if',
    bad: ['undefined where there is none', 'it is not set where the start failed', 'Throws where it fails'],
    good: ['the folder where it is', 'a place where pods start'],
  },
  {
    not: /\b(?:undefined`?|throws|even|annotated) where\b/i,
    but: 'if',
    bad: ['`undefined` where none exists', 'even where the tests are killed'],
  },
  {
    not: /\b(?:all is (?:well|right)|all is as it should|as (?:it|all|everything) should be|good end)\b/i,
    but: 'healthy, succeeds',
    bad: ['where all is well', 'a cluster as it should be', 'runs a command to its good end'],
  },
  {
    not: /\b(?:say|says|said|tells|nothing to say) (?:of|against)\b/i,
    but: 'says about',
    bad: ['what the manifest says of it', 'shellcheck has nothing to say of it', 'what it tells of a CronJob'],
    good: ['it tells us', 'as the docs say'],
  },
  { not: /\btold of\b/i, but: 'warns about', bad: ['one that stops is told of'], good: ['it told us'] },
  {
    not: /\btak(?:es?|ing) (?:it|this|them|every fault|this one fault) back\b|\btakes? back every\b/i,
    but: 'undoes, removes',
    bad: ['returns what takes it back', 'Takes back every fault'],
  },
  {
    not: /\b(?:what|whatever) (?:comes?|came|becomes?) of\b/i,
    but: 'what happens to, the result of',
    bad: ['What becomes of a build', 'what came of each'],
  },
  { not: /\bgo(?:es)? by\b/i, but: 'uses, follows', bad: ['a controller that goes by its environment'] },
  { not: /\bbe had\b/i, but: 'get, reach', bad: ['where the API server is to be had'] },
  {
    not: /(?<!\bnot [^.]{0,80})\bbut for\b/i,
    but: 'except for',
    bad: ['prunes everything but for the Secret'],
    good: ['not for pods but for people'],
  },
  {
    not: /\btokens?(?: that| which)? (?:has|have|had) ended\b|\btokens? that (?:is|are) past\b/i,
    but: 'has expired',
    bad: ['a token that has ended', 'when the first token\nhas ended', 'a token that is past'],
  },
  { not: /\bbrings? it about\b|\b(?:it|they|case) fared\b/i, but: 'causes, the result', bad: ['Brings it about'] },
  { not: /\bthe registry before\b(?! (?:the|it|a)\b)/i, but: 'the old registry', bad: ['of the registry before.'] },
  {
    not: /\bis no https?:|\bmechanisms? less\b|\bin its stead\b|'s stead\b/i,
    but: 'a plain sentence',
    bad: ['two mechanisms less', "in the API server's stead"],
  },
];

const files = COVERED.flatMap(filesBelow);
const glossary = read('CONTRIBUTING.md').split('\n## Glossary\n')[1];
const terms = [...glossary.matchAll(/^\| ([^|]+) \| [^|]+ \| ([^|]*) \|$/gm)].slice(2);

test.each(RULES.map((rule) => [String(rule.not), rule] as const))('%s finds its examples', (_, { not, bad, good }) => {
  for (const text of bad) expect([text, linesWith(not, text)]).not.toEqual([text, []]);
  for (const text of good ?? []) expect([text, linesWith(not, text)]).toEqual([text, []]);
});

test('the glossary has terms, and words that we do not use for them', () => {
  expect(terms.length).toBeGreaterThan(12);
  expect(terms.filter(([, , others]) => others.trim() !== '').length).toBeGreaterThan(6);
});

test.each(files)('%s', (file) => {
  const text = proseOf(file);
  const found = RULES.flatMap(({ not, but }) =>
    linesWith(not, text).map(({ line, words }) => `${file}:${line}: "${words}": ${but}`),
  );
  const synonyms = terms.flatMap(([, term, others]) =>
    others.split(',').flatMap((other) => {
      const word = other.trim();
      if (word === '') return [];
      return linesWith(new RegExp(`\\b${word}s?\\b(?!-)`), text).map(
        ({ line }) => `${file}:${line}: "${word}": ${term}`,
      );
    }),
  );
  expect([...found, ...synonyms]).toEqual([]);
});

/** The lines that match an expression. A space in it also matches a line break. */
function linesWith({ source, flags }: RegExp, text: string): { line: number; words: string }[] {
  const expression = new RegExp(source.replaceAll(/(?<!\[)(?<!\\) /g, '(?:[ \\t]+|[ \\t]*\\n[ \\t]*)'), `${flags}g`);
  return [...text.matchAll(expression)].map(({ index, 0: words }) => ({
    line: text.slice(0, index).split('\n').length,
    words: words.replaceAll(/\s+/g, ' ').trim(),
  }));
}

/** The text of a file that a person reads. The line numbers stay the same. */
function proseOf(file: string): string {
  const text = read(file);
  if (!file.endsWith('.md')) {
    return withoutCode(file, text).replaceAll(/^[ \t]*(?:\/\/|\/?\*+|#)/gm, blank);
  }
  return text
    .replaceAll(/^( *)```[^]*?^\1```/gm, blank)
    .replaceAll(/`[^`\n]*`/g, (code) => '`'.repeat(code.length))
    .replace(/\n## Glossary\n[^]*/, '');
}

/** A program without its code: only comments and texts are left. */
function withoutCode(file: string, text: string): string {
  if (!file.endsWith('ts')) return text;
  const characters = [...text.replaceAll(/[\ud800-\udfff]/g, '?')];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source).filter(({ kind }) => kind !== ts.SyntaxKind.JSDoc);
    children.forEach(visit);
    if (children.length > 0 || ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) return;
    for (let i = node.getStart(source); i < node.end; i += 1) if (characters[i] !== '\n') characters[i] = ' ';
  };
  visit(source);
  return characters.join('');
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

function filesBelow(entry: string): string[] {
  const location = path.join(REPOSITORY, entry);
  if (!fs.statSync(location).isDirectory()) return EXCEPT.test(entry) ? [] : [entry];
  const names = fs.readdirSync(location).filter((name) => name !== 'node_modules' && name !== 'dist');
  return names
    .map((name) => path.posix.join(entry, name))
    .filter((name) => /\.(?:md|m?ts|sh|ya?ml)$|\/[^.]+$/.test(name))
    .flatMap(filesBelow);
}

function read(file: string): string {
  return fs.readFileSync(path.join(REPOSITORY, file), 'utf8');
}
