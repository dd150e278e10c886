import * as fs from 'fs';
import * as path from 'path';
import { temporaryFolder } from '../../support/run-app';
import { dockerHub, readValues } from '../support/values-folder';

// Values that people really wrote, found in public bug reports and values files, and what each registry's docs say.

/** A values file with a login. */
function file(pushRepo: string, change: Record<string, string | undefined> = {}): string {
  const host = pushRepo.split('/', 1)[0];
  return dockerHub({ registryEndpoint: `https://${host}`, pushRepo: `'${pushRepo}'`, ...change });
}

/** The problems, or the warnings, each as `<key> <code>: <message>`. */
function found(text: string, which: 'problems' | 'warnings' | 'notes' = 'problems'): string[] {
  const { findings } = readValues(text);
  return findings[which]
    .filter(({ code }) => code !== 'committed')
    .map(({ key, code, message }) => `${key?.replace('customImage.', '')} ${code}: ${message}`);
}

const problem = (text: string): string => found(text).join('\n');

describe("Google's domain-scoped projects", () => {
  test.each([
    [
      'europe-west1-docker.pkg.dev/example.com:ml-team/notebooks/custom/gpu',
      'europe-west1-docker.pkg.dev/example.com/ml-team/notebooks/custom/gpu',
    ],
    ['gcr.io/example.com:ml-team/notebooks', 'gcr.io/example.com/ml-team/notebooks'],
    ['https://gcr.io/example.com:ml-team/notebooks:latest', 'gcr.io/example.com/ml-team/notebooks'],
  ])('%s: the correction is valid and complete', (pushRepo, right) => {
    const registryEndpoint = `https://${right.split('/', 1)[0]}`;
    expect(
      problem(file(pushRepo, { registryEndpoint, registryUsername: undefined, registryPassword: undefined })),
    ).toMatch(new RegExp(`^pushRepo malformed: .*; \`${right.replaceAll('.', '\\.')}\` would be right$`));
    expect(problem(file(right, { registryUsername: undefined, registryPassword: undefined }))).toBe('');
  });

  test('a project without a path is a valid prefix, and its ":" is corrected', () => {
    const prefix = (pushRepoPrefix: string) =>
      problem(
        file('gcr.io', {
          pushRepo: undefined,
          pushRepoPrefix,
          registryUsername: undefined,
          registryPassword: undefined,
        }),
      );
    expect(prefix('gcr.io/example.com:ml-team')).toMatch(/; `gcr\.io\/example\.com\/ml-team` would be right$/);
    expect(prefix('gcr.io')).toBe('pushRepoPrefix malformed: on gcr.io a prefix needs at least `gcr.io/<project>`');
    expect(prefix('gcr.io/example.com')).toContain('`gcr.io/example.com/<project>`');
  });
});

