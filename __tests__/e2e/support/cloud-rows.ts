import type { Aws } from './aws';
import type { AzureCloud } from './azure-cloud';
import type { Installed } from './ecr';
import { AZURE_HOST, CLIENT, GCR_HOST, GOOGLE_HOST, PROVIDER, TENANT } from './google-and-azure';
import type { GoogleCloud, IssuedToken } from './google-cloud';

const EMAIL = 'pusher@acme-ml.iam.gserviceaccount.com';
const ECR_HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const TRUST = 'pod: { caConfigMap: clouds-ca }';

/** The name of the Secret in every row. */
export const SECRET = 'push-secret-of-the-test';

/** The stand-ins for the clouds in a test. */
export interface CloudStandIns {
  readonly aws: Aws;
  readonly google: GoogleCloud;
  readonly azure: AzureCloud;
}

/** A cloud, or one of its ways to log in. Each test runs for every row. */
export interface CloudRow {
  readonly name: string;
  /** The block of the values file. */
  readonly block: string;
  readonly pushRepo: string;
  /** The user name of its tokens. */
  readonly username: string;
  /** The audience of the token that the pod has for the cloud, if it has one. */
  readonly audience?: string;
  /** Gives the refresher its rights, and returns the account that the cloud then gives tokens to. */
  readonly letIn: (clouds: CloudStandIns, subject: string) => string;
  /** The tokens that the cloud has given so far. */
  readonly issued: (clouds: CloudStandIns) => readonly IssuedToken[];
  /** Whether the cloud gives out the same token several times. */
  readonly isCached?: boolean;
  /** The pods' own tokens that the cloud got. */
  readonly received: (clouds: CloudStandIns) => readonly string[];
}

const google = {
  username: 'oauth2accesstoken',
  issued: ({ google: { issued } }: CloudStandIns) => issued,
  received: ({ google: { received } }: CloudStandIns) => received,
};

export const AWS: CloudRow = {
  name: 'AWS',
  block: 'aws: { account: "123456789012", region: eu-west-1, ensureRepository: true }',
  pushRepo: `${ECR_HOST}/notebooks`,
  username: 'AWS',
  letIn: ({ aws }) => aws.metadata.identity,
  issued: ({ aws }) => aws.issued.map(({ password, identity, ends }) => ({ token: password, identity, ends })),
  received: () => [],
};

export const IMPERSONATION: CloudRow = {
  ...google,
  name: 'Google, a service account',
  audience: `https://iam.googleapis.com/${PROVIDER}`,
  block: `google: { workloadIdentityProvider: ${PROVIDER}, serviceAccount: ${EMAIL}, ${TRUST} }`,
  pushRepo: `${GOOGLE_HOST}/acme-ml/images/notebooks`,
  letIn: (clouds, subject) => {
    clouds.google.impersonators.set(subject, EMAIL);
    clouds.google.writers.add(EMAIL);
    return EMAIL;
  },
};

export const PRINCIPAL: CloudRow = {
  ...google,
  name: 'Google, the pod itself',
  audience: `https://iam.googleapis.com/${PROVIDER}`,
  block: `google: { workloadIdentityProvider: ${PROVIDER}, ${TRUST} }`,
  pushRepo: `${GCR_HOST}/acme-ml/notebooks`,
  letIn: (clouds, subject) => {
    const principal = clouds.google.principal(subject);
    clouds.google.writers.add(principal);
    return principal;
  },
};

export const METADATA: CloudRow = {
  ...google,
  name: "Google, GKE's metadata server",
  isCached: true,
  block: `google: { ${TRUST} }`,
  pushRepo: `${GOOGLE_HOST}/acme-ml/images/of-gke`,
  letIn: (clouds) => {
    clouds.google.nodeIdentity = 'gke@acme-ml.iam.gserviceaccount.com';
    clouds.google.writers.add(clouds.google.nodeIdentity);
    return clouds.google.nodeIdentity;
  },
};

export const AZURE: CloudRow = {
  name: 'Azure',
  audience: 'api://AzureADTokenExchange',
  block: `azure: { tenantId: ${TENANT}, clientId: ${CLIENT}, ${TRUST} }`,
  pushRepo: `${AZURE_HOST}/ml/notebooks`,
  username: '00000000-0000-0000-0000-000000000000',
  letIn: ({ azure }, subject) => {
    azure.federated.add(subject);
    return CLIENT;
  },
  issued: ({ azure: { issued } }) => issued,
  received: ({ azure: { received } }) => received,
};

export const hostOf = ({ pushRepo }: CloudRow): string => pushRepo.slice(0, pushRepo.indexOf('/'));

export const subjectOf = ({ namespace, name }: Installed): string => `system:serviceaccount:${namespace}:${name}`;

/** The values file of a row. */
export const valuesOf = (row: CloudRow, namespaces: readonly string[]): string => `
targetNamespace: [${namespaces.join()}]
${row.block}
customImage:
  registryEndpoint: https://${hostOf(row)}
  pushRepo: ${row.pushRepo}
  pushSecretName: ${SECRET}
`;
