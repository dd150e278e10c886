import { parse, parseAllDocuments, stringify } from 'yaml';
import { CustomImageSettings } from '../../lib';
import { toYaml } from '../../synth/yaml';
import { awkwardTexts } from '../support/awkward-texts';

// e2e/yaml-meaning.test.ts tests the same texts with Go's reader.

const TEXTS = awkwardTexts(3000);

test.each(['1.1', '1.2'] as const)('every text means itself to a reader of YAML %s', (version) => {
  const object = {
    list: TEXTS,
    map: Object.fromEntries(TEXTS.map((text, i) => [`${text}-${i}`, text])),
    keys: { '0o17': 'a', '1e3': 'c' },
  };
  const [document] = parseAllDocuments(toYaml([object]), { version, merge: false, uniqueKeys: false }) as {
    toJS(): unknown;
  }[];
  expect(document.toJS()).toEqual(object);
});

test('each object is a document, and undefined members are left out or null, as cdk8s writes them', () => {
  expect(toYaml([{ a: 'x' }, { b: ['-c', '1.36.4', '17 */4 * * *', '500m'] }])).toBe(
    'a: x\n---\nb:\n  - -c\n  - "1.36.4"\n  - 17 */4 * * *\n  - 500m\n',
  );
});

test('what gets no quotes gets none from the YAML library', () => {
  const words = [
    'e1',
    'e-592',
    'E+1',
    'no',
    'Y',
    'a:b',
    'a: b',
    'a:',
    'a #b',
    'a#b',
    'a b (c), 5%',
    '/bin/sh',
    '12e03',
    'a@sha256:0f',
  ];
  const plain = [...TEXTS, ...words].filter((text) => toYaml([[text]]) === `- ${text}\n`);
  expect(plain.length).toBeGreaterThan(words.length / 2);
  expect(plain.filter((text) => stringify([text], { version: '1.1', lineWidth: 0 }) !== `- ${text}\n`)).toEqual([]);
});

test('values mean themselves at every depth', () => {
  const texts = ['a\nb', 'a\n\n  b\n', '\n a\n', ' a\nb\n\n', '---\n%a\n', ''];
  const object = { empty: [{}, [], null], of: [{ list: [texts, [[1, -0.5, true]]], map: { texts, deep: { texts } } }] };
  expect(parse(toYaml([object]))).toEqual(object);
  expect(toYaml([{}])).toBe('{}\n');
});

test('the settings escape the characters that readers would refuse', () => {
  const settings = new CustomImageSettings({
    registryEndpoint: 'quay.io',
    pushRepo: 'quay.io/x',
    pushSecretName: 'push',
  });
  (settings as unknown as { map: object }).map = { text: 'a\u2028b\u0085c' };
  expect(settings.toYaml()).toBe('customImage:\n  text: "a\\u2028b\\u0085c"\n');
});