describe('hosts', () => {
  test.each([
    ['127.0.0.1:5000', "means the builder's own pod"],
    ['127.1.2.3', "means the builder's own pod"],
    ['localhost:5000', "means the builder's own pod"],
    ['registry.localhost:5000', "means the builder's own pod"],
    ['0.0.0.0:5000', "means the builder's own pod"],
    ['169.254.1.1:5000', "means the builder's own pod"],
    ['[::1]:5000', "means the builder's own pod"],
    ['[fe80:0:0:0:0:0:0:1]:5000', "means the builder's own pod"],
    ['github.com', 'use `ghcr.io`'],
    ['gitlab.com', 'use `registry.gitlab.com`'],
    ['docker.pkg.github.com', 'use `ghcr.io`'],
    ['npm.pkg.github.com', 'use `ghcr.io`'],
    ['europe-west1.pkg.dev', 'use `<location>-docker.pkg.dev`'],
    ['us-python.pkg.dev', 'use `<location>-docker.pkg.dev`'],
    ['eu-west-1.console.aws.amazon.com', 'use `<account>.dkr.ecr.<region>.amazonaws.com`'],
    ['container-registry.oracle.com', 'use `<region>.ocir.io`'],
    ['azurecr.io', 'use `<registry>.azurecr.io`'],
    ['docker.io:443', 'Docker Hub has none: `docker.io`'],
    ['gcr.io:443', 'Google has none: `gcr.io`'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com:443', '`123456789012.dkr.ecr.eu-west-1.amazonaws.com`'],
  ])('%s is refused', (host, right) => {
    expect(problem(file(`${host}/team/notebooks`))).toContain(right);
  });

  test.each([
    '10.0.0.7:5000',
    'registry.kube-system.svc:5000',
    'harbor.example.com:443',
    'git.example.com',
    '[2001:db8:0:0:0:0:0.1.0.1]:5000',
  ])('%s is accepted', (host) => {
    expect(problem(file(`${host}/team/notebooks`))).toBe('');
  });
});

describe('the address of a page on a host that stores no images', () => {
  test.each([
    ['https://github.com/orgs/team/packages/container/package/nb', 'use `ghcr.io`'],
    ['https://gitlab.com/team/nb/container_registry', 'use `registry.gitlab.com`'],
    ['https://app.docker.com/accounts/team', 'use `docker.io`'],
    ['https://console.cloud.google.com/artifacts/docker/example-project/us/nb', 'use `<location>-docker.pkg.dev`'],
  ])('%s: no correction that leads to the same host', (page, right) => {
    for (const changes of [{ pushRepo: page }, { registryEndpoint: page }]) {
      const found = problem(file('registry.example.com/team/nb', changes));
      expect(found).not.toContain('would be right');
      if ('pushRepo' in changes) expect(found).toContain(right);
    }
  });
});

test.each([
  ['pushRepo', 'https://quay.io/repository/team/nb?tab=tags', 'quay.io/team/nb'],
  ['pushRepo', 'quay.io/repository/team/nb', 'quay.io/team/nb'],
  ['pushRepoPrefix', 'https://quay.io/organization/team', 'quay.io/team'],
  ['pushRepoPrefix', 'https://quay.io/user/team?tab=robots', 'quay.io/team'],
  ['pushRepoPrefix', 'https://hub.docker.com/u/team', 'docker.io/team'],
  ['pushRepoPrefix', 'https://hub.docker.com/repositories/team', 'docker.io/team'],
  ['pushRepoPrefix', 'https://hub.docker.com/orgs/team/repositories', 'docker.io/team'],
])('%s: %s is a web page', (key, page, right) => {
  const registryEndpoint = right.split('/', 1)[0];
  const values = { registryEndpoint, pushRepo: undefined };
  expect(problem(file(right, { ...values, [key]: `'${page}'` }))).toContain(`; \`${right}\` would be right`);
  expect(problem(file(right, { ...values, [key]: right }))).toBe('');
});

describe('a file without a login', () => {
  const notes = (pushRepo: string, change: Record<string, string | undefined> = {}) =>
    found(file(pushRepo, { registryUsername: undefined, registryPassword: undefined, ...change }), 'notes');

  test.each([
    ['quay.io/team/nb', 'add registryUsername and registryPasswordFrom'],
    ['team.azurecr.io/nb', 'add the azure block, or registryUsername and registryPasswordFrom'],
    ['210987654321.dkr.ecr.eu-west-1.amazonaws.com/nb', 'add the aws block. If'],
  ])('%s: a note says that nothing here makes the push Secret', (pushRepo, what) => {
    expect(notes(pushRepo)).toEqual([expect.stringMatching(/^pushSecretName to-do: there is no login here/)]);
    expect(notes(pushRepo)[0]).toContain(what);
  });

  test('the name of a Secret that exists, a user name alone and a misspelt password are told otherwise', () => {
    expect(notes('quay.io/team/nb', { pushSecretName: 'image-push' })).toEqual([]);
    expect(notes('quay.io/team/nb', { registryUsername: 'bot' })).toEqual([]);
    expect(notes('quay.io/team/nb', { registryPasword: 'secret' })).toEqual([]);
  });
});

describe('paths with one component too few', () => {
  test.each([
    ['ghcr.io/notebooks', '`ghcr.io/<owner>/<image>`'],
    ['quay.io/notebooks', '`quay.io/<namespace>/<image>`'],
    ['registry.gitlab.com/notebooks', '`registry.gitlab.com/<group>/<project>`'],
    ['public.ecr.aws/notebooks', '`public.ecr.aws/<alias>/<repository>`'],
    ['cr.yandex/notebooks', '`cr.yandex/<registry>/<image>`'],
    ['us.icr.io/notebooks', '`us.icr.io/<namespace>/<image>`'],
    ['private.us.icr.io/notebooks', '`private.us.icr.io/<namespace>/<image>`'],
    ['fra.ocir.io/notebooks', '`fra.ocir.io/<tenancy namespace>/<image>`'],
    [
      'ocir.eu-milan-1.oci.oraclecloud.com/notebooks',
      '`ocir.eu-milan-1.oci.oraclecloud.com/<tenancy namespace>/<image>`',
    ],
    ['registry.cn-beijing.aliyuncs.com/notebooks', '`registry.cn-beijing.aliyuncs.com/<namespace>/<image>`'],
    ['rg.fr-par.scw.cloud/notebooks', '`rg.fr-par.scw.cloud/<namespace>/<image>`'],
    ['swr.cn-north-4.myhuaweicloud.com/notebooks', '`swr.cn-north-4.myhuaweicloud.com/<organization>/<image>`'],
  ])('%s is a warning', (pushRepo, right) => {
    const warnings = found(file(pushRepo), 'warnings');
    expect(warnings).toEqual([expect.stringMatching(/^pushRepo doubtful: on /)]);
    expect(warnings[0]).toContain(right);
    expect(problem(file(pushRepo))).toBe('');
  });

  test('a prefix is one component shorter, except on GitLab, where images belong to a project', () => {
    const prefix = (pushRepoPrefix: string) =>
      found(file(pushRepoPrefix, { pushRepo: undefined, pushRepoPrefix }), 'warnings').length;
    expect(
      ['ghcr.io/team', 'ghcr.io', 'registry.gitlab.com/group', 'registry.gitlab.com/group/project'].map(prefix),
    ).toEqual([0, 1, 1, 0]);
  });
});

describe('logins that expire', () => {
  test.each([
    ['gcr.io/example-project/nb', 'oauth2accesstoken', 'an hour at most', '`google` block'],
    ['eu-docker.pkg.dev/example-project/a/b', 'oauth2accesstoken', 'an hour at most', '`google` block'],
    ['docker.us-west1.rep.pkg.dev/example-project/a/b', 'oauth2accesstoken', 'an hour at most', '`google` block'],
    ['team.azurecr.io/nb', '00000000-0000-0000-0000-000000000000', 'three hours', '`azure` block'],
    ['public.ecr.aws/team/nb', 'AWS', '12 hours', 'ECRAuthorizationToken'],
    ['vpce-1a.dkr.ecr.eu-west-1.vpce.amazonaws.com/nb', 'AWS', '12 hours', '`aws` block'],
    ['cr.yandex/registry/nb', 'iam', '12 hours', 'json_key'],
    ['registry.example.com/team/nb', 'gitlab-ci-token', 'its CI job', 'deploy token'],
    ['icr.io/team/nb', 'iambearer', 'an hour', 'iamapikey'],
    ['registry-intl.cn-hangzhou.aliyuncs.com/team/nb', 'cr_temp_user', 'an hour', 'permanent password'],
    ['fra.ocir.io/team/nb', 'BEARER_TOKEN', 'an hour', 'auth token'],
  ])('%s as %s', (pushRepo, registryUsername, life, instead) => {
    const warnings = found(file(pushRepo, { registryUsername }), 'warnings');
    expect(warnings).toEqual([expect.stringMatching(/^registryUsername doubtful: /)]);
    expect(warnings[0]).toContain(life);
    expect(warnings[0]).toContain(instead);
    const inStore = { registryPassword: undefined, registryPasswordFrom: '{ externalSecret: { store: a, key: b } }' };
    expect(found(file(pushRepo, { registryUsername, ...inStore }), 'warnings')).toEqual([]);
  });

  test.each([
    ['ghcr.io/team/nb', `github_pat_${'x1'.repeat(30)}`, 'classic'],
    ['ghcr.io/team/nb', `ghs_${'x1'.repeat(30)}`, 'classic'],
    ['registry.apps.example.com/team/nb', `sha256~${'x1'.repeat(30)}`, '24 hours'],
    ['registry.gitlab.com/team/nb', `glcbt-${'x1'.repeat(20)}`, 'deploy token'],
  ])('%s with a token that can be recognized by its prefix', (pushRepo, password, why) => {
    const warnings = found(file(pushRepo, { registryPassword: password }), 'warnings');
    expect(warnings).toEqual([expect.stringMatching(/^registryPassword doubtful: /)]);
    expect(warnings[0]).toContain(why);
    expect(warnings[0]).not.toContain('x1x1');
  });
});

describe('key files', () => {
  const KEY = JSON.stringify({ id: '1', private_key: 'PLEASE DO NOT REMOVE\n-----BEGIN\n' }, null, 2);

  test('of any cloud, with several lines, are put on one line', () => {
    process.env.YANDEX_KEY = `${KEY}\n`;
    const { problems, warnings, registries } = readValues(
      file('cr.yandex/registry/nb', {
        registryUsername: 'json_key',
        registryPassword: undefined,
        registryPasswordFrom: '{ env: YANDEX_KEY }',
      }),
    );
    delete process.env.YANDEX_KEY;
    expect({ problems, warnings }).toEqual({ problems: '', warnings: '' });
    const { pushSecret } = registries[0];
    if (pushSecret.from !== 'login') throw new Error(pushSecret.from);
    const part = pushSecret.login._part as { login: { password: string } };
    expect(part.login.password).not.toMatch(/[\n\t]/);
    expect(JSON.parse(part.login.password)).toEqual(JSON.parse(KEY));
  });

  test('pasted unchanged, without quotes, are accepted', () => {
    const change = { registryUsername: 'json_key', registryPassword: JSON.stringify(JSON.parse(KEY)) };
    expect(problem(file('cr.yandex/registry/nb', change))).toBe('');
  });

  test('of Google in base64 need another user name', () => {
    const registryPassword = Buffer.from(KEY).toString('base64');
    const change = { registryUsername: '_json_key', registryPassword };
    expect(problem(file('gcr.io/example-project/nb', change))).toContain('fits the user name _json_key_base64');
  });
});

describe('password files', () => {
  const from = (name: string) => dockerHub({ registryPassword: undefined, registryPasswordFrom: `{ file: ${name} }` });

  test('at an absolute path, where CI mounts them', () => {
    const secret = path.join(temporaryFolder(), 'token');
    fs.writeFileSync(secret, 'secret\n');
    const { problems, registries } = readValues(from(secret));
    expect(problems).toBe('');
    expect(registries[0].pushSecret.from).toBe('login');
  });

  test('one that does not exist is reported as missing, with its path', () => {
    const { problems, registries } = readValues(from('/tmp/no-such-token'));
    expect(problems).toBe('');
    expect(registries[0].pushSecret).toEqual({ from: 'missing-password', origin: 'the file /tmp/no-such-token' });
  });

  test('a password that looks like a path is not shown', () => {
    expect(problem(from('/aB3dE5fG7hJ9/kL1mN3pQ5rS7=='))).toMatch(
      /^registryPasswordFrom\.file unavailable: this file does not exist/,
    );
  });
});

describe('Amazon', () => {
  const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const ecr = (aws: string, more: Record<string, string | undefined> = {}, host = HOST) =>
    `aws: ${aws}\n${file(`${host}/team/notebooks`, { registryUsername: undefined, registryPassword: undefined, ...more })}`;
  const RIGHT = '{ account: "123456789012", region: eu-west-1 }';

  test('a user name next to the block must be removed', () => {
    expect(problem(ecr(RIGHT, { registryUsername: 'AWS' }))).toBe(
      'registryUsername conflict: the aws block has its own login: remove the user name',
    );
  });

  test('ECR Public is not Amazon ECR', () => {
    expect(problem(ecr(RIGHT, {}, 'public.ecr.aws'))).toMatch(
      /^aws mismatch: ECR Public is not the same service .* 12 hours/,
    );
  });

  test('an empty account is reported as empty', () => {
    expect(problem(ecr('{ account: "", region: eu-west-1 }'))).toContain(
      'aws.account wrong-type: empty: expected a value',
    );
  });

  test('an unknown region is a warning, as AWS may have it by now', () => {
    const host = HOST.replace('eu-west-1', 'us-west-9');
    const text = ecr('{ account: "123456789012", region: us-west-9 }', {}, host);
    expect(problem(text)).toBe('');
    expect(found(text, 'warnings')).toEqual([
      expect.stringMatching(/^aws\.region doubtful: .*known ones are us-west-1, us-west-2/),
    ]);
    expect(found(ecr(RIGHT), 'warnings')).toEqual([]);
  });
});

test('for namespaces in one text, a list is proposed', () => {
  expect(problem(`targetNamespace: hub,hub-jobs\n${dockerHub()}`)).toMatch(
    /; write several namespaces as a list: `\[hub, hub-jobs\]`$/,
  );
});
