import { App, Chart } from 'cdk8s';
import {
  AcrTokenRefresher,
  AwsIdentity,
  AzureIdentity,
  EcrAddress,
  EcrTokenRefresher,
  GoogleIdentity,
  GoogleTokenRefresher,
  PushTarget,
  RegistryAddress,
} from '../../../lib';
import { AWS } from '../../../lib/token-refresher/aws/ecr-tokens';
import { AZURE } from '../../../lib/token-refresher/azure/acr-tokens';
import { GOOGLE } from '../../../lib/token-refresher/google/google-tokens';
import { TokenCloud } from '../../../lib/token-refresher/token-cloud';
import { errorsOf } from '../../support/errors';

// A shell that traces, or a program that logs what it sends, would put tokens into the log. Nothing in the manifests
// turns that on, and no option can.

const targets = [PushTarget.repository('example-project/images/notebooks')];
const address = (host: string) => [RegistryAddress.of({ host, targets })];
const chart = () => new Chart(new App(), 'chart', { namespace: 'hub' });

const REFRESHERS: readonly [TokenCloud, (env: { [name: string]: string }) => { firstJob: { toJson(): unknown } }][] = [
  [
    AWS,
    (awsEnv) =>
      new EcrTokenRefresher(chart(), 'x', {
        registries: [EcrAddress.of({ account: '123456789012', region: 'eu-west-1', targets })],
        identity: AwsIdentity.irsa('arn:aws:iam::123456789012:role/x'),
        pod: { awsEnv },
      }),
  ],
  [
    GOOGLE,
    (curlEnv) =>
      new GoogleTokenRefresher(chart(), 'x', {
        registries: address('us-docker.pkg.dev'),
        identity: GoogleIdentity.workloadIdentity(
          'projects/123456789012/locations/global/workloadIdentityPools/clusters/providers/hub-cluster',
        ),
        pod: { curlEnv },
      }),
  ],
  [
    AZURE,
    (curlEnv) =>
      new AcrTokenRefresher(chart(), 'x', {
        registries: address('example.azurecr.io'),
        identity: AzureIdentity.workloadIdentity(
          '11111111-2222-3333-4444-555555555555',
          '66666666-7777-8888-9999-000000000000',
        ),
        pod: { curlEnv },
      }),
  ],
];

/** Variables that make a program log or store what it does, that name such a configuration, or run other code. */
const VERBOSE = [
  // the shell
  ...['SHELLOPTS', 'BASHOPTS', 'BASH_ENV', 'ENV', 'PS4', 'BASH_XTRACEFD', 'PROMPT_COMMAND', 'BASH_FUNC_curl%%'],
  // the linker and the C library
  ...['LD_PRELOAD', 'LD_AUDIT', 'LD_DEBUG', 'LD_LIBRARY_PATH', 'GCONV_PATH', 'MALLOC_TRACE', 'PATH'],
  // curl and TLS
  ...['HOME', 'CURL_HOME', 'XDG_CONFIG_HOME', 'CURL_VERBOSE', 'CURL_DEBUG', 'CURL_SSL_BACKEND', 'NETRC'],
  ...['SSLKEYLOGFILE', 'QLOGDIR', 'OPENSSL_CONF', 'OPENSSL_MODULES', 'OPENSSL_ENGINES'],
  // the AWS CLI and its Python
  ...['AWS_DEBUG', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_PROFILE', 'AWS_DATA_PATH', 'AWS_PAGER'],
  ...['AWS_CLI_AUTO_PROMPT', 'AWS_CLI_HISTORY_FILE', 'BOTO_CONFIG', 'PAGER'],
  ...['PYTHONPATH', 'PYTHONHOME', 'PYTHONSTARTUP', 'PYTHONVERBOSE', 'PYTHONINSPECT', 'PYTHONDEBUG'],
];

interface Container {
  readonly name: string;
  readonly command: string[];
  readonly args: string[];
  readonly env?: { readonly name: string }[];
}

describe.each(REFRESHERS)('$title', (cloud, refresher) => {
  test('no option sets a variable that makes a program verbose', () => {
    const names = [...VERBOSE, ...VERBOSE.map((name) => name.toLowerCase())];
    const verdicts = names.map((name) => [name, ...errorsOf(() => refresher({ [name]: '1' }))]);
    expect(verdicts).toEqual(names.map((name) => [name, `pod.${cloud.envProp} not-allowed`]));
  });

  const all = Object.fromEntries(cloud.allowedVariables.map((name) => [name, 'x']));
  const job = refresher(all).firstJob.toJson() as {
    spec: { template: { spec: { initContainers: Container[]; containers: Container[] } } };
  };
  const { initContainers, containers } = job.spec.template.spec;

  test.each([...initContainers, ...containers].map((container) => [container.name, container] as const))(
    'the container %s is not verbose',
    (name, { command, args, env = [] }) => {
      const names = env.map((one) => one.name);
      // the script's own folder, a volume in memory
      expect(names.filter((one) => one !== 'HOME' && VERBOSE.includes(one))).toEqual([]);
      if (name === 'kubectl') {
        expect(command).toEqual(['kubectl']);
        expect(args.filter((arg) => /^(?:-v|--v(?:=|$)|--vmodule)/.test(arg))).toEqual([]);
        return;
      }
      expect(command).toEqual(['/bin/sh', '-c']);
      const [script] = args;
      // the first command; no later one changes an option of the shell
      expect(script).toMatch(/^(?:#.*\n)*set \+x \+a -euf\n/);
      const changes = [...script.matchAll(/\b(?:set|shopt) +([-+]\S*)/g)].map(([, option]) => option);
      expect(changes.filter((option) => option !== '--')).toEqual(['+x']);
      // long options of programs, and lines of curl's configuration
      expect(script).not.toMatch(/\s(?:--|['"])(?:debug|verbose|trace|include|netrc|libcurl)\b/);
    },
  );
});
