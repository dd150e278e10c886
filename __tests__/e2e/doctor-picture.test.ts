import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../support/run-app';
import { DoctorCluster } from './support/doctor/cluster';
import { doctorPicture } from './support/doctor/picture';
import { requireTools } from './support/tools';

// The picture in the README is what doctor says, on a real API server. After a change of what it says:
// GENERATE_PICTURE=1 npm run test:e2e -- doctor-picture

const FILE = join(REPOSITORY, 'docs/doctor.svg');

test('docs/doctor.svg is what doctor says', async () => {
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
