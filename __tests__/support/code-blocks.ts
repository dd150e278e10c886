import * as fs from 'fs';
import * as path from 'path';
import { REPOSITORY } from './run-app';

/** A fenced code block of a page. */
export interface CodeBlock {
  /** The page, relative to the repository. */
  readonly page: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  /** The first word after the fence, which editors and forges use for highlighting. */
  readonly language: string;
  /** The other words after the fence. Tests use them, and readers don't see them. */
  readonly tags: readonly string[];
  readonly text: string;
}

/** A page in Markdown. */
export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
  /** The anchors for links. */
  readonly anchors: readonly string[];
  /** The targets of its links. */
  readonly links: readonly string[];
}

/** The folders with pages, besides the repository's top folder. Subfolders are read only in `docs`. */
const FOLDERS = [
  'docs',
  'docs/registries',
  'bench',
  'examples',
  'examples/primehub',
  'crds',
  '__tests__',
  '__tests__/e2e',
];

/** Every page of the repository. */
export function readPages(): Page[] {
  const found = ['', ...FOLDERS].flatMap((folder) => {
    const location = path.join(REPOSITORY, folder);
    if (!fs.existsSync(location)) return [];
    const names = fs.readdirSync(location).filter((name) => name.endsWith('.md'));
    return names.map((name) => path.posix.join(folder, name));
  });
  return found.sort().map(readPage);
}

/** One page. */
export function readPage(file: string): Page {
  const text = fs.readFileSync(path.join(REPOSITORY, file), 'utf8');
  const { blocks, prose } = split(file, text);
  return {
    path: file,
    text,
    blocks,
    anchors: anchorsOf(prose),
    links: [...prose.replace(/`[^`]*`/g, '').matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target),
  };
}

function split(page: string, text: string): { blocks: CodeBlock[]; prose: string } {
  const blocks: CodeBlock[] = [];
  const prose: string[] = [];
  let open: { line: number; indent: number; language: string; tags: string[]; lines: string[] } | undefined;
  text.split('\n').forEach((line, i) => {
    const fence = /^( *)```(.*)$/.exec(line);
    if (fence === null) {
      if (open === undefined) prose.push(line);
      else open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    } else if (open === undefined) {
      const [language = '', ...tags] = fence[2].trim().split(/\s+/);
      open = { line: i + 1, indent: fence[1].length, language, tags, lines: [] };
    } else {
      const { lines, line: start, language, tags } = open;
      blocks.push({ page, line: start, language, tags, text: lines.map((content) => `${content}\n`).join('') });
      open = undefined;
    }
  });
  if (open !== undefined) throw new Error(`${page}:${open.line}: a code block without an end`);
  return { blocks, prose: prose.join('\n') };
}

/** The anchors of headings on forges: lower case, no punctuation, dashes for spaces, a number if it is repeated. */
function anchorsOf(prose: string): string[] {
  const seen = new Map<string, number>();
  return [...prose.matchAll(/^#{1,6} +(.*?) *#* *$/gm)].map(([, heading]) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** A block, for the name of a test. */
export function where({ page, line }: CodeBlock): string {
  return `${page}:${line}`;
}
