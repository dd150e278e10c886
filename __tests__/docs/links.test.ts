import * as fs from 'fs';
import * as path from 'path';
import { readPages } from '../support/code-blocks';
import { REPOSITORY } from '../support/run-app';

const pages = readPages();

test.each(pages.map((page) => [page.path, page] as const))(
  '%s: the files and anchors of its links exist',
  (_, page) => {
    for (const link of page.links.filter((target) => !/^https?:/.test(target))) {
      const [file, anchor] = link.split('#');
      const target = path.posix.join(path.posix.dirname(page.path), file);
      const linked = file === '' ? page.path : target;
      expect({ link, exists: fs.existsSync(path.join(REPOSITORY, linked)) }).toEqual({ link, exists: true });
      if (anchor === undefined) continue;
      const anchors = pages.find((other) => other.path === linked)?.anchors ?? [];
      expect({ link, anchors }).toEqual({ link, anchors: expect.arrayContaining([anchor]) as string[] });
    }
  },
);

test('each kind of registry has a page with the name of its source file', () => {
  const shared = ['kinds', 'known-services', 'own-login', 'own-tokens', 'well-known-kinds', 'registry'];
  const kinds = names('lib/registries', '.ts').filter((name) => !shared.includes(name));
  expect(names('docs/registries', '.md')).toEqual(kinds);
});

test('the README links to every page', () => {
  const readme = pages.find((page) => page.path === 'README.md');
  const docs = pages.map((page) => page.path).filter((file) => file.startsWith('docs/'));
  expect(docs.filter((file) => !readme?.links.includes(file))).toEqual([]);
});

test('lines have at most 120 characters, except in tables, links and code', () => {
  const own = pages.filter(
    ({ path: file }) => file === 'README.md' || (file.startsWith('docs/') && file !== 'docs/api.md'),
  );
  const long = own.flatMap(({ path: file, text }) =>
    withoutCode(text).flatMap((line, i) =>
      line.length > 120 && !/^ *\||\]\(/.test(line) ? [`${file}:${i + 1}: ${line.length}`] : [],
    ),
  );
  expect(long).toEqual([]);
});

/** The lines of a page, with those of code blocks empty. */
function withoutCode(text: string): string[] {
  let inCode = false;
  return text.split('\n').map((line) => {
    if (/^ *```/.test(line)) inCode = !inCode;
    return inCode ? '' : line;
  });
}

function names(folder: string, ending: string): string[] {
  const files = fs.readdirSync(path.join(REPOSITORY, folder)).filter((name) => name.endsWith(ending));
  return files.map((name) => name.slice(0, -ending.length)).sort();
}
