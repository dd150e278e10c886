/** A login whose password is known to live only minutes or hours. */
interface ShortLivedLogin {
  readonly hosts: RegExp;
  readonly username: RegExp;
  readonly life: string;
  /** What to use instead. */
  readonly instead: string;
}

/** A password that a registry is known to refuse, or to accept only for a short time, with any user name. */
interface DoubtfulPassword {
  readonly hosts: RegExp;
  readonly password: RegExp;
  readonly why: string;
}

const ANY = /^/;

/**
 * @see https://cloud.google.com/artifact-registry/docs/docker/authentication#token
 * @see https://learn.microsoft.com/azure/container-registry/container-registry-authentication
 * @see https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html
 * @see https://external-secrets.io/latest/api/generator/ecr/
 * @see https://yandex.cloud/en/docs/container-registry/operations/authentication
 * @see https://docs.gitlab.com/ci/jobs/ci_job_token/
 * @see https://cloud.ibm.com/docs/Registry?topic=Registry-registry_access
 * @see https://www.alibabacloud.com/help/en/acr/developer-reference/api-cr-2018-12-01-getauthorizationtoken
 * @see https://www.ateam-oracle.com/authentication-mechanisms-for-oci-container-registry-ocir
 */
const LOGINS: readonly ShortLivedLogin[] = [
  {
    hosts: /(?:^|[.-])gcr\.io$|-docker\.pkg\.dev$|^docker\.[a-z0-9-]+\.rep\.pkg\.dev$/,
    username: /^oauth2accesstoken$/,
    life: 'an hour at most',
    instead: 'a `google` block in place of user name and password keeps a fresh one, or take a key file with _json_key',
  },
  {
    hosts: /\.azurecr\.(?:io|cn|us)$/,
    username: /^0{8}-0{4}-0{4}-0{4}-0{12}$/,
    life: 'three hours at most',
    instead:
      'an `azure` block in place of user name and password keeps a fresh one, or take a token of the registry with its own name and password',
  },
  {
    hosts: /^public\.ecr\.aws$/,
    username: /^AWS$/,
    life: '12 hours',
    instead:
      "keep a fresh one in the Secret with External Secrets' generator ECRAuthorizationToken (`scope: public`) and name that Secret in pushSecretName, or push to a private ECR registry with the aws block",
  },
  {
    // ECR behind another name: an endpoint of a VPC, a proxy. Its own hosts take no password at all.
    hosts: ANY,
    username: /^AWS$/,
    life: '12 hours',
    instead: 'push to `<account>.dkr.ecr.<region>.amazonaws.com`, whose `aws` block keeps a fresh one',
  },
  {
    hosts: /^cr\.yandex$|^registry\.yandexcloud\.net$/,
    username: /^iam$/,
    life: '12 hours at most',
    instead: "use json_key with a service account's authorized key, which does not expire",
  },
  {
    hosts: ANY,
    username: /^gitlab-ci-token$/,
    life: 'as long as its CI job',
    instead: 'use a deploy token or a project access token that may write to the registry',
  },
  {
    hosts: /(?:^|\.)icr\.io$/,
    username: /^iambearer$/,
    life: 'an hour at most',
    instead: 'use iamapikey with the API key of a service ID',
  },
  {
    hosts: /\.aliyuncs\.com$/,
    username: /^(?:cr_temp_user|temp_user_cr)$/,
    life: 'an hour at most',
    instead: 'use a permanent password of the registry',
  },
  {
    hosts: /\.ocir\.io$|\.oci\.oraclecloud\.com$/,
    username: /^BEARER_TOKEN$/,
    life: 'an hour at most',
    instead: 'use an auth token of a user, with the name `<tenancy namespace>/<user>`',
  },
];

/**
 * @see https://docs.github.com/en/packages/learn-github-packages/introduction-to-github-packages#authenticating-to-github-packages
 * @see https://docs.github.com/en/actions/concepts/security/github_token
 * @see https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/authentication_and_authorization/configuring-internal-oauth
 */
const PASSWORDS: readonly DoubtfulPassword[] = [
  {
    hosts: /^ghcr\.io$/,
    password: /^github_pat_/,
    why: 'a fine-grained token, and GitHub Packages takes classic ones alone: make a personal access token (classic) with `write:packages`',
  },
  {
    hosts: /^ghcr\.io$/,
    password: /^ghs_/,
    why: 'a token of a workflow or an app, which lives an hour or as long as its job: make a personal access token (classic) with `write:packages`',
  },
  {
    hosts: ANY,
    password: /^sha256~/,
    why: "a session token of OpenShift, which lives 24 hours: use a service account's token",
  },
  {
    hosts: ANY,
    password: /^glcbt-/,
    why: 'a token of a GitLab CI job, which ends with the job: use a deploy token or a project access token that may write to the registry',
  },
];

/** Why a login is probably short-lived, or nothing. */
export function shortLivedLogin(host: string, username: string): string | undefined {
  const login = LOGINS.find((one) => one.hosts.test(host) && one.username.test(username));
  if (login === undefined) return undefined;
  return `with this user name the password on ${host} lives ${login.life}, and builds fail after that: ${login.instead}`;
}

/**
 * Why a registry probably refuses a password, or accepts it only for a short time, or nothing. The reason never shows
 * the password.
 */
export function passwordDoubt(host: string, password: string): string | undefined {
  return PASSWORDS.find((one) => one.hosts.test(host) && one.password.test(password))?.why;
}
