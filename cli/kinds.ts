import * as path from 'path';

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

/** The path of the schema in a repository that has this package installed. */
const SCHEMA = 'node_modules/primehub-image-registries/values.schema.json';

/** The text of a new values file, with placeholders in angle brackets, which check refuses. */
export function valuesFile(kind: Kind, name: string, folder: string): string {
  const schema = path.posix.join(path.relative(folder, '.').replaceAll(path.sep, '/') || '.', SCHEMA);
  const variable = (what: string) => `${name.toUpperCase().replaceAll('-', '_')}_${what}`;
  return `# yaml-language-server: $schema=${schema}\n${BODIES[kind](variable)}`;
}

/** `variable` makes the name of an environment variable for this file. */
const BODIES: Readonly<Record<Kind, (variable: (what: string) => string) => string>> = {
  dockerhub: (variable) => `# Docker Hub: a personal access token with Read & Write.
customImage:
  registryEndpoint: docker.io
  registryUsername: <docker hub user>
  registryPasswordFrom: { env: ${variable('TOKEN')} }
  pushRepo: docker.io/<namespace>/<repository>
`,
  google: () => `# Google: no key; a CronJob in the cluster keeps a fresh token in the push Secret.
# With a key file: no google block, but registryUsername: _json_key and registryPasswordFrom.
google:
  workloadIdentityProvider: projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>
  serviceAccount: <account>@<project>.iam.gserviceaccount.com
customImage:
  registryEndpoint: https://<region>-docker.pkg.dev
  pushRepo: <region>-docker.pkg.dev/<project>/<repository>/<image>
`,
  ecr: () => `# Amazon ECR: no password; a CronJob in the cluster keeps a fresh token in the push Secret.
aws:
  account: '<account>'
  region: <region>
  # The role that fetches the tokens. Without this line: the role of the node.
  roleArn: arn:aws:iam::<account>:role/<role>
customImage:
  registryEndpoint: https://<account>.dkr.ecr.<region>.amazonaws.com
  pushRepo: <account>.dkr.ecr.<region>.amazonaws.com/<repository>
`,
  acr: () => `# Azure Container Registry: no password; a CronJob in the cluster keeps a fresh token in the push Secret.
# With a token of the registry: no azure block, but registryUsername and registryPasswordFrom.
azure:
  tenantId: <tenant id>
  clientId: <client id>
customImage:
  registryEndpoint: https://<registry>.azurecr.io
  pushRepo: <registry>.azurecr.io/<repository>
`,
  other: (variable) => `# Any registry with a user name and a password. A port belongs to the host, in both places.
customImage:
  registryEndpoint: https://<host>
  registryUsername: <user name>
  registryPasswordFrom: { env: ${variable('PASSWORD')} }
  pushRepo: <host>/<project>/<repository>
`,
};
