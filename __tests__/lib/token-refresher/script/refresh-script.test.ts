import * as fs from 'fs';
import * as path from 'path';
import { AWS } from '../../../../lib/token-refresher/aws/ecr-tokens';
import { AZURE } from '../../../../lib/token-refresher/azure/acr-tokens';
import { GOOGLE } from '../../../../lib/token-refresher/google/google-tokens';
import { pushCheckScript, refreshScript } from '../../../../lib/token-refresher/script/refresh-script';
import { embeddedModules } from '../../../../scripts/embed-scripts';

const LIB = path.join(__dirname, '../../../../lib');
const files = fs.readdirSync(LIB, { recursive: true, encoding: 'utf8' }).map((file) => path.join(LIB, file));

test.each([...embeddedModules()].map(([file, content]) => [path.relative(LIB, file), content]))(
  '%s is made from the script as it is now: npm run generate:script',
  (file, content) => {
    expect(fs.readFileSync(path.join(LIB, file), 'utf8')).toBe(content);
  },
);

test('every script of the library has a module, and every module has a script', () => {
  const made = files.filter((file) => /\.sh$/.test(file)).map((file) => file.replace(/\.sh$/, '-sh.ts'));
  expect([...embeddedModules().keys()].sort()).toEqual(made.sort());
  expect(files.filter((file) => /-sh\.ts$/.test(file)).sort()).toEqual(made.sort());
  expect(made).toHaveLength(13);
});

test('it contains nothing that Kubernetes would replace', () => {
  const clouds = [AWS, GOOGLE, AZURE].map(({ scripts }) => scripts);
  for (const script of clouds.flatMap((scripts) => [refreshScript(scripts), pushCheckScript(scripts)])) {
    expect(script).not.toContain('$$');
    expect(script).not.toMatch(/\$\([A-Za-z_][A-Za-z0-9_.-]*\)/);
  }
});

test.each([AWS, GOOGLE, AZURE])(
  '$title: the functions stand before what calls them, and no comment is left',
  (cloud) => {
    const script = refreshScript(cloud.scripts);
    const places = ['set +x +a -euf', '\nfail() {', '\nidentify() {', '\nidentify\n', '\nfinish\n'].map((text) =>
      script.indexOf(text),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(script).not.toMatch(/^\s*#/m);
  },
);
