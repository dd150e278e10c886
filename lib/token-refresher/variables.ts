/** The file with the pod's own token, for clouds that take it for a login. */
export const POD_TOKEN_FILE = '/var/run/secrets/token-refresher/token';

/** The variables of the token container that the frame sets; the script goes by them. */
export interface FrameVariables {
  readonly REQUESTS: string;
  readonly PUSH_TARGETS?: string;
  readonly TOKEN_USERNAME: string;
  readonly SECRET_NAME: string;
  readonly NAMESPACES: string;
  readonly MANIFESTS_DIR: string;
  readonly NEXT_RUN: string;
  readonly REFRESH_NOW: string;
  readonly HOME: string;
}

/**
 * The variables that whoever owns the pod may set for any cloud: which proxy to use. Curl reads the lower-case ones.
 */
export const PROXY_VARIABLES: readonly string[] = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap(
  (name) => [name, name.toLowerCase()],
);
