/** The variables of the AWS container that the refresher sets by itself; most are what its script goes by. */
const OWN_VARIABLES = [
  'IDENTITY',
  'ROLE_ARN',
  'REGISTRIES',
  'SECRET_NAME',
  'NAMESPACES',
  'ENSURE_REPOSITORIES',
  'MANIFESTS_DIR',
  'REFRESH_NOW',
  'HOME',
  'AWS_STS_REGIONAL_ENDPOINTS',
  'AWS_EC2_METADATA_DISABLED',
] as const;

/** One of the variables that the refresher sets by itself. */
export type OwnVariable = (typeof OWN_VARIABLES)[number];

/** What would choose another identity, other programs, or a shell that logs what it does. */
const FORBIDDEN =
  /^(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|(DEFAULT_)?PROFILE|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_.*|CONFIG_FILE|SHARED_CREDENTIALS_FILE)|PATH|SHELLOPTS|BASHOPTS|BASH_.*|ENV|PS4|LD_.*|PYTHON.*)$/;

/** Whether a variable is the refresher's own, or one that nobody may set. */
export function isReservedVariable(name: string): boolean {
  return (OWN_VARIABLES as readonly string[]).includes(name) || FORBIDDEN.test(name);
}
