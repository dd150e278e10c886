import { type IncomingMessage, type ServerResponse } from 'node:http';
import { LoopbackServer } from './loopback-server';
import type { Pod, Volume } from './pod';

/** The instance metadata service of the node, which gives the node role's credentials to every caller. */
export class NodeMetadata {
  static async start(): Promise<NodeMetadata> {
    const metadata = new NodeMetadata();
    metadata.server = await LoopbackServer.start((request, response) => metadata.answer(request, response));
    return metadata;
  }

  readonly accessKey = 'ASIANODEROLE00000000';
  readonly identity = 'arn:aws:iam::123456789012:role/node';
  /** The requested paths. There are none if a pod uses only its own identity. */
  readonly requests: string[] = [];
  private server!: LoopbackServer;
  private isHanging = false;

  private constructor() {}

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** The answer never arrives, as for a pod with a hop limit of 1. */
  hang(): void {
    this.isHanging = true;
  }

  async refuse(): Promise<void> {
    await this.server.refuse();
  }

  async heal(): Promise<void> {
    this.isHanging = false;
    await this.server.accept();
  }

  async stop(): Promise<void> {
    await this.server.refuse();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.requests.push(path);
    if (this.isHanging) return;
    const role = '/latest/meta-data/iam/security-credentials/';
    const isSession = request.headers['x-aws-ec2-metadata-token'] === 'session';
    if (request.method === 'PUT' && path === '/latest/api/token') response.end('session');
    else if (!isSession) response.writeHead(401).end();
    else if (path === role) response.end('node');
    else if (path === `${role}node`) response.end(JSON.stringify({ Code: 'Success', ...credentials(this.accessKey) }));
    else if (path.startsWith('/latest/meta-data/placement/availability-zone')) response.end('eu-west-1a');
    else response.writeHead(404).end();
  }
}

/** The agent of EKS Pod Identity, which gives the credentials of an associated role for a token with its audience. */
export class PodIdentityAgent {
  static async start(): Promise<PodIdentityAgent> {
    const agent = new PodIdentityAgent();
    agent.server = await LoopbackServer.start((request, response) => agent.answer(request, response));
    return agent;
  }

  readonly accessKey = 'ASIAPODIDENTITY00000';
  readonly identity = 'arn:aws:iam::123456789012:role/pod-identity';
  private server!: LoopbackServer;
  private refusal?: { readonly status: number; readonly message: string };

  private constructor() {}

  get url(): string {
    return `http://127.0.0.1:${this.server.port}/v1/credentials`;
  }

  /** Gives this answer instead of credentials, until `accept`. */
  deny(status: number, message: string): void {
    this.refusal = { status, message };
  }

  /** As if its DaemonSet does not run. */
  async refuse(): Promise<void> {
    await this.server.refuse();
  }

  async accept(): Promise<void> {
    this.refusal = undefined;
    await this.server.accept();
  }

  async stop(): Promise<void> {
    await this.server.refuse();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.refusal !== undefined) {
      response.writeHead(this.refusal.status).end(this.refusal.message);
      return;
    }
    const [, claims = ''] = (request.headers.authorization ?? '').split('.');
    const isForAgent = Buffer.from(claims, 'base64url').toString('utf8').includes('"pods.eks.amazonaws.com"');
    if (isForAgent && request.url === '/v1/credentials') response.end(JSON.stringify(credentials(this.accessKey)));
    else response.writeHead(400).end(JSON.stringify({ message: 'Service account token cannot be empty' }));
  }
}

/** The additions of EKS's webhook to a pod, if its service account is annotated with a role. */
export function irsaWebhook(roleArn: string | undefined, region: string): (pod: Pod) => void {
  if (roleArn === undefined) return () => undefined;
  const folder = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
  return addTo('aws-iam-token', folder, 'sts.amazonaws.com', 'token', {
    AWS_STS_REGIONAL_ENDPOINTS: 'regional',
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_ROLE_ARN: roleArn,
    AWS_WEB_IDENTITY_TOKEN_FILE: `${folder}/token`,
  });
}

/** The additions of EKS's webhook to a pod whose service account is associated with a role. */
export function podIdentityWebhook(agent: PodIdentityAgent, region: string): (pod: Pod) => void {
  const folder = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount';
  return addTo('eks-pod-identity-token', folder, 'pods.eks.amazonaws.com', 'eks-pod-identity-token', {
    AWS_STS_REGIONAL_ENDPOINTS: 'regional',
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: agent.url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: `${folder}/eks-pod-identity-token`,
  });
}

/** Every container that is not skipped gets the token's volume and the variables that it does not set itself. */
function addTo(
  name: string,
  mountPath: string,
  audience: string,
  path: string,
  variables: Record<string, string>,
): (pod: Pod) => void {
  const serviceAccountToken = { audience, expirationSeconds: 86_400, path };
  const volume: Volume = { name, projected: { sources: [{ serviceAccountToken }] } };
  return ({ metadata, spec }) => {
    const skipped = metadata.annotations?.['eks.amazonaws.com/skip-containers']?.split(',') ?? [];
    const all = [...(spec.initContainers ?? []), ...spec.containers];
    spec.volumes = [...(spec.volumes ?? []), volume];
    for (const container of all.filter((one) => !skipped.includes(one.name))) {
      const own = new Set(container.env?.map((variable) => variable.name));
      const missing = Object.entries(variables).filter(([variable]) => !own.has(variable));
      container.env = [...(container.env ?? []), ...missing.map(([key, value]) => ({ name: key, value }))];
      container.volumeMounts = [...(container.volumeMounts ?? []), { name, mountPath, readOnly: true }];
    }
  };
}

function credentials(accessKey: string): Record<string, string> {
  return {
    Type: 'AWS-HMAC',
    LastUpdated: new Date().toISOString(),
    AccessKeyId: accessKey,
    SecretAccessKey: 'a secret of the end-to-end tests',
    Token: 'a session of the end-to-end tests',
    AccountId: '123456789012',
    Expiration: new Date(Date.now() + 6 * 3600_000).toISOString(),
  };
}
