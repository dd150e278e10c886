import { EXPIRES_AT } from '../../../../cli/doctor/check-secret';
import { base64, type DoctorCluster } from './cluster';
import { HOUR, merge, type WrongState } from './state';

// The push Secrets.

const DOCKERHUB = 'https://index.docker.io/v1/';

const annotate = (value: string) => (cluster: DoctorCluster) =>
  cluster.kubectl('annotate', '--overwrite', 'secret/aws-registry', value);
/** The Docker Hub Secret with another docker config. */
const loginSecret = (config: object) => (cluster: DoctorCluster) =>
  merge(cluster, 'secret/dockerhub-push-secret', { data: { '.dockerconfigjson': base64(JSON.stringify(config)) } });

export const SECRETS: readonly WrongState[] = [
  {
    title: 'the push Secret of a refresher deleted',
    codes: ['secret-missing'],
    break: (cluster) => cluster.kubectl('delete', 'secret/aws-registry'),
    play: true,
  },
  {
    title: 'a plaintext push Secret that was never applied',
    codes: ['secret-missing'],
    break: (cluster) => cluster.kubectl('delete', 'secret/dockerhub-push-secret'),
  },
  {
    title: 'a push Secret of another type',
    codes: ['secret-type'],
    break: async (cluster: DoctorCluster): Promise<void> => {
      await cluster.kubectl('delete', 'secret/dockerhub-push-secret');
      await cluster.kubectl('create', 'secret', 'generic', 'dockerhub-push-secret', '--from-literal=password=x');
    },
  },
  {
    title: 'an immutable push Secret',
    codes: ['secret-immutable'],
    break: (cluster) => merge(cluster, 'secret/aws-registry', { immutable: true }),
    play: true,
  },
  {
    title: 'a push Secret without a docker config',
    codes: ['secret-broken'],
    break: loginSecret({ auths: 'none' }),
  },
  {
    title: "a push Secret for another of the registry's host names",
    codes: ['secret-no-host'],
    break: loginSecret({ auths: { 'docker.io': { auth: base64('u:p') } } }),
    says: /it has docker\.io/,
  },
  {
    title: 'a login without auth',
    codes: ['secret-auth'],
    break: loginSecret({ auths: { [DOCKERHUB]: { username: 'u', password: 'p' } } }),
  },
  {
    title: 'an auth that does not decode',
    codes: ['secret-auth'],
    break: loginSecret({ auths: { [DOCKERHUB]: { auth: 'u:p' } } }),
  },
  {
    title: 'a password with a line break at its end',
    codes: ['secret-auth'],
    break: loginSecret({ auths: { [DOCKERHUB]: { auth: base64('u:p\n') } } }),
  },
  {
    title: 'a token Secret that somebody else wrote',
    codes: ['secret-other-writer'],
    break: async (cluster: DoctorCluster): Promise<void> => {
      const auth = base64(`AWS:${cluster.secret()}`);
      const config = { auths: { '123456789012.dkr.ecr.eu-west-1.amazonaws.com': { auth } } };
      const data = { '.dockerconfigjson': base64(JSON.stringify(config)) };
      await merge(cluster, 'secret/aws-registry', { data });
    },
    play: true,
    says: /last written by kubectl-patch/,
  },
  {
    title: 'an expired token',
    codes: ['token-expired'],
    break: annotate(`${EXPIRES_AT}=2026-01-01T00:00:00Z`),
    play: true,
  },
  {
    title: 'a token that expires before the next run',
    codes: ['token-expires-soon'],
    break: (cluster) => annotate(`${EXPIRES_AT}=${new Date(Date.now() + HOUR).toISOString()}`)(cluster),
    play: true,
  },
  { title: 'a token without an expiry', codes: ['token-no-expiry'], break: annotate(`${EXPIRES_AT}-`), play: true },
];
