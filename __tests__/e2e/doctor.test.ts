import { diagnose, formatDiagnosis, type Kubectl, type Line, readingKubectl } from '../../cli/doctor';
import { DoctorCluster } from './support/doctor-cluster';
import { WRONG_STATES } from './support/doctor-states';
import { requireTools, tool } from './support/tools';

// The doctor in a real cluster: one in which all is right, then one thing after the other is broken, found by its code,
// and mended by the command that the doctor proposes.

jest.setTimeout(60_000);

let cluster: DoctorCluster;
let kubectl: Kubectl;
/** All that was ever said, for people and for programs. */
const said: string[] = [];

beforeAll(async () => {
  requireTools('helm');
  cluster = await DoctorCluster.start();
  process.env.KUBECONFIG = cluster.plane.kubeconfig;
  kubectl = readingKubectl({ program: tool('kubectl') });
}, 120_000);

afterAll(async () => {
  await cluster?.stop();
});

async function look(options: Partial<Parameters<typeof diagnose>[0]> = {}): Promise<Line[]> {
  const lines = await diagnose({ registries: cluster.registries, kubectl, dist: cluster.dist, ...options });
  said.push(JSON.stringify(lines), formatDiagnosis(lines));
  return lines;
}

const notRight = (lines: readonly Line[]): Line[] => lines.filter(({ level }) => level !== 'ok');
const wrong = (lines: readonly Line[]): Line[] => lines.filter(({ level }) => level === 'wrong');

test('where all is right there is no alarm', async () => {
  const lines = await look();

  expect(notRight(lines)).toEqual([]);
  expect(new Set(lines.map(({ registry }) => registry))).toEqual(
    new Set([undefined, 'ecr', 'dockerhub', 'quay', 'harbor']),
  );
});

describe.each(WRONG_STATES)('$title', (state) => {
  let found: Line[];

  test(`is found: ${state.codes.join(', ')}`, async () => {
    await state.break?.(cluster);

    found = wrong(await look(state.options?.(cluster)));

    expect(found.map(({ code }) => code).sort()).toEqual(state.codes);
    expect(formatDiagnosis(found)).toMatch(state.says ?? /./);
  });

  test('and all is right again once it is mended', async () => {
    if (state.mend === undefined) {
      for (const { command, message } of found) {
        if (command === undefined) throw new Error(`no command for: ${message}`);
        await cluster.shell(command);
      }
    } else {
      await state.mend(cluster);
    }
    if (state.play) await cluster.playRefresher();

    expect(notRight(await look())).toEqual([]);
  });
});
