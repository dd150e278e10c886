import { dockerHub, found } from '../support/values-folder';

const ALIAS_BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]',
  'c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]',
  'customImage: [*c, *c, *c, *c, *c, *c, *c]',
  '',
].join('\n');

test.each<[string, string | Buffer, string[]]>([
  ['a quote that is not closed', dockerHub({ registryPassword: '"abc' }), ['4:21 yaml']],
  ['text after a closing quote', dockerHub({ registryPassword: '"abc"def' }), ['4:21 yaml']],
  ['a bracket that is not closed', dockerHub({ registryPassword: '[abc' }), ['4:21 yaml']],
  ['an unquoted value with ": "', dockerHub({ registryPassword: 'abc: def' }), ['4:21 yaml']],
  ['an unquoted value that begins with %', dockerHub({ registryPassword: '%abc' }), ['4:21 yaml']],
  ['an unquoted value that begins with *', dockerHub({ registryPassword: '*abc' }), ['4:21 yaml']],
  [
    'an unquoted value that begins with &',
    dockerHub({ registryPassword: '&abc def' }),
    ['4:26 customImage.registryPassword yaml'],
  ],
  ['an unquoted value that begins with !', dockerHub({ registryPassword: '!abc def' }), ['4:21 yaml']],
  [
    'an unquoted value that begins with #',
    dockerHub({ registryPassword: '#abc' }),
    ['4:21 customImage.registryPassword wrong-type'],
  ],
  ['an unknown escape', dockerHub({ registryPassword: '"a\\qb"' }), ['4:23 yaml']],
  [
    'a value that continues on the next line without indentation',
    dockerHub({ registryPassword: 'abc\n def' }),
    ['5:1 yaml'],
  ],
  [
    'a key file pasted without indentation',
    dockerHub({ registryPassword: '\n{\n  "type": "service_account"\n}' }),
    ['5:1 yaml'],
  ],
  ...['{\n  "type": "service_account"\n}', '\'{\n  "type": "service_account"\n}\''].map(
    (pasted): [string, string, string[]] => [
      'a key file pasted unchanged',
      dockerHub({ registryPassword: pasted }),
      ['4:21 yaml'],
    ],
  ),
  [
    'a key file pasted as a block without indentation',
    dockerHub({ registryPassword: '|\n{\n  "type": "service_account"\n}' }),
    ['5:1 yaml'],
  ],
  [
    'a key that is indented too far',
    'customImage:\n  registryEndpoint: docker.io\n    registryUsername: exampleteam\n  pushRepo: exampleteam/notebooks\n',
    ['3:5 yaml'],
  ],
  [
    'a key that is indented one space too far',
    'customImage:\n  registryEndpoint: docker.io\n   registryUsername: exampleteam\n  pushRepo: exampleteam/notebooks\n',
    ['3:4 yaml'],
  ],
  ['YAML 1.1, where yes is true', `# Ours\n%YAML 1.1\n---\n${dockerHub({ registryPassword: 'yes' })}`, ['2:1 yaml']],
  ['a tag for something other than text', dockerHub({ registryPassword: '!!binary aGk=' }), ['4:21 yaml']],
  ['a key that JavaScript would lose', `aws: { pod: { labels: { __proto__: x } } }\n${dockerHub()}`, ['1:25 yaml']],
  [
    'duplicate keys',
    dockerHub() + '  pushRepo: docker.io/exampleteam/other\n  registryEndpoint: gcr.io\n',
    ['6:3 yaml', '7:3 yaml'],
  ],
  ['a tab', 'customImage:\n\tregistryEndpoint: docker.io\n', ['2:1 yaml']],
  [
    'a key without a colon',
    'customImage:\n  registryEndpoint docker.io\n  pushRepo: docker.io/exampleteam/notebooks\n',
    ['2:3 yaml'],
  ],
  ['a key that is not text', '? [a]\n: b\n', ['1:3 yaml']],
  ['a second document', `${dockerHub()}---\n${dockerHub()}`, ['6:1 yaml']],
  ['an unknown directive', `%FOO 1.0\n---\n${dockerHub()}`, ['1:1 yaml']],
  ['a merge key', `x: &x\n  registryEndpoint: docker.io\ncustomImage:\n  <<: *x\n`, ['4:3 yaml']],
  ['an alias bomb', ALIAS_BOMB, ['1:1 yaml']],
  [
    'an alias that contains itself',
    'customImage: &a\n  customImage: *a\n',
    [
      '1:1 customImage.pushRepo missing',
      '1:1 customImage.registryEndpoint missing',
      '2:3 customImage.customImage unknown-key',
    ],
  ],
  ['deep nesting', `customImage: ${'['.repeat(100_000)}`, ['1:1 yaml']],
  ['deep nesting that is closed', `customImage: ${'{a: '.repeat(5_000)}${'}'.repeat(5_000)}`, ['1:1 yaml']],
  ['deep nesting in blocks', '- '.repeat(5_000), ['1:1 yaml']],
  ['an empty file', '', ['file']],
  ['only comments', '# nothing yet\n', ['file']],
  ['an empty document', '---\n', ['file']],
  ['a list', '- customImage:\n', ['file']],
  ['a scalar', 'customImage\n', ['file']],
  ['Latin-1', Buffer.from(dockerHub({ registryPassword: 'pässword' }), 'latin1'), ['file']],
  ['UTF-16', Buffer.from(`\ufeff${dockerHub()}`, 'utf16le'), ['file']],
  [
    'a mistake on the line of a byte order mark, which is not counted as a column',
    `\ufefftargetNamespace: 5\n${dockerHub()}`,
    ['1:18 targetNamespace wrong-type: "5"'],
  ],
  ['a file that is too large', `${dockerHub()}# ${'x'.repeat(1024 * 1024)}`, ['file']],
])('%s is reported, without errors that only follow from it', (_, file, answer) => {
  expect(found(file, answer)).toEqual(answer);
});
