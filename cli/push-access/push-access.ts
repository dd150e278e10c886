/** The target of a push, and the login to test. */
export interface PushAccessQuestion {
  /** The registry's host as image references write it, with the port if it has one. */
  readonly host: string;
  /** The path of `pushRepo` or `pushRepoPrefix`, without the host. */
  readonly repository: string;
  /** Whether `repository` is a prefix below which each image has its own repository. */
  readonly isPrefix: boolean;
  readonly username: string;
  readonly password: string;
  /** Whether the registry uses http://. */
  readonly plainHttp: boolean;
  /** Whether to accept any certificate, like the builder's `--tls-verify=false`. */
  readonly insecureSkipVerify: boolean;
  /** How long one request with its answer may take. Default: 10 seconds. */
  readonly timeoutMs?: number;
}

/** Why there was no answer. */
export type UnreachableCause =
  | 'unknown-authority'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'wrong-name'
  | 'no-tls'
  | 'no-http'
  | 'name-not-found'
  | 'refused'
  | 'time-out'
  | 'broken'
  | 'proxy-setting'
  | 'proxy-unreachable'
  | 'proxy-refused';

/** The registry or its token server did not answer. */
export interface NotReachable {
  readonly kind: 'not-reachable';
  readonly host: string;
  readonly cause: UnreachableCause;
  /** The proxy's host and port, if the request went through one. */
  readonly proxy?: string;
  /** The status with which the proxy refused. */
  readonly status?: number;
  /** Node's code for the failure. */
  readonly code?: string;
}

/** The registry or its token server gave an answer that the protocol does not have. */
export interface UnexpectedAnswer {
  readonly kind: 'unexpected-answer';
  readonly host: string;
  readonly reason: 'status' | 'challenge' | 'token-server' | 'token' | 'redirect' | 'too-long';
  readonly status: number;
  readonly code?: string;
  /** The origin to which a redirect leads. */
  readonly to?: string;
}

/** A registry's answer about a login. It never contains a credential, not even one that the server sent back. */
export type PushAccess =
  | {
      readonly kind: 'may-push';
      /** False if the registry accepts pushes from anyone, so that it did not check the password. */
      readonly loginChecked: boolean;
      /** Whether the empty upload that the check began was cancelled. */
      readonly uploadCancelled: boolean;
    }
  /** A prefix: the login is all that can be asked for. */
  | { readonly kind: 'logged-in'; readonly loginChecked: boolean }
  | { readonly kind: 'wrong-password'; readonly host: string; readonly status: number }
  | { readonly kind: 'may-not-push'; readonly status: number; readonly code?: string }
  | { readonly kind: 'repository-missing'; readonly status: number; readonly code?: string }
  | NotReachable
  | UnexpectedAnswer;

/** Thrown to end the question with its answer. */
export class Answered extends Error {
  constructor(readonly access: PushAccess) {
    super(access.kind);
  }
}
