/** The file with the pod's own token, for clouds that take it for a login. */
export const POD_TOKEN_FILE = '/var/run/secrets/token-refresher/token';

/** The variables of the token container that the frame sets; the script goes by them. */
export interface FrameVariables {
  readonly REQUESTS: string;
  readonly PUSH_TARGETS?: string;
  readonly RUNS_EVERY?: string;
  readonly TOKEN_USERNAME: string;
  readonly SECRET_NAME: string;
  readonly NAMESPACES: string;
  readonly MANIFESTS_DIR: string;
  readonly REFRESH_NOW: string;
  readonly HOME: string;
}

const FRAME_VARIABLES = new Set<string>([
  'REQUESTS',
  'PUSH_TARGETS',
  'RUNS_EVERY',
  'TOKEN_USERNAME',
  'SECRET_NAME',
  'NAMESPACES',
  'MANIFESTS_DIR',
  'REFRESH_NOW',
  'HOME',
] satisfies (keyof FrameVariables)[]);

/** What would choose other programs, or a shell that logs what it does. */
const FORBIDDEN = /^(PATH|SHELLOPTS|BASHOPTS|BASH_.*|ENV|PS4|LD_.*|PYTHON.*)$/;

/** Whether a variable is one that the frame sets, or one that nobody may set. */
export function isFrameVariable(name: string): boolean {
  return FRAME_VARIABLES.has(name) || FORBIDDEN.test(name);
}
