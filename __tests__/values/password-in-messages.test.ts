import { stringify } from 'yaml';
import { Random } from '../support/random';
import { readValues } from './support/values-folder';

// No message shows a password that was written in a wrong way, or that other values contain too. And the advice in a
// message does not depend on the password.

const random = new Random(30);
const LETTERS = [...'abcdefghijkmnpqrstuvwxyz'];
const CHARACTERS = [...LETTERS, ...'ABCDEFGHJKLMNPQRSTUVWXYZ23456789!$%*+.-_/='];

/** A password from a generator, which no sentence contains. */
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
  'a separate key': (p) => `customImage: { ${LOGIN}, "${p}": x }\n`,
  'a key at the top level': (p) => `"${p}": x\ncustomImage: { ${LOGIN} }\n`,
  'a list': (p) => `customImage: { ${LOGIN}, registryPassword: ["${p}"] }\n`,
  'a mapping': (p) => `customImage: { ${LOGIN}, registryPassword: { "${p}": x } }\n`,
  'another key': (p) => `customImage: { ${LOGIN}, registryPasswort: "${p}" }\n`,
  'the name of a variable': (p) => `customImage: { ${LOGIN}, registryPasswordFrom: { env: "${p}" } }\n`,
  'the name of the Secret': (p) => `customImage: { ${LOGIN}, pushSecretName: "${p}" }\n`,
  'the tag of an image': (p) =>
    `customImage: { ${LOGIN}, registryPassword: "${p}", buildJob: { image: { tag: "${p}~" } } }\n`,
};
/** Other places that can contain a copy of the password. */
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

/** Words of our own sentences, used as passwords and in other values. */
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

test.each(OUR_WORDS)('the advice stays readable, whatever the password is: %s', (word) => {
  const advice = (p: string) => printed(named({ pushSecretName: 'A_B', pushRepo: 'docker.io/team' }, p));
  // A password that is a placeholder gets one more warning.
  expect(advice(word)).toContain(advice('q7Zk2pXw'));
});

test('a user name that is an e-mail address hides no advice', () => {
  const text =
    'customImage: { registryEndpoint: docker.io, registryUsername: user@corp.com, pushRepo: docker.io/team/nb }\n';
  expect(printed(text)).toContain('the user name has no password: add registryPasswordFrom');
});

test.each(['ca', 'insecure', 'ingress', 'secretStoreRef', 'keycloak', 'pushRepos'])(
  'a harmless unknown key is shown: %s',
  (key) => {
    expect(printed(`customImage: { ${LOGIN}, ${key}: x }\n`)).toContain(`customImage.${key}\n`);
  },
);

test('characters that a terminal would execute are escaped', () => {
  const text = stringify({
    customImage: { registryEndpoint: 'docker.io', pushRepo: 'docker.io/team/nb', '\u001b[2Jx': 'y' },
  });
  expect(printed(text)).not.toContain('\u001b');
});
