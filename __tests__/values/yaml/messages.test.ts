import { testSentences } from '../support/sentences';
import { dockerHub } from '../support/values-folder';

const quoted = (registryPassword: string) => dockerHub({ registryPassword });

// The exact sentences about the YAML of a values file.
testSentences(
  [],
  [
    ['this alias (*name) has no anchor (&name) before it: put a value that begins with "*" in quotes', quoted('*abc')],
    [
      'this directive (%NAME) is not supported: put a value that begins with "%" in quotes',
      `%FOO 1.0\n---\n${quoted('x')}`,
    ],
    ['this escape is not valid in double quotes: use single quotes, or write the backslash twice', quoted('"a\\qb"')],
    ['wrong indentation: all keys of a mapping must begin in the same column', quoted('abc\n def')],
    ['a value cannot begin with this character: put it in quotes', quoted('%abc')],
    ['a value that contains ": " or ends with ":" must be in quotes', quoted('abc: def')],
    ['a closing quote, a closing bracket or a colon is missing, here or further up', `${dockerHub()}  stray\n`],
    [
      'this key has no colon, or a value without quotes continues on the next line',
      'customImage:\n  registryEndpoint docker.io\n  pushRepo: docker.io/exampleteam/notebooks\n',
    ],
    [
      'a second document (---) begins here: a values file describes one registry, so put this one into its own file',
      `${dockerHub()}---\n${dockerHub()}`,
    ],
    ['this key is not text: put it in quotes', '? [a]\n: b\n'],
    ['this is a tab, but YAML is indented with spaces: replace it', 'customImage:\n\tregistryEndpoint: docker.io\n'],
    ['this YAML tag (!name) is not supported: put a value that begins with "!" in quotes', quoted('!abc def')],
    ['this "[" or "{" is not closed: close it, or put the value in quotes', quoted('[abc')],
    [
      'this quote is not closed, or has text after it: use single quotes, and write a single quote inside them twice',
      quoted('"abc'),
    ],
    [
      'this key is indented deeper than the key above: all keys of a mapping must begin in the same column',
      'customImage:\n  registryEndpoint: docker.io\n    registryUsername: exampleteam\n',
    ],
    [
      'the lines of a value must be indented deeper than its key: indent the pasted text, or put it on one line (a key file with `jq -c`)',
      `${dockerHub({ pushRepo: undefined, registryPassword: '' })}{\n  "type": "service_account"\n}\n`,
    ],
    [
      'values files are read as YAML 1.2, in which yes, no, on and off are text: remove this line',
      `%YAML 1.1\n---\n${dockerHub()}`,
    ],
    ['a key cannot have this name', `aws: { pod: { labels: { __proto__: x } } }\n${dockerHub()}`],
    [
      'values files are read as YAML 1.2, which has no merge key (<<): write the keys out',
      'x: &x\n  a: b\ny:\n  <<: *x\n',
    ],
    ['from here on, this is not valid YAML: put a value with special characters in quotes', quoted('|abc')],
    ['more than 100 aliases (*name): write the values out', `a: &a x\nb: [${'*a,'.repeat(101)}]\n`],
    ['this key appears twice, first on line 2: remove one of them', `${dockerHub()}  registryEndpoint: docker.io\n`],
    ['the YAML is nested too deeply for a values file', `a: ${'['.repeat(200)}`],
    [
      'the aliases (*name) expand to too many values: write the values out',
      'a: &a [x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b]\nd: &d [*c, *c, *c]\n',
    ],
  ],
);
