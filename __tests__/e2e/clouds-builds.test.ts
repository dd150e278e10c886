import { AZURE, type CloudRow, IMPERSONATION, SECRET, subjectOf, valuesOf } from './support/cloud-rows';
import { Clients, failure, type MountedSecret, REFUSED } from './support/clients';
import { Clouds } from './support/clouds';
import { dockerConfig, type Installed, passwords } from './support/ecr';
import { type Outcome, sleep } from './support/process';

// What happens to a build while a token expires. The registries check when both tokens expire: the one in the push
// Secret, and the one that a client gets for it.

jest.setTimeout(300_000);

/** The shortest lifetime that clients assume for a registry's token. */
const LIFE = 60;
const BUILDERS = ['buildah', 'crane'] as const;
type Builder = (typeof BUILDERS)[number];

let clouds: Clouds;
let clients: Clients;

beforeAll(async () => {
  clouds = await Clouds.start();
  clouds.tokens.life = LIFE;
  clients = await Clients.open(clouds.hosts);
  clients.timeoutMs = 4 * LIFE * 1000;
});

afterAll(async () => {
  clients?.close();
  await clouds?.stop();
});

/** The bytes of the Secret, and the token in them. */
async function secretOf({ namespace }: Installed, { username }: CloudRow): Promise<{ config: Buffer; token: string }> {
  const secret = await clouds.cluster.secret(namespace, SECRET);
  return { config: dockerConfig(secret), token: Object.values(passwords(secret, username))[0] };
}

describe.each([IMPERSONATION, AZURE])('$name', (row: CloudRow) => {
  let refresher: Installed;
  /** Mounted before the refresh: one that the kubelet updates, and one that nobody updates. */
  const builds = new Map<Builder, { mounted: MountedSecret; copied: MountedSecret }>();

  beforeAll(async () => {
    refresher = await clouds.cluster.install(valuesOf(row, [await clouds.namespace()]), 'cloud');
    row.letIn(clouds, subjectOf(refresher));
    await clouds.cluster.completeFirstJob(refresher);
    const first = await secretOf(refresher, row);
    for (const builder of BUILDERS) {
      builds.set(builder, { mounted: clients.mount(first.config), copied: clients.mount(first.config) });
    }
    await clouds.cluster.refresh(refresher);
    const { config } = await secretOf(refresher, row);
    for (const { mounted } of builds.values()) clients.update(mounted, config);
    clouds.end(first.token);
  });

  test.each(BUILDERS)(
    '%s starts before a refresh and pushes after it, when the first token has expired',
    async (builder) => {
      const { mounted, copied } = builds.get(builder)!;
      const target = `${row.pushRepo}:${builder}`;

      expect(failure(await clients.push(builder, { secret: mounted, target }))).toBeUndefined();
      // a login that was read when the build began no longer works
      expect(failure(await clients.push(builder, { secret: copied, target: `${target}-copy` }))).toMatch(REFUSED);
    },
  );

  test("a push that outlasts the registry's token succeeds while the Secret's token is valid", async () => {
    const [lives, ends] = [await secretOf(refresher, row), await nextSecretOf(refresher, row)];
    expect(lives.token).not.toBe(ends.token);
    const pushes: Promise<Outcome>[] = [];
    for (const builder of BUILDERS) {
      pushes.push((await slowPush(row, builder, `${builder}-lives`, lives.config)).outcome);
      const end = (): void => clouds.end(ends.token);
      pushes.push((await slowPush(row, builder, `${builder}-ends`, ends.config, end)).outcome);
    }
    const outcomes = await Promise.all(pushes);

    const [buildah, buildahEnded, crane, craneEnded] = outcomes.map(failure);
    expect([buildah, crane]).toEqual([undefined, undefined]);
    expect([buildahEnded, craneEnded]).toEqual([expect.stringMatching(REFUSED), expect.stringMatching(REFUSED)]);
  });
});

async function nextSecretOf(refresher: Installed, row: CloudRow): ReturnType<typeof secretOf> {
  await clouds.cluster.refresh(refresher);
  return secretOf(refresher, row);
}

const slow = new Map<string, () => Promise<void>>();

/** A push whose upload lasts until the registry's token has expired. The upload has begun when this returns. */
async function slowPush(
  { pushRepo }: CloudRow,
  builder: Builder,
  image: string,
  config: Buffer,
  meanwhile: () => void = () => undefined,
): Promise<{ outcome: Promise<Outcome> }> {
  clouds.server.afterUpload = async (path) => {
    for (const [name, wait] of slow) if (path.includes(`/${name}/blobs/uploads/`)) await wait();
  };
  const uploading = new Promise<void>((resolve) => {
    let waited: Promise<void> | undefined;
    slow.set(image, () => {
      resolve();
      return (waited ??= sleep((LIFE + 2) * 1000).then(meanwhile));
    });
  });
  const outcome = clients.push(builder, { secret: clients.mount(config), target: `${pushRepo}/${image}:slow` });
  await Promise.race([uploading, outcome]);
  return { outcome };
}
