import type { KubernetesObject } from './support/api-client';
import { type AwsFault, awsFaults } from './support/aws';
import { podIdentityWebhook } from './support/aws-credentials';
import type { Pod } from './support/pod';
import { EcrCluster } from './support/ecr';
import { ACCOUNT, type Case, type Fault, FaultTable, fillVolume, shorten } from './support/fault-table';
import { waitFor } from './support/process';

// A pod must use the right identity or fail. Every pod here can also use the node's role, as on a node without a hop
// limit, and a token for that role would replace a good one.

jest.setTimeout(180_000);

const ROLE = `arn:aws:iam::${ACCOUNT}:role/ecr-push`;
const USER = `arn:aws:iam::${ACCOUNT}:user/ecr-push`;
const ACCESS_KEY = 'AKIAE2EPUSHUSER00000';
/** It ends with a newline, like files and the Secrets that are made from them. */
const SECRET_KEY = 'a key of the tests\n';
const KEYS = 'ecr-keys';

let cluster: EcrCluster;
let table: FaultTable;

beforeAll(async () => {
  cluster = await EcrCluster.start();
  cluster.aws.identities.set(ACCESS_KEY, USER);
  table = new FaultTable(cluster);
});

afterAll(async () => {
  table?.print("Every pod can use the node's role");
  await cluster?.stop();
});

