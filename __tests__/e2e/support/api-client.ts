import { readFileSync } from 'node:fs';
import { request } from 'node:https';

/** The error with which the API server refuses a request. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** The parts of a Kubernetes object that the tests use. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
    readonly ownerReferences?: { readonly kind: string; readonly name: string; readonly uid: string }[];
  };
}

/** An answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

/** Requests to the API server with somebody's token, which are faster than running `kubectl`. */
export class ApiClient {
  private readonly ca: Buffer;

  constructor(
    private readonly port: number,
    caFile: string,
    private readonly token: string,
  ) {
    this.ca = readFileSync(caFile);
  }

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  async list<T>(path: string): Promise<T[]> {
    return (await this.send<{ items: T[] }>('GET', path)).items;
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('POST', path, body);
  }

  /** A JSON merge patch. */
  patch<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PATCH', path, body, 'application/merge-patch+json');
  }

  delete(path: string, body?: unknown): Promise<unknown> {
    return this.send('DELETE', path, body);
  }

  /** `undefined` if the object does not exist. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The answer to one request, also if it is refused. */
  ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.port,
          ca: this.ca,
          agent: false,
          method,
          path,
          headers: {
            authorization: `Bearer ${this.token}`,
            accept: 'application/json',
            'content-type': 'application/json',
            ...headers,
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('error', reject);
          answer.once('end', () => {
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      sent.once('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  private async send<T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> {
    const { status, text } = await this.ask(method, path, body, { 'content-type': type });
    if (status >= 400) throw refusal(status, text);
    return (text.startsWith('{') ? JSON.parse(text) : text) as T;
  }
}

function refusal(status: number, text: string): ApiError {
  try {
    const { reason, message } = JSON.parse(text) as { reason?: string; message?: string };
    return new ApiError(status, reason ?? '', message ?? text);
  } catch {
    return new ApiError(status, '', text);
  }
}
