import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../support/run-app';
import { DoctorCluster } from './support/doctor/cluster';
import { doctorPicture } from './support/doctor/picture';
import { requireTools } from './support/tools';

// The picture in the README shows doctor's output, from a real API server. If the output has changed, run
// GENERATE_PICTURE=1 npm run test:e2e -- doctor-picture

const FILE = join(REPOSITORY, 'docs/doctor.svg');

test("docs/doctor.svg shows doctor's output", async () => {
  requireTools('helm');
  const cluster = await DoctorCluster.start();
  try {
    process.env.KUBECONFIG = cluster.plane.kubeconfig;
    const picture = await doctorPicture(cluster);
    if (process.env.GENERATE_PICTURE !== undefined) writeFileSync(FILE, picture);
    expect(picture).toBe(readFileSync(FILE, 'utf8'));
  } finally {
    await cluster.stop();
  }
}, 180_000);