const encoded = (text: string): string => Buffer.from(text).toString('base64');
const secrets = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`;

function createKeys(namespace: string): Promise<unknown> {
  const data = { AWS_ACCESS_KEY_ID: encoded(`${ACCESS_KEY}\n`), AWS_SECRET_ACCESS_KEY: encoded(SECRET_KEY) };
  return cluster.plane.api.post(secrets(namespace), { metadata: { name: KEYS }, data });
}

function setKey(namespace: string, value: string): Promise<unknown> {
  return cluster.plane.api.patch(`${secrets(namespace)}/${KEYS}`, { data: { AWS_SECRET_ACCESS_KEY: encoded(value) } });
}

/** Each action here belongs to only one identity, or goes to its region. */
function refusing(fault: AwsFault, action: string): () => Fault {
  const region = action === 'GetAuthorizationToken' ? 'eu-west-3' : undefined;
  return () => ({ inject: () => cluster.aws.inject({ action, region }, fault) });
}

type Rows = [name: string, what: string, toDo: string, fault: Case[1]][];
const casesOf = (rows: Rows): Case[] => rows.map(([name, , , fault]): Case => [name, fault]);

const NO_ANSWER = 'AWS gave no ECR token for eu-west-';

/** Acts like a policy engine that removes unknown volumes. */
function withoutPodToken({ spec }: Pod): void {
  spec.volumes = spec.volumes?.filter(({ name }) => name !== 'pod-token');
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    container.volumeMounts = container.volumeMounts?.filter(({ name }) => name !== 'pod-token');
  }
}

const irsa: Rows = [
  [
    "IRSA: something removed the pod's token",
    'the pod has no token of its own for AWS',
    'check that the pod still has its volume pod-token: something changed the pod',
    () => ({ pods: { webhook: withoutPodToken } }),
  ],
  [
    'IRSA: the trust policy does not name the service account',
    NO_ANSWER,
    "name this service account in the role's trust policy",
    refusing(
      awsFaults.error(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'),
      'AssumeRoleWithWebIdentity',
    ),
  ],
  [
    'IRSA: the account of the role does not know the cluster',
    NO_ANSWER,
    "check that the role's account has the cluster's OIDC identity provider",
    refusing(
      awsFaults.error(
        400,
        'InvalidIdentityToken',
        'No OpenIDConnect provider found in your account for https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
      ),
      'AssumeRoleWithWebIdentity',
    ),
  ],
  [
    'IRSA: the volume for the cached role is full',
    'the volume /tmp is full or cannot be written to',
    'give the volume tmp a larger sizeLimit',
    () => ({
      pods: { hooks: { beforeContainer: (name, run) => (name === 'aws' ? fillVolume(run.volume('tmp')) : undefined) } },
    }),
  ],
];

const denying = (status: number, message: string) => () => ({
  inject: () => {
    cluster.aws.podIdentityAgent.deny(status, message);
    return () => cluster.aws.podIdentityAgent.accept();
  },
});

const podIdentity: Rows = [
  [
    'Pod Identity: the webhook missed the pod',
    'the pod has no EKS Pod Identity',
    'check that the add-on eks-pod-identity-agent runs, and that the service account has a pod identity association',
    () => ({ pods: { webhook: undefined } }),
  ],
  [
    'Pod Identity: the agent of the node does not run',
    NO_ANSWER,
    'check that the add-on eks-pod-identity-agent runs',
    () => ({
      inject: () => cluster.aws.podIdentityAgent.refuse().then(() => () => cluster.aws.podIdentityAgent.accept()),
    }),
  ],
  [
    'Pod Identity: the role does not trust EKS',
    NO_ANSWER,
    'check that the service account has a pod identity association, and that the role trusts pods.eks.amazonaws.com',
    denying(400, '[AccessDeniedException]: EKS does not have permissions to assume the associated role'),
  ],
  [
    'Pod Identity: the association is gone',
    NO_ANSWER,
    'check that the service account has a pod identity association',
    denying(404, '[ResourceNotFoundException]: No association was found'),
  ],
];

const accessKeys: Rows = [
  [
    'access keys: one is empty',
    'the Secret with the access keys has an empty AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY',
    'put both keys into the Secret',
    ({ namespaces: [namespace] }) => ({
      inject: async () => {
        await setKey(namespace, '\n');
        return () => setKey(namespace, SECRET_KEY);
      },
    }),
  ],
  [
    'access keys: revoked',
    NO_ANSWER,
    'renew the access keys',
    refusing(
      awsFaults.error(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
      'GetAuthorizationToken',
    ),
  ],
  [
    'access keys: mistyped',
    NO_ANSWER,
    'renew the access keys',
    refusing(
      awsFaults.error(
        400,
        'InvalidSignatureException',
        `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'${'POST\n/\n\nhost:api.ecr.eu-west-3.amazonaws.com\n'.repeat(20)}'`,
      ),
      'GetAuthorizationToken',
    ),
  ],
];
const GONE = 'access keys: their Secret is missing';
const LATE = 'access keys: their Secret is created while the pod waits for it';
const DENIED = 'ensureRepository: denied';
const SILENT = 'ensureRepository: no answer';

/** Waits until a pod of the namespace reports that it is waiting, and returns the reason. */
async function waitingMessage(namespace: string): Promise<string> {
  interface Waiting extends KubernetesObject {
    status?: { initContainerStatuses?: { state: { waiting?: { reason: string; message?: string } } }[] };
  }
  return waitFor('a pod to wait for the Secret', async () => {
    const pods = await cluster.plane.api.list<Waiting>(`/api/v1/namespaces/${namespace}/pods`);
    const states = pods.map(({ status }) => status?.initContainerStatuses?.[0].state.waiting);
    return states.find((state) => state?.reason === 'CreateContainerConfigError')?.message;
  });
}

const more: Case[] = [
  [
    GONE,
    ({ namespaces: [namespace] }) => ({
      inject: async () => {
        await cluster.plane.api.delete(`${secrets(namespace)}/${KEYS}`);
        return () => createKeys(namespace);
      },
      patch: ({ spec }) => (spec.activeDeadlineSeconds = 4),
    }),
  ],
  [
    LATE,
    ({ namespaces: [namespace] }) => ({
      inject: async () => {
        await cluster.plane.api.delete(`${secrets(namespace)}/${KEYS}`);
        return () => undefined;
      },
      meanwhile: async () => {
        expect(await waitingMessage(namespace)).toBe(`secret "${KEYS}" not found`);
        await createKeys(namespace);
      },
    }),
  ],
  [DENIED, refusing(awsFaults.accessDenied, 'CreateRepository')],
  [
    SILENT,
    () => ({
      ...refusing(awsFaults.hang, 'CreateRepository')(),
      patch: (job) => shorten(job, { '--cli-read-timeout 10': '--cli-read-timeout 1' }),
    }),
  ],
];

let asked: string[];

beforeAll(async () => {
  const identities = [
    [`, roleArn: "${ROLE}"`, ROLE, {}],
    [
      ', podIdentity: true',
      cluster.aws.podIdentityAgent.identity,
      { webhook: podIdentityWebhook(cluster.aws.podIdentityAgent, 'eu-west-2') },
    ],
    [`, accessKeySecret: ${KEYS}, ensureRepository: true`, USER, undefined],
  ] as const;
  const subjects = await Promise.all(
    identities.map(([aws, identity, pods], i) =>
      table.install([`eu-west-${i + 1}`], { aws, identity, pods, prepare: identity === USER ? createKeys : undefined }),
    ),
  );
  const groups = [casesOf(irsa), casesOf(podIdentity), [...casesOf(accessKeys), ...more]];
  await Promise.all(groups.map((cases, i) => table.tryAll(cases, [subjects[i]])));
  asked = [...cluster.aws.metadata.requests];
});

test.each([...irsa, ...podIdentity, ...accessKeys])('%s', (name, what, toDo) => {
  const { condition, secret, healed, again, line } = table.row(name);
  expect({ condition, secret, healed, again }).toEqual({
    condition: 'Failed',
    secret: ['kept'],
    healed: ['new'],
    again: 'Complete',
  });
  expect(line).toMatch(/^FAILED: .*Nothing was applied; an existing Secret keeps its token\. To do: /);
  expect(line).toContain(`FAILED: ${what}`);
  expect(line).toContain(`To do: ${toDo}`);
});

test(GONE, () => {
  const { condition, secret, healed, line } = table.row(GONE);
  expect({ condition, secret, healed }).toEqual({ condition: 'Failed', secret: ['kept'], healed: ['new'] });
  expect(line).toBe('[DeadlineExceeded] [Deleted] (no line)');
});

test(LATE, () => {
  const { condition, tries, secret } = table.row(LATE);
  expect({ condition, tries, secret }).toEqual({ condition: 'Complete', tries: 1, secret: ['new'] });
});

test.each([
  [DENIED, 'AccessDeniedException'],
  [SILENT, 'Read timeout'],
])('%s, and the token is still refreshed', (name, said) => {
  const { condition, secret, log } = table.row(name);
  expect({ condition, secret }).toEqual({ condition: 'Complete', secret: ['new'] });
  expect(log).toContain(`notebooks: repository not created in ${ACCOUNT}, eu-west-3; the token is refreshed anyway: `);
  expect(log).toContain(said);
});

test("with its own identity, the pod does not ask for the node's role", () => {
  expect(asked).toEqual([]);
  expect(cluster.aws.issued.map(({ identity }) => identity)).not.toContain(cluster.aws.metadata.identity);
});

test('ambient: no webhook changes the pod, and the role of the node is the right one', async () => {
  const name = "ambient: only the node's role";
  await table.tryAll([[name, () => ({ pods: { webhook: undefined } })]], [await table.install(['eu-central-1'])]);
  const { condition, secret } = table.row(name);
  expect({ condition, secret }).toEqual({ condition: 'Complete', secret: ['new'] });
  expect(cluster.aws.issued.at(-1)?.identity).toBe(cluster.aws.metadata.identity);
});
