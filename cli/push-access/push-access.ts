/** Where to push, and the login that should be let in. */
export interface PushAccessQuestion {
  /** The registry's host as it stands in image references, with the port if there is one. */
  readonly host: string;
  /** The path of `pushRepo` or `pushRepoPrefix`, without the host. */
  readonly repository: string;
  /** Whether `repository` is a prefix below which each image has a repository of its own. */
  readonly isPrefix: boolean;
  readonly username: string;
  readonly password: string;
  /** Whether the registry is reached by http://. */
  readonly plainHttp: boolean;
  /** Whether any certificate will do, as for the builder's `--tls-verify=false`. */
  readonly insecureSkipVerify: boolean;
  /** How long one request may take, its answer included. Default: 10 seconds. */
  readonly timeoutMs?: number;
}

/** Why no answer came. */
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

/** No answer, from the registry or from its token server. */
export interface NotReachable {
  readonly kind: 'not-reachable';
  readonly host: string;
  readonly cause: UnreachableCause;
  /** The proxy's host and port, if the request went through one. */
  readonly proxy?: string;
  /** The status that the proxy refused with. */
  readonly status?: number;
  /** Node's own code of the failure. */
  readonly code?: string;
}

/** An answer that the protocol does not have, from the registry or from its token server. */
export interface UnexpectedAnswer {
  readonly kind: 'unexpected-answer';
  readonly host: string;
  readonly reason: 'status' | 'challenge' | 'token-server' | 'token' | 'redirect' | 'too-long';
  readonly status: number;
  readonly code?: string;
  /** The origin that a redirect leads to. */
  readonly to?: string;
}

/** What a registry says about a login. No member holds a credential, also not one that the server sent back. */
export type PushAccess =
  | {
      readonly kind: 'may-push';
      /** False if the registry takes pushes from anyone: then it has not looked at the password. */
      readonly loginChecked: boolean;
      /** Whether the empty upload that the question began is gone again. */
      readonly uploadCancelled: boolean;
    }
  /** A prefix: the login is all that can be asked for. */
  | { readonly kind: 'logged-in'; readonly loginChecked: boolean }
  | { readonly kind: 'wrong-password'; readonly host: string; readonly status: number }
  | { readonly kind: 'may-not-push'; readonly status: number; readonly code?: string }
  | { readonly kind: 'repository-missing'; readonly status: number; readonly code?: string }
  | NotReachable
  | UnexpectedAnswer;

/** Ends the question with its answer, from however deep. */
export class Answered extends Error {
  constructor(readonly access: PushAccess) {
    super(access.kind);
  }
}
