import * as path from 'path';

/** What `init` and `add` know to write. */
export const KINDS = ['dockerhub', 'google', 'ecr', 'acr', 'other'] as const;
export type Kind = (typeof KINDS)[number];

/** How the kinds are called where people choose. */
export const TITLES: Readonly<Record<Kind, string>> = {
  dockerhub: 'Docker Hub',
  google: 'Google Artifact Registry or gcr.io',
  ecr: 'Amazon ECR',
  acr: 'Azure Container Registry',
  other: 'Harbor, Quay, GHCR, GitLab or any other',
};

/** Where the schema is in the repository of somebody who has this package. */
const SCHEMA = 'node_modules/primehub-image-registries/values.schema.json';

/** The text of a new values file: what to fill in stands in angle brackets, which check refuses. */
export function valuesFile(kind: Kind, name: string, folder: string): string {
  const schema = path.posix.join(path.relative(folder, '.').replaceAll(path.sep, '/') || '.', SCHEMA);
  const variable = (what: string) => `${name.toUpperCase().replaceAll('-', '_')}_${what}`;
  return `# yaml-language-server: $schema=${schema}\n${BODIES[kind](variable)}`;
}

/** `variable` makes the name of an environment variable of this file's own. */
const BODIES: Readonly<Record<Kind, (variable: (what: string) => string) => string>> = {
  dockerhub: (variable) => `# Docker Hub: a personal access token with Read & Write.
customImage:
  registryEndpoint: docker.io
  registryUsername: <docker hub user>
  registryPasswordFrom: { env: ${variable('TOKEN')} }
  pushRepo: docker.io/<namespace>/<repository>
`,
  google: (variable) => `# Google: the JSON key file of a service account that may write to the repository.
customImage:
  registryEndpoint: https://<region>-docker.pkg.dev
  registryUsername: _json_key
  registryPasswordFrom: { env: ${variable('KEY_JSON')} }
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
  acr: (variable) => `# Azure Container Registry: a token with a scope map, or a service principal.
customImage:
  registryEndpoint: https://<registry>.azurecr.io
  registryUsername: <token name>
  registryPasswordFrom: { env: ${variable('PASSWORD')} }
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
