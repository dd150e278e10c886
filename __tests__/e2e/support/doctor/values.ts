import type { DoctorRegistry } from '../../../../cli/doctor';
import { plausibleCiphertext } from '../../../support/sealed';

/** A minute at which no test runs. A run of the CronJob during a test would be an extra Job. */
const NOT_NOW = (new Date().getUTCMinutes() + 30) % 60;

export const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

/** One registry for each origin of a push Secret. PrimeHub uses `ecr`. */
export const VALUES: Record<string, { from: DoctorRegistry['pushSecretFrom']; host: string; text: string }> = {
  ecr: {
    from: 'tokens',
    host: ECR,
    text: `
aws:
  account: '123456789012'
  region: eu-west-1
  schedule: ${NOT_NOW} */4 * * *
  alert: { labels: { release: prometheus } }
customImage:
  registryEndpoint: https://${ECR}
  pushRepo: ${ECR}/notebooks
  pushSecretName: aws-registry
`,
  },
  dockerhub: {
    from: 'login',
    host: 'docker.io',
    text: `
customImage:
  registryEndpoint: docker.io
  registryUsername: exampleteam
  registryPasswordFrom: { env: DOCKERHUB_TOKEN }
  pushRepo: docker.io/exampleteam/notebooks
`,
  },
  quay: {
    from: 'external',
    host: 'quay.io',
    text: `
customImage:
  registryEndpoint: https://quay.io
  registryUsername: exampleteam
  registryPasswordFrom: { externalSecret: { store: vault, key: ci/registry } }
  pushRepo: quay.io/exampleteam/notebooks
`,
  },
  harbor: {
    from: 'sealed',
    host: 'harbor.example.com:8443',
    text: `
customImage:
  registryEndpoint: https://harbor.example.com:8443
  registryUsername: exampleteam
  registryPasswordFrom:
    sealed:
      scope: strict
      secretName: harbor-push-secret
      host: harbor.example.com:8443
      username: exampleteam
      encryptedData: { hub: ${plausibleCiphertext()} }
  pushRepo: harbor.example.com:8443/exampleteam/notebooks
`,
  },
};
