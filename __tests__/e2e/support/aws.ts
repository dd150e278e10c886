import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { AwsFault } from './aws-faults';
import { FaultRules } from './fault-rules';
import { LoopbackServer } from './loopback-server';
import { NodeMetadata, PodIdentityAgent } from './aws-credentials';
import { BackgroundProcess, freePorts, orStopped, removeFolder, temporaryFolder } from './process';
import { requireTools, tool } from './tools';

export { awsFaults, type AwsFault } from './aws-faults';

/** A request that reached AWS, or that was answered by a fault. */
export interface AwsRequest {
  readonly service: string;
  /** E.g. `GetAuthorizationToken`. */
  readonly action: string;
  /** The region that it was signed for; empty if it was not signed. */
  readonly region: string;
  readonly accessKey: string;
  /** Whose access key signed it, see `identities`. For an assumed role, its ARN. */
  readonly identity: string;
  readonly body: string;
}

export interface AwsMatch {
  readonly action?: string;
  readonly region?: string;
  readonly accessKey?: string;
  readonly identity?: string;
  /** Default: every time. */
  readonly times?: number;
}

/** A token that AWS gave, and to whom. */
export interface IssuedToken {
  readonly identity: string;
  readonly region: string;
  readonly password: string;
  /** `authorizationToken` in the answer. */
  readonly auth: string;
  /** When it expires. */
  readonly ends: number;
}

/**
 * AWS on loopback. Moto answers, and a server in front of it records who asked, injects faults, and gives tokens like
 * ECR's: each is different, as large as a real one, and valid for twelve hours. Moto's are all the same, and expired in
 * 2015.
 */
export class Aws {
  static async start(): Promise<Aws> {
    requireTools('moto_server', 'setpriv');
    const aws = new Aws();
    return orStopped(aws, aws.open());
  }

  readonly requests: AwsRequest[] = [];
  readonly issued: IssuedToken[] = [];
  /** Who owns an access key, except for those that AWS gave out itself. */
  readonly identities = new Map<string, string>();
  /** Whether every requested repository exists. */
  everyRepositoryIsThere = true;
  /** The password of the next token, e.g. one that a registry of the tests accepts. */
  password: (request: AwsRequest) => string = () => randomBytes(1400).toString('base64');

  /** The instance's metadata, with the node role's credentials. */
  metadata!: NodeMetadata;
  /** The EKS agent that gives Pod Identity credentials. */
  podIdentityAgent!: PodIdentityAgent;

  private readonly folder = temporaryFolder('aws');
  private readonly rules = new FaultRules<AwsRequest, AwsFault>();
  private server?: LoopbackServer;
  private moto?: BackgroundProcess;
  private motoPort = 0;

  private constructor() {}

  get url(): string {
    return `http://127.0.0.1:${this.server?.port}`;
  }

