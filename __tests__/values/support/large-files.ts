import { dockerHub } from './values-folder';

const SIZE = 127 * 1024;

/** Repeats a piece until the largest values file is full. */
function many(piece: (i: number) => string): string {
  let text = '';
  for (let i = 0; ; i++) {
    const next = piece(i);
    if (text.length + next.length > SIZE - 1024) return text;
    text += next;
  }
}

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const pod = (text: string) =>
  `aws: { account: "123456789012", region: eu-west-1, pod: { ${text} } }\ncustomImage: { registryEndpoint: ${HOST}, pushRepo: ${HOST}/notebooks }\n`;
const list = (piece: (i: number) => string) => `[${many((i) => `${piece(i)},`)}]`;

/** Values files of almost the largest size, each with very many repetitions of one thing. */
export const LARGE_FILES: Readonly<Record<string, string>> = {
  'a tag of digits': dockerHub({ pushRepo: `'x:1.${'1'.repeat(SIZE - 1024)}!'` }),
  'the same key, thousands of times': dockerHub() + many(() => '  a:\n'),
  'the same key of two letters, thousands of times': dockerHub() + many(() => 'aws:\n'),
  'unknown keys': dockerHub() + many((i) => `k${i}:\n`),
  'unknown keys of letters':
    dockerHub() + many((i) => `${i.toString(26).replace(/[0-9]/g, (c) => 'qrstuvwxyz'[Number(c)])}:\n`),
  'a long unknown key': `${dockerHub()}${'a'.repeat(1000)}: x\n${many((i) => `${'b'.repeat(900)}${i}: x\n`)}`,
  'numbers for namespaces': `targetNamespace: ${list(() => '1')}\n${dockerHub()}`,
  'numbers for registries': `aws: { account: "123456789012", region: eu-west-1, registries: ${list(() => '1')} }\n${dockerHub()}`,
  'wrong namespaces': `targetNamespace: ${list((i) => `A${i}`)}\n${dockerHub()}`,
  'the same namespace, thousands of times': `targetNamespace: ${list(() => 'a')}\n${dockerHub()}`,
  'valid namespaces': `targetNamespace: ${list((i) => `n${i}`)}\n${dockerHub()}`,
  'valid namespaces, and a password that was not sealed for any of them': `targetNamespace: ${list((i) => `n${i}`)}\n${dockerHub({ registryPassword: undefined, registryPasswordFrom: `{ sealed: { scope: strict, secretName: dockerhub-push-secret, host: docker.io, username: exampleteam, encryptedData: { hub: x } } }` })}`,
  'wrong ciphertexts': dockerHub({
    registryPassword: undefined,
    registryPasswordFrom: `{ sealed: { scope: strict, secretName: a, host: docker.io, username: a, encryptedData: { ${many((i) => `N${i}: x, `)} } } }`,
  }),
  'numbers for ciphertexts': dockerHub({
    registryPassword: undefined,
    registryPasswordFrom: `{ sealed: { scope: strict, secretName: a, host: docker.io, username: a, encryptedData: { ${many((i) => `n${i}: 1, `)} } } }`,
  }),
  'wrong variables': pod(`awsEnv: { ${many((i) => `A-${i}: x, `)} }`),
  'valid variables': pod(`awsEnv: { ${many((i) => `A${i}: x, `)} }`),
  'wrong annotations': pod(`annotations: { ${many((i) => `'a b${i}': x, `)} }`),
  'valid annotations': pod(`annotations: { ${many((i) => `a${i}: x, `)} }`),
  'wrong tolerations': pod(`tolerations: ${list(() => '{ operator: Is, x: 1 }')}`),
  'wrong pull Secrets': pod(`imagePullSecrets: ${list((i) => `A${i}`)}`),
  'a schedule of many parts': `aws: { account: "123456789012", region: eu-west-1, schedule: '${many(() => '1,')} * * * *' }\n${dockerHub()}`,
  'a schedule of many spaces': `aws: { account: "123456789012", region: eu-west-1, schedule: '1${many(() => ' ')}x' }\n${dockerHub()}`,
  aliases: `x: &a b\ny: ${list(() => '*a')}\n${dockerHub()}`,
  'aliases without an anchor': `y: ${list((i) => `*a${i}`)}\n${dockerHub()}`,
  anchors: `y: ${list((i) => `&a${i} b`)}\n${dockerHub()}`,
  'merge keys': `y: ${list(() => '{<<: 1}')}\n${dockerHub()}`,
  tags: `y: ${list(() => '!t x')}\n${dockerHub()}`,
  'brackets that are not closed': `y: ${'['.repeat(SIZE)}`,
  'quotes that are not closed': `${many(() => '"a": "b\n')}${dockerHub()}`,
  'lines of JSON': `y: '{\n${many(() => '{\n')}`,
  'empty lines': `${many(() => '\n')}${dockerHub()}`,
  comments: `${many(() => '# x\n')}${dockerHub()}`,
  documents: many(() => '---\n'),
  'a password of slashes': dockerHub({ registryPassword: `'${'\\'.repeat(SIZE - 1024)}'` }),
  'a password of braces': dockerHub({ registryPassword: `'${'{'.repeat(SIZE - 1024)}'` }),
  'a password of lines': dockerHub({ registryPassword: `"${many((i) => `line${i}\\n`)}"` }),
  'a password that is a mapping': dockerHub({ registryPassword: `{ ${many((i) => `line${i}: x, `)} }` }),
  placeholders: dockerHub({ pushRepo: `'${many(() => '<a> ')}'` }),
  'texts with a login': dockerHub({ pushRepo: `'${many(() => 'a@')}'` }),
  'user names of spaces': dockerHub({ registryUsername: `'x${' '.repeat(SIZE - 1024)}x'` }),
  ...Object.fromEntries(
    ['/', '.1', ':', '-', '@', 'sk-', 'eyJ-', '${', 'a/'].flatMap((piece) =>
      ['registryEndpoint', 'registryPassword', 'pushRepo'].map((key) => [
        `${key} of ${piece}`,
        dockerHub({ [key]: `'a${piece.repeat((SIZE - 1024) / piece.length)}!'` }),
      ]),
    ),
  ),
};
