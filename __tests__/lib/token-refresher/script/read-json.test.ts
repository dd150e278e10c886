import { spawnSync } from 'child_process';
import { PRELUDE } from '../../../../lib/token-refresher/script/prelude-sh';
import { READ_JSON } from '../../../../lib/token-refresher/script/read-json-sh';
import { CURL_SHELLS, jwt } from './curl-script-runner';

/**
 * Reads each text in one shell: the value that the call finds in it, `(none)`, or `(no JSON)`.
 *
 * @param call what reads the text in `json`
 */
function readAll(shell: string, texts: readonly string[], call: string): string[] {
  const tries = texts.map(
    (_, i) => `json=$TEXT${i}\nif ${call}; then printf '%s\\0' "\${value:-(none)}"; else printf '(no JSON)\\0'; fi`,
  );
  const [command, ...first] = shell === 'busybox' ? ['busybox', 'sh'] : [shell];
  const { stdout, stderr } = spawnSync(command, [...first, '-c', [PRELUDE, READ_JSON, ...tries].join('\n')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      NODE_ENV: 'test',
      PATH: process.env.PATH,
      ...Object.fromEntries(texts.map((text, i) => [`TEXT${i}`, text])),
    },
  });
  return `${stdout}${stderr}`.split('\0');
}

const LONG = 'aB3-_.'.repeat(700);