  /** The variables that lead the AWS CLI to this AWS, on a node whose role everybody can use. */
  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: this.metadata.url,
      // the default of the AWS CLI v2, which the image has
      AWS_RETRY_MODE: 'standard',
    };
  }

  /** Returns a function that removes this fault. */
  inject(match: AwsMatch, fault: AwsFault): () => void {
    return this.rules.add(
      (request) =>
        (['action', 'region', 'accessKey', 'identity'] as const).every(
          (key) => (match[key] ?? request[key]) === request[key],
        ),
      fault,
      match.times,
    );
  }

  /** From now on AWS is unreachable: connections are refused. */
  async refuse(): Promise<void> {
    await this.server?.refuse();
  }

  /** Removes every fault, and listens again. */
  async heal(): Promise<void> {
    this.rules.clear();
    await this.server?.accept();
    await this.metadata.heal();
  }

  /** The requests of one action, in order. */
  requestsOf(action: string): AwsRequest[] {
    return this.requests.filter((request) => request.action === action);
  }

  async stop(): Promise<void> {
    await this.server?.refuse();
    await this.metadata?.stop();
    await this.podIdentityAgent?.stop();
    await this.moto?.stop(1_000);
    removeFolder(this.folder);
  }

  private async open(): Promise<void> {
    [this.motoPort] = await freePorts(1);
    this.moto = await BackgroundProcess.start({
      name: 'moto',
      command: tool('moto_server'),
      args: ['-H', '127.0.0.1', '-p', String(this.motoPort)],
      // for requests that it might send to the real AWS
      env: { PATH: process.env.PATH ?? '', HOME: this.folder, AWS_EC2_METADATA_DISABLED: 'true' },
      cwd: this.folder,
      logFile: join(this.folder, 'moto.log'),
      ready: () =>
        fetch(`http://127.0.0.1:${this.motoPort}/moto-api/`).then(
          (answer) => answer.ok,
          () => false,
        ),
    });
    this.server = await LoopbackServer.start((request, response) => void this.answer(request, response));
    this.metadata = await NodeMetadata.start();
    this.podIdentityAgent = await PodIdentityAgent.start();
    for (const { accessKey, identity } of [this.metadata, this.podIdentityAgent]) {
      this.identities.set(accessKey, identity);
    }
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(incoming).catch(() => undefined);
    if (body === undefined) return;
    const request = this.describe(incoming, body.toString('utf8'));
    this.requests.push(request);
    const fault = this.rules.take(request) ?? refuseBadWebIdentity(request);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') {
      incoming.socket.destroy();
    } else if (fault?.kind === 'error') {
      const { type, text } = errorBody(request.service, fault.code, fault.message);
      response.writeHead(fault.status, { 'content-type': type, 'x-amzn-requestid': 'e2e' }).end(text);
    } else if (fault?.kind === 'answer') {
      response.writeHead(fault.status, { 'content-type': fault.type }).end(fault.body);
    } else {
      if (request.action === 'InitiateLayerUpload' && this.everyRepositoryIsThere) await this.create(incoming, body);
      const answer = await this.askMoto(incoming, body);
      const text = this.amend(request, answer.status, answer.body);
      response.writeHead(answer.status, { 'content-type': answer.type, 'x-amzn-requestid': 'e2e' });
      response.end(fault === undefined ? text : fault.change(text));
    }
  }

  private describe(incoming: IncomingMessage, body: string): AwsRequest {
    const [, accessKey = '', region = '', scope = ''] =
      /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? [];
    const target = String(incoming.headers['x-amz-target'] ?? '');
    const action = target.split('.').at(-1) || (new URLSearchParams(body).get('Action') ?? '');
    const service = scope || (action.startsWith('AssumeRole') ? 'sts' : '');
    return { service, action, region, accessKey, identity: this.identities.get(accessKey) ?? accessKey, body };
  }

  /** Creates the repository that a request names. */
  private async create({ method, url, headers }: IncomingMessage, body: Buffer): Promise<void> {
    const { registryId, repositoryName } = JSON.parse(body.toString('utf8')) as Record<string, string>;
    const target = String(headers['x-amz-target']).replace(/[^.]*$/, 'CreateRepository');
    const made = Buffer.from(JSON.stringify({ registryId, repositoryName }));
    const incoming = { method, url, headers: { ...headers, 'x-amz-target': target, 'content-length': made.length } };
    await this.askMoto(incoming as unknown as IncomingMessage, made);
  }

  private askMoto(incoming: IncomingMessage, body: Buffer): Promise<{ status: number; type: string; body: string }> {
    return new Promise((resolve, reject) => {
      const { method, url: path, headers } = incoming;
      const options = { host: '127.0.0.1', port: this.motoPort, agent: false as const, method, path, headers };
      const onward = httpRequest(options, (answer) => {
        readAll(answer).then(
          (content) =>
            resolve({
              status: answer.statusCode ?? 502,
              type: answer.headers['content-type'] ?? '',
              body: content.toString('utf8'),
            }),
          reject,
        );
      });
      onward.once('error', reject);
      onward.end(body);
    });
  }

  /** Notes who got credentials from AWS, and gives tokens that look like ECR's. */
  private amend(request: AwsRequest, status: number, body: string): string {
    if (status !== 200) return body;
    if (request.action.startsWith('AssumeRole')) {
      const accessKey = /<AccessKeyId>([^<]+)</.exec(body)?.[1];
      if (accessKey) this.identities.set(accessKey, new URLSearchParams(request.body).get('RoleArn') ?? '');
      return body;
    }
    if (request.action !== 'GetAuthorizationToken') return body;
    const answer = JSON.parse(body) as { authorizationData: { authorizationToken: string; expiresAt: number }[] };
    const password = this.password(request);
    const auth = Buffer.from(`AWS:${password}`).toString('base64');
    const ends = Date.now() + 12 * 3600_000;
    this.issued.push({ identity: request.identity, region: request.region, password, auth, ends });
    for (const data of answer.authorizationData) {
      data.authorizationToken = auth;
      data.expiresAt = ends / 1000;
    }
    return JSON.stringify(answer);
  }
}

/** AWS accepts a service account's token only if it was issued for AWS. */
function refuseBadWebIdentity({ action, body }: AwsRequest): AwsFault | undefined {
  if (action !== 'AssumeRoleWithWebIdentity') return undefined;
  const [, claims = ''] = (new URLSearchParams(body).get('WebIdentityToken') ?? '').split('.');
  try {
    const { aud } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { aud: string[] };
    if (aud.includes('sts.amazonaws.com')) return undefined;
  } catch {
    // no token at all
  }
  return { kind: 'error', status: 400, code: 'InvalidIdentityToken', message: 'Incorrect token audience' };
}

function errorBody(service: string, code: string, message: string): { type: string; text: string } {
  if (service !== 'sts') return { type: 'application/x-amz-json-1.1', text: JSON.stringify({ __type: code, message }) };
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    type: 'text/xml',
    text: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}</ErrorResponse>`,
  };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
