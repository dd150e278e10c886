import { diagnose, formatDiagnosis, type Kubectl, readingKubectl } from '../../../../cli/doctor';
import { EXPIRES_AT } from '../../../../cli/doctor/check-secret';
import { terminalPicture } from '../../../../scripts/picture';
import { waitFor } from '../process';
import { tool } from '../tools';
import type { DoctorCluster } from './cluster';
import { change } from './state';
import { failedRun } from './states-runs';

// What doctor finds one night, on a real API server. Only the times are not real: everything before that night happened
// at one time, and everything in it at another, so that the picture is always the same.

const BEFORE = '2026-03-01T22:17:00Z';
const EXPIRES = '2026-03-02T10:17:00Z';
const THAT_NIGHT = '2026-03-02T06:17:40Z';
const NOW = new Date('2026-03-02T11:02:00Z');

const FAILURE =
  'FAILED: AWS gave no token for 123456789012.dkr.ecr.eu-west-1.amazonaws.com: An error occurred (AccessDeniedException) ' +
  'when calling the GetAuthorizationToken operation. To do: give the identity the IAM policy in dist/aws';

/** A token that could not be refreshed, a Role that somebody changed, and a push Secret that was deleted. */
export async function doctorPicture(cluster: DoctorCluster): Promise<string> {
  const night = Math.floor(Date.now() / 1000) + 1;
  // Kubernetes counts in whole seconds
  await waitFor('the next second', () => Date.now() >= night * 1000);
  await failedRun(cluster, 'ecr-token-29540537', FAILURE);
  await cluster.kubectl('annotate', '--overwrite', 'secret/aws-registry', `${EXPIRES_AT}=${EXPIRES}`);
  await change('Role', { rules: [] })(cluster);
  await cluster.kubectl('delete', 'secret/dockerhub-push-secret');

  const lines = await diagnose({
    registries: cluster.registries.filter(({ name }) => name === 'ecr' || name === 'dockerhub'),
    kubectl: withClock(readingKubectl({ program: tool('kubectl') }), night),
    now: NOW,
  });
  // the name of the first Job depends on the script
  const text = formatDiagnosis(lines, true).replace(/ecr-token-[0-9a-f]{8,10}(?= )/g, (name) =>
    name === 'ecr-token-29540537' ? name : 'ecr-token-6b1f0c2e',
  );
  return terminalPicture(`$ npx primehub-image-registries doctor\n${text}`);
}

/** The output of kubectl, with the times of this run moved to that night. */
function withClock(kubectl: Kubectl, night: number): Kubectl {
  const isOfThisRun = (time: number) => Math.abs(time / 1000 - night) < 3600;
  return async (args) => {
    const { stdout, ...result } = await kubectl(args);
    const moved = stdout.replace(/\b20\d\d-\d\d-\d\dT[\d:]+Z/g, (text) => {
      const time = Date.parse(text);
      if (!isOfThisRun(time)) return text;
      return time / 1000 < night ? BEFORE : THAT_NIGHT;
    });
    return { ...result, stdout: moved };
  };
}
