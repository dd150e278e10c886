import * as fs from 'fs';
import * as path from 'path';
import { refresh } from '../lib/token-refresher/script/refresh-script-runner';
import { readPage } from '../support/code-blocks';
import { REPOSITORY } from '../support/run-app';

// Compares docs/troubleshooting.md with the messages in the refresh script, in both directions.

const LIB = path.join(REPOSITORY, 'lib/token-refresher');
const script = [
  'script/prelude.sh',
  'aws/identity.sh',
  'aws/ecr-tokens.sh',
  'script/refresh.sh',
  'aws/ecr-push-check.sh',
  'script/check-push.sh',
  'script/http.sh',
  'google/google-identity.sh',
  'google/google-tokens.sh',
  'azure/azure-identity.sh',
  'azure/acr-tokens.sh',
]
  .map((file) => fs.readFileSync(path.join(LIB, file), 'utf8'))
  .join('\n');
const page = readPage('docs/troubleshooting.md');
const EXAMPLES: Record<string, string> = {
  $cloud: 'AWS',
  $token_title: 'ECR token',
  '${token_title}': 'ECR token',
  $IDENTITY: '...',
  $1: 'eu-west-1',
  $HOME: '/tmp',
  $MANIFESTS_DIR: '/manifests',
};
const REFRESH_NOW = 'kubectl -n hub create job --from=cronjob/ecr-token ecr-token-$(date +%s)';

/** A message of the script, in the form of the page. */
function example(message: string): string {
  return Object.entries(EXAMPLES).reduce((text, [variable, value]) => text.replaceAll(variable, value), message);
}

const failures = [...script.matchAll(/\bfail "([^"]+)"(?: \\\n\s*| )"([^"]+)"/g)].map(([, what, todo]) => ({
  what: example(what),
  // advice that depends on the answer has its own table
  todo: /^\$(\(what_to_do|refused|unanswered)/.test(todo) ? undefined : example(todo),
}));
const advice = [.../\nadvice\(\) \{[^]*?\n\}/.exec(script)![0].matchAll(/echo "([^"]+)"/g)].map(([, text]) => text);

/** The rows of a table on the page. */
function rowsOf(header: string): string[] {
  const table = page.text.slice(page.text.indexOf(header)).split('\n\n')[0];
  return table.split('\n').slice(2);
}

test('all failures of the script are found', () => {
  expect(failures).toHaveLength(script.match(/\bfail "/g)!.length);
  expect(advice.length).toBeGreaterThan(5);
});

test('each failure has a row with the advice of the log, and no row is stale', () => {
  const rows = rowsOf('| `FAILED:` |');
  for (const { what, todo } of failures) {
    const row = rows.find((text) => text.startsWith(`| \`${what}\` |`));
    expect({ what, row }).toEqual({
      what,
      row: expect.stringContaining(todo === undefined ? '' : `\`${todo}\``) as string,
    });
  }
  expect(rows).toHaveLength(new Set(failures.map(({ what }) => what)).size);
});

test('each advice after an AWS call has a row, and no row is stale', () => {
  const rows = rowsOf('| To do | AWS said').map((row) => /^\| `([^`]+)` \|/.exec(row)?.[1]);
  expect(rows.sort()).toEqual([...new Set(advice)].sort());
});

test.each([
  ['docs/google-identity.md', 'google/google-identity.sh'],
  ['docs/azure-identity.md', 'azure/azure-identity.sh'],
])('%s has a row for each advice, and no row is stale', (file, part) => {
  const text = fs.readFileSync(path.join(LIB, part), 'utf8');
  const network = /^network_advice\(\) \{[^]*?\n\}/m.exec(
    fs.readFileSync(path.join(LIB, 'script/http.sh'), 'utf8'),
  )![0];
  const valueOf = (name: string) => new RegExp(`^${name}='?([^'\n]+)`, 'm').exec(text)![1];
  const said = [...`${text}\n${network}`.matchAll(/(?:echo "|^todo_\w+=')([^"']+)["']/gm)].map(([, one]) =>
    one.replace(/\$(cloud|endpoints)/, (_, name: string) => valueOf(name)),
  );
  const rows = [
    ...readPage(file)
      .text.split('## What the log says')[1]
      .matchAll(/^\| `([^`]+)` \|/gm),
  ];
  expect([...new Set(rows.map(([, one]) => one))].sort()).toEqual([...new Set(said)].sort());
});

test('the complete log line on the page comes from the script', () => {
  const shown = page.blocks.filter(({ tags }) => tags[0] === 'log').map(({ text }) => text.trim());
  const run = refresh({ aws: 'exit 1', env: { IDENTITY: 'pod-identity', REFRESH_NOW } });
  expect(shown).toEqual([run.lastLine]);
});

test('the other log lines on the page come from the script', () => {
  expect(script).toContain('repository not created in $account, $region; the token is refreshed anyway: ');
  expect(page.text).toContain('`repository not created in ...; the token is refreshed anyway`');
  expect(script).toContain('echo "OK. The container kubectl now applies the Secret');
});
