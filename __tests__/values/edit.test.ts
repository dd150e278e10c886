import { parse } from 'yaml';
import { SealingScope } from '../../lib';
import { withSealedPassword } from '../../values/edit';

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

test.each<[string, string, string]>([
  [
    'in place of env, in a mapping on one line; its comment moves above',
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
    'in place of an inline password, which is gone, and so is what looks like a comment in it',
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
    'in place of a pasted key file',
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
    'in place of an older one',
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
    'in place of both sources',
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
    'below the user name where there is no source yet',
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
    'where everything is in one flow mapping',
    `# top
customImage: { registryUsername: "1234", registryPassword: marker, pushRepo: x } # end
`,
    `# top
customImage: { registryUsername: "1234", pushRepo: x, registryPasswordFrom: { sealed: { scope: strict, secretName: push, host: docker.io, username: "1234", encryptedData: { hub: AgA=, lab: AgB= } } } } # end
`,
  ],
])('%s', (_, before, after) => {
  expect(withSealedPassword(before, SEALED)).toBe(after);
  // Sealing again changes nothing but the ciphertexts.
  expect(withSealedPassword(after, SEALED)).toBe(after);
});

test('line ends of Windows and a byte order mark stay', () => {
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

test('what cannot be edited is an error that quotes nothing of the file', () => {
  const before = `customImage:
  registryPasswordFrom: &from
    env: X
other: *from
`;
  expect(() => withSealedPassword(before, SEALED)).toThrow(
    'customImage is written in a form that cannot be edited here: write it as a plain block mapping',
  );
});
