import * as fs from 'fs';
import * as path from 'path';
import packageJson from '../../package.json';
import { testCertificate } from '../support/certificate';
import { CLONED_REGISTRIES } from '../support/cloned-registries';
import { CodeBlock, readPages, where } from '../support/code-blocks';
import { REPOSITORY, temporaryFolder } from '../support/run-app';
import { BlockRun, programsOf, Workspace } from './workspace';

// The commands in the pages. Those that need neither a cluster nor a cloud run here, in a clone, page by page. The rest
// runs in e2e/docs.

const LOCAL = ['npm', 'npx', 'git', 'cp', 'mkdir', 'cat', 'read', 'export', 'kubeseal', 'gcloud'];
const ELSEWHERE = ['kubectl', 'helm', 'aws', 'az', 'eksctl', 'awk', 'base64', 'jq', 'grep', 'echo', 'date'];

const pages = readPages();
const cloned = Object.keys(CLONED_REGISTRIES).map((name) => `registries/${name}`);
const commands = pages.flatMap((page) => page.blocks.filter(({ language }) => language === 'sh'));
const named = commands.map((block) => [where(block), block] as const);

test.each(named)('%s runs known programs and existing npm scripts', (_, block) => {
  const known = [...LOCAL, ...ELSEWHERE, '__tests__/e2e/tools/install', '.ci/run'];
  expect(programsOf(block).filter((program) => !known.includes(program))).toEqual([]);
  const scripts = [...block.text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script]) => script);
  expect(scripts.filter((script) => !(script in packageJson.scripts))).toEqual([]);
});

test.each(pages.map((page) => [page.path, page] as const))('%s names existing files', (_, page) => {
  const shown = page.blocks.map(({ tags }) => tags[0]).filter((file) => file?.includes('/'));
  const made = shown.map((file) => path.basename(file, '.yaml'));
  const files = [
    ...page.text.matchAll(
      /(?<![\w./<])(?:registries\/[\w./-]+\.yaml|(?:dist|lib|values|output|scripts|crds)\/[\w./-]+\.\w+)/g,
    ),
  ];
  const missing = files
    .map(([file]) => file)
    .filter((file) => !fs.existsSync(path.join(REPOSITORY, file)) && !shown.includes(file) && !cloned.includes(file))
    .filter((file) => !file.includes('NAME'))
    .filter((file) => !isOutputOf(file, [...made, 'dockerhub', 'gcr', 'ecr']));
  expect(missing).toEqual([]);
});

/** Whether synth makes the file for a values file with one of these names. */
function isOutputOf(file: string, names: readonly string[]): boolean {
  const match = /^dist\/(?:helm\/|aws\/)?([\w-]+?)(-push-secret)?\.(k8s\.yaml|values\.yaml|iam-policy\.json)$/.exec(
    file,
  );
  return match !== null && names.includes(match[1]);
}

const ours = pages
  .filter(({ path: file }) => file === 'README.md' || file.startsWith('docs/'))
  .map(({ path: file, blocks }) => ({
    file,
    steps: blocks.filter((block) => isFile(block) || isLocal(block) || isOutput(block)),
  }))
  .filter(({ steps }) => steps.some(isLocal));

describe.each(ours.map((page) => [page.file, page] as const))('in a clone, %s', (_, { file, steps }) => {
  test.each(steps.map((block, i) => [where(block), block, i] as const))(
    '%s',
    async (__, block, i) => {
      const runs = await inClones()[file];
      if (isOutput(block))
        expect(block.text).toBe(
          runs
            .slice(0, i)
            .filter((run) => run !== undefined)
            .at(-1)?.stderr,
        );
      if (!isLocal(block)) return;
      const { status, stdout, stderr } = runs[i] as BlockRun;
      expect({ failed: status !== 0, stdout, stderr }).toEqual({ failed: block.tags[0] === 'fails', stdout, stderr });
    },
    // The first step waits until its whole page has run, while all other pages run as well.
    180_000,
  );
});

/** The results of the steps of each page. The pages run in parallel, as starting Node takes most of the time. */
const inClones = once(() => Object.fromEntries(ours.map(({ file, steps }) => [file, inClone(steps)])));

async function inClone(steps: readonly CodeBlock[]): Promise<(BlockRun | undefined)[]> {
  const workspace = new Workspace(temporaryFolder(), { programs: { kubeseal: KUBESEAL, gcloud: GCLOUD } });
  fs.writeFileSync(path.join(workspace.folder, '../home/cert.pem'), testCertificate().pem);
  await workspace.init();
  const runs: (BlockRun | undefined)[] = [];
  for (const block of steps) {
    if (isFile(block)) workspace.put(block);
    runs.push(isLocal(block) ? await workspace.run(block) : undefined);
  }
  return runs;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function isOutput({ tags }: CodeBlock): boolean {
  return tags[0] === 'output';
}

function isFile({ language, tags }: CodeBlock): boolean {
  return /^(registries\/)?[\w-]+\.(yaml|json)$/.test(tags[0] ?? '') && tags[1] !== 'rejected' && language !== 'text';
}

function isLocal(block: CodeBlock): boolean {
  return block.language === 'sh' && programsOf(block).every((program) => LOCAL.includes(program));
}

/** A stand-in that fetches the certificate of a controller. */
const KUBESEAL = '#!/bin/sh\n[ "$*" = --fetch-cert ] && cat "$HOME/cert.pem"\n';

/** A stand-in that only makes the requested key file. The other commands do nothing. */
const GCLOUD = `#!/bin/sh
[ "$1 $2 $3 $4" = 'iam service-accounts keys create' ] || exit 0
cat >"$5" <<'END'
${JSON.stringify({
  type: 'service_account',
  project_id: 'example-project',
  private_key_id: '1',
  private_key: '-----BEGIN PRIVATE KEY-----\nonly-in-the-test\n-----END PRIVATE KEY-----\n',
  client_email: 'image-push@example-project.iam.gserviceaccount.com',
})}
END
`;
