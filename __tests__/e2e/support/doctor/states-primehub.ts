import { deployment, type DoctorCluster } from './cluster';
import { type WrongState } from './state';

// PrimeHub, and the Helm release that it comes from.

const setPrimeHub =
  (...values: string[]) =>
  (cluster: DoctorCluster) =>
    cluster.shell(
      `helm --namespace hub upgrade --reuse-values primehub infuseai/primehub ${values.map((one) => `--set ${one}`).join(' ')}`,
    );
const restorePrimeHub = (cluster: DoctorCluster): Promise<string> =>
  cluster.shell('helm --namespace hub upgrade --reuse-values -f dist/helm/ecr.values.yaml primehub infuseai/primehub');

export const PRIMEHUB: readonly WrongState[] = [
  {
    title: 'PrimeHub with another repository',
    codes: ['primehub-settings'],
    break: setPrimeHub('customImage.pushRepo=x/y'),
    says: /customImage\.pushRepo/,
  },
  {
    title: 'PrimeHub with a registry that has no values file',
    codes: ['primehub-settings'],
    break: setPrimeHub('customImage.pushSecretName=theirs'),
    mend: restorePrimeHub,
    says: /any of ecr, dockerhub, quay, harbor/,
  },
  {
    title: 'a console that does not know the endpoint',
    codes: ['primehub-console'],
    break: (cluster) => cluster.apply(deployment('primehub-console')),
  },
  {
    title: 'a controller that uses its environment',
    codes: ['primehub-controller-override'],
    break: (cluster) => cluster.apply(deployment('primehub-controller', ['CUSTOMIMAGE_PUSHREPO', 'x/y'])),
  },
  {
    title: 'a password in the Helm release and the settings',
    codes: ['password-in-config', 'password-in-release'],
    break: (cluster) => setPrimeHub(`customImage.registryPassword=${cluster.secret()}`)(cluster),
    mend: async (cluster: DoctorCluster): Promise<void> => {
      await setPrimeHub('customImage.registryPassword=')(cluster);
      // this removes the revision with the password too: the next state creates it again
      await cluster.kubectl('delete', 'secret', '-l', 'owner=helm,status=superseded');
    },
  },
  {
    title: 'a password in an earlier revision',
    codes: ['password-in-history'],
    break: async (cluster: DoctorCluster): Promise<void> => {
      await setPrimeHub(`customImage.registryPassword=${cluster.secret()}`)(cluster);
      await setPrimeHub('customImage.registryPassword=')(cluster);
    },
  },
];
