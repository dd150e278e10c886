/** The file with the pod's own token, for clouds that accept it as a login. */
export const POD_TOKEN_FILE = '/var/run/secrets/token-refresher/token';

/** The variables that the frame sets for the script of the token container. */
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

/** The proxy variables, which the user may set for any cloud. curl reads those in lower case. */
export const PROXY_VARIABLES: readonly string[] = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap(
  (name) => [name, name.toLowerCase()],
);
