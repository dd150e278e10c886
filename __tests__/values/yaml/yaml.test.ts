import { dockerHub, lines, readValues } from '../support/values-folder';

const ALIAS_BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]',
  'c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]',
  'customImage: [*c, *c, *c, *c, *c, *c, *c]',
  '',
].join('\n');

test.each<[string, string | Buffer, string[]]>([
  [
    'a quote that is not closed',
    dockerHub({ registryPassword: '"abc' }),
    [
      'registries/dockerhub.yaml:4:21',
      '  this quote is not closed, or has text after it; a quote inside is written twice in single quotes',
    ],
  ],
  [
    'text after a closing quote',
    dockerHub({ registryPassword: '"abc"def' }),
    [
      'registries/dockerhub.yaml:4:21',
      '  this quote is not closed, or has text after it; a quote inside is written twice in single quotes',
    ],
  ],
  [
    'a bracket that is not closed',
    dockerHub({ registryPassword: '[abc' }),
    [
      'registries/dockerhub.yaml:4:21',
      '  a "[" or "{" that is not closed; a value that begins with one must be in quotes',
    ],
  ],
  [
    'an unquoted value with ": "',
    dockerHub({ registryPassword: 'abc: def' }),
    ['registries/dockerhub.yaml:4:21', '  a value that holds ": ", or ends in ":", must be in quotes'],
  ],
  [
    'an unquoted value that begins with %',
    dockerHub({ registryPassword: '%abc' }),
    ['registries/dockerhub.yaml:4:21', '  a value cannot begin with this character; put it in quotes'],
  ],
  [
    'an unquoted value that begins with *',
    dockerHub({ registryPassword: '*abc' }),
    [
      'registries/dockerhub.yaml:4:21',
      '  an alias (*name) whose anchor (&name) is not before it; a value that begins with "*" must be in quotes',
    ],
  ],
  [
    'an unquoted value that begins with &',
    dockerHub({ registryPassword: '&abc def' }),
    [
      'registries/dockerhub.yaml:4:26  customImage.registryPassword',
      '  YAML takes what begins with "&" for an anchor; put the password in quotes',
    ],
  ],
  [
    'an unquoted value that begins with !',
    dockerHub({ registryPassword: '!abc def' }),
    [
      'registries/dockerhub.yaml:4:21',
      '  a YAML tag (!name) that is not read here; a value that begins with "!" must be in quotes',
    ],
  ],
  [
    'an unquoted value that begins with #',
    dockerHub({ registryPassword: '#abc' }),
    [
      'registries/dockerhub.yaml:4:21  customImage.registryPassword',
      '  nothing follows this key; give it a value, in quotes where it begins with "#", or remove it. The password in plaintext. Prefer registryPasswordFrom: a committed password is readable for ever.',
    ],
  ],
  [
    'an escape that YAML does not know',
    dockerHub({ registryPassword: '"a\\qb"' }),
    [
      'registries/dockerhub.yaml:4:23',
      '  an escape that double quotes do not know; use single quotes, or write the backslash twice',
    ],
  ],
  [
    'a value that goes on in the next line without indentation',
    dockerHub({ registryPassword: 'abc\n def' }),
    ['registries/dockerhub.yaml:5:1', '  the indentation does not fit: keys of one mapping begin in one column'],
  ],
  [
    'a key file pasted without indentation',
    dockerHub({ registryPassword: '\n{\n  "type": "service_account"\n}' }),
    [
      'registries/dockerhub.yaml:5:1',
      '  the lines of a value are indented deeper than its key: indent what is pasted here, or put it on one line (a key file with `jq -c`)',
    ],
  ],
  ...['{\n  "type": "service_account"\n}', '\'{\n  "type": "service_account"\n}\''].map(
    (pasted): [string, string, string[]] => [
      'a key file pasted as it is',
      dockerHub({ registryPassword: pasted }),
      [
        'registries/dockerhub.yaml:4:21',
        '  the lines of a value are indented deeper than its key: indent what is pasted here, or put it on one line (a key file with `jq -c`)',
      ],
    ],
  ),
  [
    'a key file pasted as a block without indentation',
    dockerHub({ registryPassword: '|\n{\n  "type": "service_account"\n}' }),
    [
      'registries/dockerhub.yaml:5:1',
      '  the lines of a value are indented deeper than its key: indent what is pasted here, or put it on one line (a key file with `jq -c`)',
    ],
  ],
  [
    'a key that is indented too far',
    'customImage:\n  registryEndpoint: docker.io\n    registryUsername: exampleteam\n  pushRepo: exampleteam/notebooks\n',
    ['registries/dockerhub.yaml:3:5', '  indented deeper than the key above; keys of one mapping begin in one column'],
  ],
  [
    'a key that is one space too far',
    'customImage:\n  registryEndpoint: docker.io\n   registryUsername: exampleteam\n  pushRepo: exampleteam/notebooks\n',
    ['registries/dockerhub.yaml:3:4', '  indented deeper than the key above; keys of one mapping begin in one column'],
  ],
  [
    'YAML 1.1, where yes is true',
    `# Ours\n%YAML 1.1\n---\n${dockerHub({ registryPassword: 'yes' })}`,
    [
      'registries/dockerhub.yaml:2:1',
      '  this is read as YAML 1.2, where yes, no, on and off are text; remove the line',
    ],
  ],
  [
    'a tag that makes something else than text',
    dockerHub({ registryPassword: '!!binary aGk=' }),
    [
      'registries/dockerhub.yaml:4:21',
      '  a YAML tag (!name) that is not read here; a value that begins with "!" must be in quotes',
    ],
  ],
  [
    'a key that JavaScript would drop',
    `aws: { pod: { labels: { __proto__: x } } }\n${dockerHub()}`,
    ['registries/dockerhub.yaml:1:25', '  no key can have this name'],
  ],
  [
    'duplicate keys',
    dockerHub() + '  pushRepo: docker.io/exampleteam/other\n  registryEndpoint: gcr.io\n',
    [
      'registries/dockerhub.yaml:6:3',
      '  this key is there twice, the first time in line 5; keep one of them',
      'registries/dockerhub.yaml:7:3',
      '  this key is there twice, the first time in line 2; keep one of them',
    ],
  ],
  [
    'a tab',
    'customImage:\n\tregistryEndpoint: docker.io\n',
    ['registries/dockerhub.yaml:2:1', '  a tab; YAML is indented by spaces'],
  ],
  [
    'a key without its colon',
    'customImage:\n  registryEndpoint docker.io\n  pushRepo: docker.io/exampleteam/notebooks\n',
    [
      'registries/dockerhub.yaml:2:3',
      '  a key without its colon, or a value that goes on in the next line without quotes',
    ],
  ],
  [
    'a key that is no text',
    '? [a]\n: b\n',
    ['registries/dockerhub.yaml:1:3', '  a key that is no text; put it in quotes'],
  ],
  [
    'a second document',
    `${dockerHub()}---\n${dockerHub()}`,
    [
      'registries/dockerhub.yaml:6:1',
      '  a second document (---); a values file holds one registry, so put this into a file of its own',
    ],
  ],
  [
    'an unknown directive',
    `%FOO 1.0\n---\n${dockerHub()}`,
    [
      'registries/dockerhub.yaml:1:1',
      '  a directive that is not read here; a value that begins with "%" must be in quotes',
    ],
  ],
  [
    'a merge key',
    `x: &x\n  registryEndpoint: docker.io\ncustomImage:\n  <<: *x\n`,
    ['registries/dockerhub.yaml:4:3', '  YAML 1.2, as which this is read, has no merge key (<<); write the keys out'],
  ],
  [
    'an alias bomb',
    ALIAS_BOMB,
    ['registries/dockerhub.yaml:1:1', '  aliases that expand without end; write the values out'],
  ],
  [
    'an alias that holds itself',
    'customImage: &a\n  customImage: *a\n',
    [
      'registries/dockerhub.yaml:1:1  customImage.pushRepo',
      '  missing: give the repository that images are pushed to, or pushRepoPrefix',
      'registries/dockerhub.yaml:1:1  customImage.registryEndpoint',
      '  missing: PrimeHub offers to build custom images only where it is set',
      'registries/dockerhub.yaml:2:3  customImage.customImage',
      '  this key is not known here; known are enabled, registryEndpoint, registryUsername, registryPassword, registryPasswordFrom, pushRepo, pushRepoPrefix, pushSecretName, insecureSkipVerify, buildJob',
    ],
  ],
  [
    'deep nesting',
    `customImage: ${'['.repeat(100_000)}`,
    ['registries/dockerhub.yaml:1:1', '  nested deeper than any values file is'],
  ],
  [
    'deep nesting that is closed',
    `customImage: ${'{a: '.repeat(5_000)}${'}'.repeat(5_000)}`,
    ['registries/dockerhub.yaml:1:1', '  nested deeper than any values file is'],
  ],
  [
    'deep nesting in blocks',
    '- '.repeat(5_000),
    ['registries/dockerhub.yaml:1:1', '  nested deeper than any values file is'],
  ],
  [
    'an empty file',
    '',
    [
      'registries/dockerhub.yaml',
      '  the file is empty; a values file has the key customImage, as in registries/dockerhub.yaml',
    ],
  ],
  [
    'comments alone',
    '# nothing yet\n',
    [
      'registries/dockerhub.yaml',
      '  the file is empty; a values file has the key customImage, as in registries/dockerhub.yaml',
    ],
  ],
  [
    'a document that is empty',
    '---\n',
    [
      'registries/dockerhub.yaml',
      '  the file is empty; a values file has the key customImage, as in registries/dockerhub.yaml',
    ],
  ],
  [
    'a list',
    '- customImage:\n',
    [
      'registries/dockerhub.yaml',
      '  the file holds no mapping; a values file has the key customImage, as in registries/dockerhub.yaml',
    ],
  ],
  [
    'a scalar',
    'customImage\n',
    [
      'registries/dockerhub.yaml',
      '  the file holds no mapping; a values file has the key customImage, as in registries/dockerhub.yaml',
    ],
  ],
  [
    'Latin-1',
    Buffer.from(dockerHub({ registryPassword: 'pässword' }), 'latin1'),
    ['registries/dockerhub.yaml', '  not UTF-8 text; save it as such'],
  ],
  [
    'UTF-16',
    Buffer.from(`\ufeff${dockerHub()}`, 'utf16le'),
    ['registries/dockerhub.yaml', '  not UTF-8 text; save it as such'],
  ],
  [
    'a mistake in the line of a byte order mark, which no column counts',
    `\ufefftargetNamespace: 5\n${dockerHub()}`,
    [
      'registries/dockerhub.yaml:1:18  targetNamespace',
      '  YAML reads this as a number; put it in quotes: "5". Namespace of PrimeHub, or a list of those that get the push Secret; the first is home to the rest.',
    ],
  ],
  [
    'a file that is too large',
    `${dockerHub()}# ${'x'.repeat(1024 * 1024)}`,
    ['registries/dockerhub.yaml', '  larger than 128 KiB, which no values file is'],
  ],
])('%s is found, and nothing that only follows from it', (_, file, answer) => {
  expect(readValues(file).problems).toBe(lines(answer));
});
