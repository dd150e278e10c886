import * as path from 'path';
import { packageFolder } from './package-folder';

/** The kinds of registry for which `init` and `add` write files. */
export const KINDS = ['dockerhub', 'google', 'ecr', 'acr', 'other'] as const;
export type Kind = (typeof KINDS)[number];

/** The names of the kinds in the menu. */
export const TITLES: Readonly<Record<Kind, string>> = {
  dockerhub: 'Docker Hub',
  google: 'Google Artifact Registry or gcr.io',
  ecr: 'Amazon ECR',
  acr: 'Azure Container Registry',
  other: 'Harbor, Quay, GHCR, GitLab or any other',
};

/** The text of a new values file, with placeholders in angle brackets, which check refuses. */
export function valuesFile(kind: Kind, name: string, folder: string): string {
  const ours = packageFolder();
  const root = path.relative(folder, '.').replaceAll(path.sep, '/') || '.';
  // A variable begins with no digit.
  const prefix = `${/^\d/.test(name) ? 'REGISTRY_' : ''}${name.toUpperCase().replaceAll('-', '_')}`;
  const { about, page, body } = TEMPLATES[kind];
  return `# yaml-language-server: $schema=${path.posix.join(root, ours, 'values.schema.json')}
# ${about} How to get the values:
# ${ours}/docs/${page}
targetNamespace: hub # where PrimeHub is
${body((what) => `${prefix}_${what}`)}`;
}

interface Template {
  readonly about: string;
  /** The page of the docs that says more. */
  readonly page: string;
  /** `variable` makes the name of an environment variable for this file. */
  readonly body: (variable: (what: string) => string) => string;
}

const TEMPLATES: Readonly<Record<Kind, Template>> = {
  dockerhub: {
    about: 'Docker Hub: a personal access token with Read & Write.',
    page: 'registries/docker-hub.md',
    body: (variable) => `customImage:
  registryEndpoint: docker.io
  registryUsername: <docker hub user>
  registryPasswordFrom: { env: ${variable('TOKEN')} }
  pushRepo: docker.io/<namespace>/<repository>
`,
  },
  google: {
    about: 'Google: no key; a CronJob in the cluster keeps a fresh token in the push Secret.',
    page: 'google-identity.md',
    body: (variable) => `google:
  # On GKE with Workload Identity Federation, leave this line out.
  workloadIdentityProvider: projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>
  # Only if the right to push belongs to a service account. Otherwise leave this line out.
  serviceAccount: <account>@<project>.iam.gserviceaccount.com
customImage:
  registryEndpoint: https://<region>-docker.pkg.dev
  # With the key file of a service account, instead of the google block:
  # registryUsername: _json_key
  # registryPasswordFrom: { env: ${variable('KEY_JSON')} }
  pushRepo: <region>-docker.pkg.dev/<project>/<repository>/<image>
`,
  },
  ecr: {
    about: 'Amazon ECR: no password; a CronJob in the cluster keeps a fresh token in the push Secret.',
    page: 'ecr-identity.md',
    body: () => `aws:
  account: '<account>'
  region: <region>
  # The role that fetches the tokens. Without this line: the role of the node.
  roleArn: arn:aws:iam::<account>:role/<role>
customImage:
  registryEndpoint: https://<account>.dkr.ecr.<region>.amazonaws.com
  pushRepo: <account>.dkr.ecr.<region>.amazonaws.com/<repository>
`,
  },
  acr: {
    about: 'Azure Container Registry: no password; a CronJob in the cluster keeps a fresh token in the push Secret.',
    page: 'azure-identity.md',
    body: (variable) => `azure:
  tenantId: <tenant id>
  clientId: <client id>
customImage:
  registryEndpoint: https://<registry>.azurecr.io
  # With a token of the registry, instead of the azure block:
  # registryUsername: <token name>
  # registryPasswordFrom: { env: ${variable('PASSWORD')} }
  pushRepo: <registry>.azurecr.io/<repository>
`,
  },
  other: {
    about: 'Any registry with a user name and a password. A port belongs to the host, in both places.',
    page: 'registries/container.md',
    body: (variable) => `customImage:
  registryEndpoint: https://<host>
  registryUsername: <user name>
  registryPasswordFrom: { env: ${variable('PASSWORD')} }
  pushRepo: <host>/<project>/<repository>
`,
  },
};
