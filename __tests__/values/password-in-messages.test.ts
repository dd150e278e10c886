import { stringify } from 'yaml';
import { Random } from '../support/random';
import { readValues } from './support/values-folder';

// A password that was written in the wrong way, or that stands in other values too, is in no message; and what a message
// advises does not depend on the password.

const random = new Random(30);
const LETTERS = [...'abcdefghijkmnpqrstuvwxyz'];
const CHARACTERS = [...LETTERS, ...'ABCDEFGHJKLMNPQRSTUVWXYZ23456789!$%*+.-_/='];

/** A password as generators make them, which no sentence holds. */
function password(): string {
  return `${random.text(LETTERS, 3)}7${random.text(CHARACTERS, 1)}${random.text(LETTERS, 1)}Q${random.text(CHARACTERS, 8)}4`;
}

const LOGIN = 'registryEndpoint: docker.io, registryUsername: bot, pushRepo: docker.io/team/nb';
/** Ways to write a password that YAML reads as something else. */
const SLIPS: Readonly<Record<string, (p: string) => string>> = {
  'a colon without a space': (p) => `customImage: { ${LOGIN}, registryPassword:${p} }\n`,
  'a colon without a space, in a block': (p) =>
    `customImage:\n  registryEndpoint: docker.io\n  registryPassword:${p}\n  pushRepo: docker.io/team/nb\n`,
  'an equals sign': (p) => `customImage: { ${LOGIN}, registryPassword=${p} }\n`,
  'an equals sign, in a block': (p) => `customImage:\n  registryEndpoint: docker.io\n  registryPassword=${p}: x\n`,
  'a key of JSON': (p) => `{"customImage": {"registryEndpoint": "docker.io", "registryPassword:${p}": ""}}\n`,
  'the key in the key': (p) => `customImage: { ${LOGIN}, registryPassword${p}: x }\n`,
  'a key by itself': (p) => `customImage: { ${LOGIN}, "${p}": x }\n`,
  'a key at the top': (p) => `"${p}": x\ncustomImage: { ${LOGIN} }\n`,
  'a list': (p) => `customImage: { ${LOGIN}, registryPassword: ["${p}"] }\n`,
  'a mapping': (p) => `customImage: { ${LOGIN}, registryPassword: { "${p}": x } }\n`,
  'another key': (p) => `customImage: { ${LOGIN}, registryPasswort: "${p}" }\n`,
  'the name of a variable': (p) => `customImage: { ${LOGIN}, registryPasswordFrom: { env: "${p}" } }\n`,
  'the name of the Secret': (p) => `customImage: { ${LOGIN}, pushSecretName: "${p}" }\n`,
  'the tag of an image': (p) =>
    `customImage: { ${LOGIN}, registryPassword: "${p}", buildJob: { image: { tag: "${p}~" } } }\n`,
};
/** Places where a password can stand as well as in its own. */
const ALSO: Readonly<Record<string, (p: string) => object>> = {
  pushRepo: (p) => ({ pushRepo: `docker.io/team/${p}` }),
  registryEndpoint: (p) => ({ registryEndpoint: `https://${p}.example.com` }),
  registryUsername: (p) => ({ registryUsername: `${p}:x` }),
  pushSecretName: (p) => ({ pushSecretName: p }),
  memory: (p) => ({ buildJob: { ephemeralStorage: p } }),
  repository: (p) => ({ buildJob: { image: { repository: `quay.io/${p}:v1` } } }),
  'an unknown key': (p) => ({ [p]: 'x' }),
};

const printed = (text: string): string => {
  const { problems, warnings, notes } = readValues(text);
  return problems + warnings + notes;
};

test.each(Object.keys(SLIPS))('a password is not shown: %s', (name) => {
  const leaked = Array.from({ length: 40 }, password).filter((p) => printed(SLIPS[name](p)).includes(p));
  expect(leaked).toEqual([]);
  expect(printed(SLIPS[name](password()))).not.toBe('');
});

const named = (change: object, registryPassword: string): string =>
  stringify({
    customImage: {
      registryEndpoint: 'docker.io',
      registryUsername: 'bot',
      pushRepo: 'docker.io/team/nb',
      registryPassword,
      ...change,
    },
  });

test.each(Object.keys(ALSO))('a password that also stands elsewhere is not shown: %s', (name) => {
  const leaked = Array.from({ length: 10 }, password).filter((p) => printed(named(ALSO[name](p), p)).includes(p));
  expect(leaked).toEqual([]);
});

/** Words of our own sentences, as passwords and in other values. */
const OUR_WORDS = [
  'name',
  'user',
  'docker',
  'hub',
  'registry',
  'secret',
  'Docker',
  'YAML',
  'password',
  'a',
  '-',
  'the',
  'is',
];

test.each(OUR_WORDS)('the advice is there whatever the password is: %s', (word) => {
  const advice = (p: string) => printed(named({ pushSecretName: 'A_B', pushRepo: 'docker.io/team' }, p));
  expect(advice(word)).toBe(advice('q7Zk2pXw'));
});

test('a user name that is an address hides no advice', () => {
  const text =
    'customImage: { registryEndpoint: docker.io, registryUsername: user@corp.com, pushRepo: docker.io/team/nb }\n';
  expect(printed(text)).toContain('the user name has no password: add registryPasswordFrom');
});

test.each(['ca', 'insecure', 'ingress', 'secretStoreRef', 'keycloak', 'pushRepos'])(
  'a plain key is named: %s',
  (key) => {
    expect(printed(`customImage: { ${LOGIN}, ${key}: x }\n`)).toContain(`customImage.${key}\n`);
  },
);

test('what a terminal would obey is not printed', () => {
  const text = stringify({
    customImage: { registryEndpoint: 'docker.io', pushRepo: 'docker.io/team/nb', '\u001b[2Jx': 'y' },
  });
  expect(printed(text)).not.toContain('\u001b');
});
