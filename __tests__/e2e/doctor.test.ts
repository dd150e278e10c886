import { diagnose, formatDiagnosis, type Kubectl, type Line, readingKubectl } from '../../cli/doctor';
import { DoctorCluster } from './support/doctor-cluster';
import { requireTools, tool } from './support/tools';

jest.setTimeout(120_000);

let cluster: DoctorCluster;
let kubectl: Kubectl;
const printed: string[] = [];

beforeAll(async () => {
  requireTools('helm');
  cluster = await DoctorCluster.start();
  process.env.KUBECONFIG = cluster.plane.kubeconfig;
  kubectl = readingKubectl({ program: tool('kubectl') });
});

afterAll(async () => {
  await cluster?.stop();
});

async function look(options: Partial<Parameters<typeof diagnose>[0]> = {}): Promise<Line[]> {
  const lines = await diagnose({ registries: cluster.registries, kubectl, dist: cluster.dist, ...options });
  printed.push(JSON.stringify(lines), formatDiagnosis(lines));
  return lines;
}

test('all is right', async () => {
  const start = Date.now();
  const lines = await look();
  console.log(Date.now() - start, formatDiagnosis(lines));
  expect(lines.filter(({ level }) => level !== 'ok')).toEqual([]);
});
