import { ApiClient } from './support/api-client';
import {
  AWS,
  AZURE,
  type CloudRow,
  hostOf,
  IMPERSONATION,
  METADATA,
  PRINCIPAL,
  SECRET,
  subjectOf,
  valuesOf,
} from './support/cloud-rows';
import { Clients, failure, REFUSED } from './support/clients';
import { Clouds } from './support/clouds';
import { dockerConfig, type Installed, logOf, objectOf, passwords, type PushSecret } from './support/ecr';
import { LeakWatch, TokenSearch } from './support/leak-search';
import { forbidden, pushSecret, secretsOf, verdict } from './support/rights';

// From the values file to a push with the Secret, by `kubectl apply -f dist/`: the same tests for each cloud.

jest.setTimeout(120_000);

const ROWS = [AWS, IMPERSONATION, PRINCIPAL, METADATA, AZURE];

let clouds: Clouds;
/** A namespace that no refresher has to do with, with a Secret of the same name. */
let other: string;
/** Watches the first Jobs of all rows. */
let watch: LeakWatch;

beforeAll(async () => {
  watch = new LeakWatch();
  clouds = await Clouds.start();
  other = await clouds.namespace();
  await clouds.cluster.plane.api.post(secretsOf(other), pushSecret(other, SECRET));
});

afterAll(() => clouds?.stop());

async function secretOf(namespace: string): Promise<PushSecret> {
  const found = await clouds.cluster.secret(namespace, SECRET);
  if (found === undefined) throw new Error('there is no Secret');
  return found;
}

/** All tokens of the clouds, and the pods' own tokens. */
const searchFor = (rows: readonly CloudRow[]): TokenSearch =>
  new TokenSearch(
    rows.flatMap((row) => [...row.issued(clouds).map(({ token }) => token), ...row.received(clouds)]),
    rows.map(({ username }) => username),
  );

describe.each(ROWS)('$name', (row: CloudRow) => {
  let namespaces: string[];
  let refresher: Installed;
  let identity: string;

  beforeAll(async () => {
    namespaces = [await clouds.namespace(), await clouds.namespace()];
    refresher = await clouds.cluster.install(valuesOf(row, namespaces), 'cloud');
    identity = row.letIn(clouds, subjectOf(refresher));
  });

  test('the first Job leaves the Secret in both namespaces', async () => {
    const job = await clouds.cluster.completeFirstJob(refresher, watch.pods);
    watch.noteJob(job);
    for (const namespace of namespaces) await watch.noteObjects(clouds.cluster, namespace);

    expect(logOf(job)).toMatch(/: may push\n.*OK\. The token is fresh and may push\./);
    const issued = row.issued(clouds).at(-1);
    expect(issued?.identity).toBe(identity);
    for (const namespace of namespaces) {
      const { type, data, metadata } = await secretOf(namespace);
      expect({ type, keys: Object.keys(data) }).toEqual({
        type: 'kubernetes.io/dockerconfigjson',
        keys: ['.dockerconfigjson'],
      });
      expect(passwords(await secretOf(namespace), row.username)).toEqual({ [hostOf(row)]: issued?.token });
      const expires = Date.parse(metadata.annotations?.['push-secret/expires-at'] ?? '');
      expect(Math.abs(expires - (issued?.ends ?? 0))).toBeLessThan(20_000);
    }
    expect(watch.manifests.some((manifest) => searchFor([row]).isIn(manifest))).toBe(true);
  });

  test('a second kubectl apply changes neither the refreshed token nor any object', async () => {
    const { plane } = clouds.cluster;
    const names = refresher.objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    const live = () => plane.kubectl(['get', '-n', namespaces[0], '-o', 'json', ...names]);
    const [before, secret] = [await live(), await secretOf(namespaces[0])];

    const again = await clouds.cluster.apply(refresher);
    const difference = await plane.tryKubectl(['diff', '-f', refresher.folder]);

    expect(again).toMatchObject({ code: 0, stderr: '' });
    const lines = again.stdout.trim().split('\n');
    expect(lines).toEqual(refresher.objects.map(() => expect.stringMatching(/ unchanged$/) as string));
    expect(difference).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await live()).toBe(before);
    expect(await secretOf(namespaces[0])).toEqual(secret);
  });

  test('its service account may create and patch this one Secret, and kubectl lists no other right', async () => {
    const token = await clouds.cluster.plane.serviceAccountToken(namespaces[0], refresher.name);
    for (const namespace of namespaces) {
      const list = await clouds.cluster.plane.kubectl(['auth', 'can-i', '--list', '-n', namespace], { token });
      const columns = list.split('\n').map((line) => line.split(/\s{2,}/).map((column) => column.trim()));
      // the rights of every authenticated account: to ask who it is and what it may do, and to read the API's description
      const own = columns.filter(([what, urls]) => what && !/^selfsubject|^Resources/.test(what) && urls === '[]');
      expect(own).toEqual([['secrets', '[]', `[${SECRET}]`, '[create patch]']]);
    }
  });

  test('the API server refuses everything else', async () => {
    const { plane } = clouds.cluster;
    const [home] = namespaces;
    await plane.api.post(secretsOf(home), pushSecret(home, 'theirs'));
    const account = await plane.clientOf(home, refresher.name);
    const tried = forbidden({ home, other, secretName: SECRET, name: refresher.name });

    const answers: unknown[] = [];
    for (const [what, request] of tried) answers.push([what, verdict(await account.ask(...request))]);

    expect(answers).toEqual(tried.map(([what]) => [what, { status: 403, reason: 'Forbidden' }]));
  });

  test('the API server does not accept the token that the pod has for the cloud', async () => {
    const { plane } = clouds.cluster;
    const { volumes = [] } = objectOf(refresher, 'Job').spec.template!.spec;
    const audiences = volumes.flatMap(({ name, projected }) =>
      name === 'pod-token' ? projected!.sources.map((source) => source.serviceAccountToken?.audience) : [],
    );
    expect(audiences).toEqual(row.audience === undefined ? [] : [row.audience]);
    for (const audience of audiences) {
      const token = await plane.serviceAccountToken(namespaces[0], refresher.name, audience);
      const account = new ApiClient(plane.port, plane.tls.caFile, token);
      expect(verdict(await account.ask('GET', '/api'))).toEqual({ status: 401, reason: 'Unauthorized' });
    }
  });
});

