import * as fs from 'fs';
import * as path from 'path';
import { outputFiles } from '../../synth/files';
import { Findings, formatFindings } from '../../values/report/findings';
import { readValuesFolder } from '../../values/read';
import { RegistryValues } from '../../values/registry/registry-values';
import { CodeBlock, Page, readPages, where } from '../support/code-blocks';
import { clonedOutput } from '../support/cloned-registries';
import { temporaryFolder } from '../support/run-app';

// The values files in the pages, as people have them in `registries/` after copying them.

const pages = readPages().filter(({ blocks }) => blocks.some(isOurs));
const home = process.cwd();
afterEach(() => process.chdir(home));

describe.each(pages.map((page) => [page.path, page] as const))('%s', (_, page) => {
  // each block uses the files of the blocks above it
  const registries = new Map<string, RegistryValues>();
  let findings = new Findings();
  const folder = lazily(() => folderOf(page));
  test.each(page.blocks.filter(isOurs).map((block) => [where(block), block] as const))('%s', (__, block) => {
    process.chdir(folder());
    const file = block.tags[0] ?? '';
    if (block.language === 'text') {
      const found = block.tags[0] === 'problems' ? findings.problems : findings.warnings;
      expect(block.text).toBe(formatFindings(found));
    } else if (file.startsWith('dist/')) {
      const own = [...outputFiles([...registries.values()])];
      const made = { ...clonedOutput(), ...Object.fromEntries(own.reverse().map((one) => [one.path, one.content])) };
      // in the first file with its name
      expect(made[file.slice('dist/'.length)]).toContain(block.text);
    } else {
      fs.writeFileSync(file, block.text);
      if (block.language === 'json') return;
      const read = readValuesFolder('registries');
      fs.rmSync(file);
      findings = read.findings;
      if (block.tags[1] === 'rejected') {
        expect(findings.problems).not.toEqual([]);
        return;
      }
      expect(formatFindings(findings.problems)).toBe('');
      registries.set(file, read.registries[0]);
    }
  });

  test('every wrong or doubtful values file is followed by the output of the program', () => {
    page.blocks.forEach((block, i) => {
      if (block.tags[1] === 'rejected') expect(page.blocks[i + 1]?.tags).toEqual(['problems']);
    });
  });
});

function isOurs({ language, tags }: CodeBlock): boolean {
  if (language === 'text') return tags[0] === 'problems' || tags[0] === 'warnings';
  return language === 'json' || (language === 'yaml' && tags[0] !== 'kubernetes');
}

function folderOf(page: Page): string {
  const folder = temporaryFolder();
  for (const { tags } of page.blocks.filter(isOurs)) {
    if (tags[0]?.includes('/')) fs.mkdirSync(path.join(folder, path.dirname(tags[0])), { recursive: true });
  }
  return folder;
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
