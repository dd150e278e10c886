import { parse } from 'yaml';
import { SealingScope } from '../../../lib';
import { withSealedPassword } from '../../../values/yaml/edit';

const SEALED = {
  scope: SealingScope.STRICT,
  secretName: 'push',
  host: 'docker.io',
  username: '1234',
  encryptedData: { hub: 'AgA=', lab: 'AgB=' },
};

const BLOCK = `  registryPasswordFrom:
    sealed:
      scope: strict
      secretName: push
      host: docker.io
      username: "1234"
      encryptedData:
        hub: AgA=
        lab: AgB=
`;

const FLOW = `"registryPasswordFrom": ${JSON.stringify({ sealed: SEALED })}`;

test.each<[string, string, string]>([
  [
    'instead of env in a mapping on one line, whose comment moves above',
    `# Docker Hub
customImage:
  registryEndpoint:   docker.io   # aligned


  # of the robot
  registryPasswordFrom: { env: DOCKERHUB_TOKEN }   # set in CI
  # a prefix would do as well
  pushRepo: "docker.io/team/notebooks"
`,
    `# Docker Hub
customImage:
  registryEndpoint:   docker.io   # aligned


  # of the robot
  # set in CI
${BLOCK}  # a prefix would do as well
  pushRepo: "docker.io/team/notebooks"
`,
  ],
  [
    'instead of an inline password, which is removed with the part that looks like a comment',
    `customImage:
  registryPassword: |
    # marker
    more of it

  pushRepo: x
targetNamespace:
- hub
`,
    `customImage:
${BLOCK}
  pushRepo: x
targetNamespace:
- hub
`,
  ],
  [
    'instead of a pasted key file',
    `customImage:
  registryPassword: {
    "type": "service_account"
  }
  pushRepo: x # last`,
    `customImage:
${BLOCK}  pushRepo: x # last
`,
  ],
  [
    'instead of an older sealed password',
    `customImage:
  registryPasswordFrom:
    # never by hand
    sealed:
      scope: cluster-wide # was
      encryptedData:
        old: AgC=
  # of pushRepo

  pushRepo: x
`,
    `customImage:
  # never by hand
  # was
${BLOCK}  # of pushRepo

  pushRepo: x
`,
  ],
  [
    'instead of both sources',
    `customImage:
  registryPassword: marker
  pushRepo: x
  registryPasswordFrom:
    env: X
`,
    `customImage:
  pushRepo: x
${BLOCK}`,
  ],
  [
    'below the user name if there is no source yet',
    `customImage:
  registryUsername: "1234" # of the robot
  pushRepo: x
`,
    `customImage:
  registryUsername: "1234" # of the robot
${BLOCK}  pushRepo: x
`,
  ],
  [
    'in a flow mapping',
    `# top
customImage: { registryUsername: "1234", registryPassword: marker, pushRepo: x } # end
`,
    `# top
customImage: { registryUsername: "1234", ${FLOW}, pushRepo: x } # end
`,
  ],
  [
    'in a flow mapping of several lines, with comments and Windows line endings',
    `customImage: { registryEndpoint: docker.io, # c1\r
  # ask Ann for a new one\r
  registryPassword: "marker # more", # c2\r
  registryUsername:   "1234", # c3\r
  pushRepo: x } # end\r
`,
    `customImage: { registryEndpoint: docker.io, # c1\r
  # ask Ann for a new one\r
  ${FLOW}, # c2\r
  registryUsername:   "1234", # c3\r
  pushRepo: x } # end\r
`,
  ],
  [
    'in JSON, which stays JSON',
    '{"customImage": {"registryUsername": "1234", "pushRepo": "x"}}',
    `{"customImage": {"registryUsername": "1234", ${FLOW}, "pushRepo": "x"}}`,
  ],
])('%s', (_, before, after) => {
  expect(withSealedPassword(before, SEALED)).toBe(after);
  // Sealing again changes only the ciphertexts.
  expect(withSealedPassword(after, SEALED)).toBe(after);
});

test('Windows line endings and a byte order mark stay', () => {
  const before = '\ufeffcustomImage:\r\n  registryUsername: x\r\n  pushRepo: y\r\n';
  const after = withSealedPassword(before, SEALED);
  expect(after.startsWith('\ufeffcustomImage:\r\n  registryUsername: x\r\n  registryPasswordFrom:\r\n')).toBe(true);
  expect(after.replaceAll('\r\n', '')).not.toContain('\n');
});

test('the indentation of the file is kept', () => {
  const after = withSealedPassword('customImage:\n      registryPasswordFrom: {env: X}\n      pushRepo: y\n', SEALED);
  expect(after).toContain('\n      registryPasswordFrom:\n        sealed:\n');
  expect(parse(after)).toEqual({ customImage: { registryPasswordFrom: { sealed: SEALED }, pushRepo: 'y' } });
});

test.each([
  ['an anchor that is used elsewhere', 'customImage:\n  registryPasswordFrom: &from\n    env: X\nother: *from\n'],
  ['an alias', 'other: &other\n  registryPasswordFrom: {env: X}\ncustomImage: *other\n'],
  ['a comment inside braces', 'customImage: { registryPasswordFrom: { # who?\n  env: X }, pushRepo: x }\n'],
  ['two sources in braces', 'customImage: { registryPassword: x, registryPasswordFrom: { env: X } }\n'],
])('%s: an error that does not quote the file', (_, before) => {
  expect(() => withSealedPassword(before, SEALED)).toThrow(
    /^the form of customImage cannot be edited automatically: write it as a plain block mapping, with one key per line$/,
  );
});