test('tokens are only in memory and in the Secrets', () => {
  expect(watch.places(searchFor(ROWS))).toEqual([]);
  expect(watch.count('argument of a process')).toBeGreaterThan(0);
  expect(watch.count('argument or variable of a program that was started')).toBe(ROWS.length);
});

describe.each([IMPERSONATION, PRINCIPAL, METADATA, AZURE])('clients with the Secret of $name', (row: CloudRow) => {
  test('buildah and crane push, and docker finds the image, until the token expires, and again after the next run', async () => {
    const namespace = await clouds.namespace();
    const refresher = await clouds.cluster.install(valuesOf(row, [namespace]), 'clients');
    row.letIn(clouds, subjectOf(refresher));
    await clouds.cluster.completeFirstJob(refresher);
    const clients = await Clients.open(clouds.hosts);
    try {
      const target = `${row.pushRepo}:tensorflow-3f9a1c0`;
      const mounted = async (): Promise<ReturnType<Clients['mount']>> =>
        clients.mount(dockerConfig(await secretOf(namespace)));
      const secret = await mounted();

      // the push check leaves no upload behind
      expect(clouds.registries.get(hostOf(row))?.uploads(row.pushRepo.slice(hostOf(row).length + 1))).toEqual([]);
      expect(failure(await clients.buildah({ secret, target }))).toBeUndefined();
      expect(failure(await clients.crane({ secret, target: `${row.pushRepo}:crane` }))).toBeUndefined();
      expect(failure(await clients.docker({ secret, target }))).toBeUndefined();

      const { metadata } = await secretOf(namespace);
      clouds.setSkew(Date.parse(metadata.annotations?.['push-secret/expires-at'] ?? '') - Date.now() + 20_000);
      expect(failure(await clients.docker({ secret, target }))).toMatch(REFUSED);
      clouds.setSkew(0);
      await clouds.cluster.refresh(refresher);
      expect(await mounted()).not.toEqual(secret);
      expect(failure(await clients.docker({ secret: await mounted(), target }))).toBeUndefined();
    } finally {
      clouds.setSkew(0);
      clients.close();
    }
  });
});