/** All that can be printed. */
const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
const escaped = (text: string) =>
  [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

const MEMBERS: readonly [string, string, string][] = [
  ['a string', '{"token":"abc"}', 'abc'],
  ['a number', '{"token": 3599}', '3599'],
  ['another order, white space and line feeds', ' {\n\t"a" : [ ] ,\r\n "token" : "abc" , "b" : { } } \n', 'abc'],
  ['escapes', String.raw`{"token":"a\/b\u003d\u003D\"\\c\u0025d"}`, 'a/b=="\\c%d'],
  ['an escaped name', String.raw`{"\u0074oken":"abc"}`, 'abc'],
  ['a name that only looks like it in a value', String.raw`{"a":"\"token\":\"x\"","token":"abc"}`, 'abc'],
  ['names that only begin or end with it', '{"token2":"x","my_token":"y","token":"abc"}', 'abc'],
  ['the same name inside of others', '{"a":{"token":"x","b":[{"token":"y"},["token","z"]]},"token":"abc"}', 'abc'],
  ['patterns of the shell', '{"token":"*?[a-z]~$HOME`x`"}', '*?[a-z]~$HOME`x`'],
  ['values of every kind', '{"a":true,"b":false,"c":null,"d":-0.5e+10,"e":0,"f":1E5,"token":"abc"}', 'abc'],
  ['a long token', `{"a":"${LONG}","token":"${LONG}"}`, LONG],
  ['another character than ASCII', '{"a":"é\u2028","token":"abc"}', 'abc'],
  ['no such name', '{"a":"abc"}', '(none)'],
  ['an object in its place', '{"token":{"token":"abc"}}', '(none)'],
  ['null', '{"token":null}', '(none)'],
  ['an empty string', '{"token":""}', '(none)'],
  ['an empty object', '{}', '(none)'],
  ['every character of ASCII, escaped', `{"token":"${escaped(ASCII)}"}`, ASCII],
  // each of them by a program of its own took minutes
  ['a long answer of escapes', `{"token":"${escaped('A'.repeat(2000))}"}`, 'A'.repeat(2000)],
  ['the name twice', '{"token":"abc","token":"def"}', '(no JSON)'],
  ['the name twice, once escaped', String.raw`{"token":"abc","\u0074oken":"def"}`, '(no JSON)'],
  ['the name twice, first with an object', '{"token":{"a":1},"token":"abc"}', '(no JSON)'],
  ['the name twice, then with a list', '{"token":"abc","token":["def"]}', '(no JSON)'],
  ['the name twice, once null', '{"token":null,"token":"abc"}', '(no JSON)'],
  ['a byte order mark', '\ufeff{"token":"abc"}', '(no JSON)'],
  ['a no-break space', '{\u00a0"token":"abc"}', '(no JSON)'],
  ['nothing', '', '(no JSON)'],
  ['HTML', '<html><body>{"token":"abc"}</body></html>', '(no JSON)'],
  ['a list', '[{"token":"abc"}]', '(no JSON)'],
  ['a string alone', '"token"', '(no JSON)'],
  ['what is cut off in a string', '{"token":"abc', '(no JSON)'],
  ['what is cut off after it', '{"token":"abc"', '(no JSON)'],
  ['something after the object', '{"token":"abc"} x', '(no JSON)'],
  ['two objects', '{"token":"abc"}{"token":"abc"}', '(no JSON)'],
  ['an extra comma', '{"token":"abc",}', '(no JSON)'],
  ['an extra comma in a list', '{"a":[1,],"token":"abc"}', '(no JSON)'],
  ['a missing comma', '{"a":1 "token":"abc"}', '(no JSON)'],
  ['no colon', '{"token" "abc"}', '(no JSON)'],
  ['brackets that do not fit', '{"a":[1},"token":"abc"}', '(no JSON)'],
  ['a name without quotes', '{token:"abc"}', '(no JSON)'],
  ['single quotes', "{'token':'abc'}", '(no JSON)'],
  ['a word that is not valid', '{"a":yes,"token":"abc"}', '(no JSON)'],
  ['a number with a zero before it', '{"a":01,"token":"abc"}', '(no JSON)'],
  ['a number without digits after the point', '{"a":1.,"token":"abc"}', '(no JSON)'],
  ['a number without an exponent', '{"a":1e,"token":"abc"}', '(no JSON)'],
  ['a plus sign', '{"a":+1,"token":"abc"}', '(no JSON)'],
  ['an escape that is not valid', String.raw`{"token":"a\x41"}`, '(no JSON)'],
  ['half an escape', String.raw`{"token":"a\u00"}`, '(no JSON)'],
  ['a line feed in a string', '{"token":"a\nb"}', '(no JSON)'],
  ['a comment', '{"token":"abc"} // x', '(no JSON)'],
];

const JWTS: readonly [string, string, string][] = [
  ['a JWT', jwt({ exp: 1893456000 }), '1893456000'],
  ['one of another length', jwt({ exp: 1893456000, a: '?~' }), '1893456000'],
  ['one of yet another length', jwt({ exp: 1893456000, a: 'ÿ?>' }), '1893456000'],
  ['no end', jwt({ iat: 1 }), '(no JSON)'],
  ['an end in words', jwt({ exp: 'tomorrow' }), '(no JSON)'],
  ['an end with decimals', jwt({ exp: 1893456000.5 }), '(no JSON)'],
  ['an end that no shell can count to', jwt({ exp: 1e15 }), '(no JSON)'],
  ['the end twice', `a.${Buffer.from('{"exp":1893456000,"exp":[1]}').toString('base64url')}.c`, '(no JSON)'],
  ['a NUL in the end', `a.${Buffer.from('{"exp":1893\u0000456000}').toString('base64url')}.c`, '(no JSON)'],
  ['one character more in its base64', `${jwt({ exp: 1893456000 }).split('.').slice(0, 2).join('.')}A.c`, '(no JSON)'],
  ['two parts', 'abc.def', '(no JSON)'],
  ['no base64', 'a.b!c.d', '(no JSON)'],
  ['no JSON', 'a.YWJj.d', '(no JSON)'],
];

/** The result for each text, by its title. */
function byTitle(table: readonly [string, string, string][], values: readonly string[]) {
  return table.map(([title], i) => [title, values[i]]);
}

test.each(CURL_SHELLS)('%s reads a member of JSON, and refuses what is not JSON', (shell) => {
  const found = readAll(
    shell,
    MEMBERS.map(([, text]) => text),
    'json_member token',
  );
  expect(byTitle(MEMBERS, found)).toEqual(MEMBERS.map(([title, , expected]) => [title, expected]));
});

test.each(CURL_SHELLS)('%s reads the expiry of a JWT', (shell) => {
  const found = readAll(
    shell,
    JWTS.map(([, text]) => text),
    'jwt_end "$json"',
  );
  expect(byTitle(JWTS, found)).toEqual(JWTS.map(([title, , expected]) => [title, expected]));
});
