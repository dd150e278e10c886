import { testSentences } from '../support/sentences';
import { dockerHub } from '../support/values-folder';

const quoted = (registryPassword: string) => dockerHub({ registryPassword });

// The sentences on the YAML of a values file, to the letter.
testSentences(
  [],
  [
    [
      'an alias (*name) whose anchor (&name) is not before it; a value that begins with "*" must be in quotes',
      quoted('*abc'),
    ],
    [
      'a directive that is not read here; a value that begins with "%" must be in quotes',
      `%FOO 1.0\n---\n${quoted('x')}`,
    ],
    ['an escape that double quotes do not know; use single quotes, or write the backslash twice', quoted('"a\\qb"')],
    ['the indentation does not fit: keys of one mapping begin in one column', quoted('abc\n def')],
    ['a value cannot begin with this character; put it in quotes', quoted('%abc')],
    ['a value that holds ": ", or ends in ":", must be in quotes', quoted('abc: def')],
    ['a closing quote, bracket or colon is missing here or before', `${dockerHub()}  stray\n`],
    [
      'a key without its colon, or a value that goes on in the next line without quotes',
      'customImage:\n  registryEndpoint docker.io\n  pushRepo: docker.io/exampleteam/notebooks\n',
    ],
    [
      'a second document (---); a values file holds one registry, so put this into a file of its own',
      `${dockerHub()}---\n${dockerHub()}`,
    ],
    ['a key that is no text; put it in quotes', '? [a]\n: b\n'],
    ['a tab; YAML is indented by spaces', 'customImage:\n\tregistryEndpoint: docker.io\n'],
    ['a YAML tag (!name) that is not read here; a value that begins with "!" must be in quotes', quoted('!abc def')],
    ['a "[" or "{" that is not closed; a value that begins with one must be in quotes', quoted('[abc')],
    [
      'this quote is not closed, or has text after it; a quote inside is written twice in single quotes',
      quoted('"abc'),
    ],
    [
      'indented deeper than the key above; keys of one mapping begin in one column',
      'customImage:\n  registryEndpoint: docker.io\n    registryUsername: exampleteam\n',
    ],
    [
      'the lines of a value are indented deeper than its key: indent what is pasted here, or put it on one line (a key file with `jq -c`)',
      `${dockerHub({ pushRepo: undefined, registryPassword: '' })}{\n  "type": "service_account"\n}\n`,
    ],
    ['this is read as YAML 1.2, where yes, no, on and off are text; remove the line', `%YAML 1.1\n---\n${dockerHub()}`],
    ['no key can have this name', `aws: { pod: { labels: { __proto__: x } } }\n${dockerHub()}`],
    ['YAML 1.2, as which this is read, has no merge key (<<); write the keys out', 'x: &x\n  a: b\ny:\n  <<: *x\n'],
    ['not readable as YAML from here; a value with special characters must be in quotes', quoted('|abc')],
    ['more than 100 aliases (*name); write the values out', `a: &a x\nb: [${'*a,'.repeat(101)}]\n`],
    [
      'this key is there twice, the first time in line 2; keep one of them',
      `${dockerHub()}  registryEndpoint: docker.io\n`,
    ],
    ['nested deeper than any values file is', `a: ${'['.repeat(200)}`],
    [
      'aliases that expand without end; write the values out',
      'a: &a [x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b]\nd: &d [*c, *c, *c]\n',
    ],
  ],
);
