import type { ApiProxy } from './support/api-proxy';
import { CloudFaultTable } from './support/cloud-fault-table';
import { AZURE, IMPERSONATION } from './support/cloud-rows';
import { Clouds } from './support/clouds';
import { casesOf, expectRow } from './support/fault-expectations';
import type { FaultTable } from './support/fault-table';
import { otherHands, podFaults, refusals } from './support/frame-faults';
import { sleep } from './support/process';

// Faults of the cluster, with the refreshers of Google and Azure. `ecr-faults-cluster` and `ecr-faults-pods` try the
// same faults with AWS.

jest.setTimeout(600_000);

let clouds: Clouds;
let proxy: ApiProxy;
const tables = new Map<string, FaultTable>();
const frame = () => ({ cluster: clouds.cluster, proxy });

/** The cloud's answer to a step takes so long that the pod is killed first. */
const holding = (step: string) => () => {
  let asked = false;
  const undo = clouds.server.inject(step, async (answer) => {
    asked = true;
    await sleep(3_000);
    return answer;
  });
  return { asked: () => asked, undo };
};

const ROWS = [
  { row: IMPERSONATION, container: 'google', step: 'impersonation' },
  { row: AZURE, container: 'azure', step: 'exchange' },
].map(({ row, container, step }) => ({
  row,
  expected: [...refusals(frame), ...otherHands(frame), ...podFaults(frame, container, holding(step))],
}));

beforeAll(async () => {
  clouds = await Clouds.start();
  proxy = await clouds.cluster.plane.startProxy();
  clouds.cluster.kubelet.apiPort = proxy.port;
  const made = ROWS.map(({ row, expected }) => ({ name: row.name, expected, table: new CloudFaultTable(clouds, row) }));
  for (const { name, table } of made) tables.set(name, table);
  await Promise.all(
    made.map(async ({ table, expected }) => table.tryAll(casesOf(expected), [await table.installRow()])),
  );
});

afterAll(async () => {
  tables.forEach((table, name) => table.print(name));
  await clouds?.stop();
});

describe.each(ROWS)('$row.name', ({ row, expected }) => {
  test.each(expected)('%s', (name, outcome) => expectRow(tables.get(row.name)!, name, outcome));
});
