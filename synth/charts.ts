import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { IPushSecret, PushSecret } from '../lib/push-secret/push-secret';
import { IRegistry } from '../lib/registries/registry';
import { CustomImageConfigMap } from '../lib/settings/custom-image-config-map';
import { RegistryValues } from '../values/registry/registry-values';
import { PolicyFile } from '../values/tokens/token-block';
import { toYaml } from './yaml';

/**
 * The first line of every YAML file that we write, after `---`, which allows `cat` and `cdk8s synth -p` to join files.
 */
export const MADE_BY = '# Made by cdk8s synth from';

/** The files that are made from one values file. */
export interface RegistryManifests {
  readonly name: string;
  /** Everything except plaintext credentials. */
  readonly committed: string;
  /** The plaintext push Secret, if its password could be read. */
  readonly plaintext?: string;
  /** The `customImage` fragment for the PrimeHub Helm chart. */
  readonly helmValues: string;
  /** The policy of the refresher's identity. */
  readonly policy?: Policy;
}

/** A policy and its file: `<folder>/<name>.<ending>`. */
export interface Policy extends PolicyFile {
  readonly content: string;
}

/**
 * Makes the manifests of one registry. Each has its own App, as cdk8s takes quadratic time for many charts in one App.
 */
export function synthesizeRegistry(values: RegistryValues): RegistryManifests {
  const { name } = values;
  const charts = new Charts(values);
  const { registry, policy } = makeRegistry(values, charts);
  new CustomImageConfigMap(charts.committed, 'settings', {
    settings: registry.settings,
    configMapName: `${name}-custom-image`,
  });
  const header = `---\n${MADE_BY} ${sourceOf(values.file)}: change that file, not this one.\n`;
  const manifests = (chart: Chart) => header + toYaml(chart.toJson() as object[]);
  return {
    name,
    committed: manifests(charts.committed),
    plaintext: charts.plaintext === undefined ? undefined : manifests(charts.plaintext),
    helmValues: header + registry.settings.toYaml(),
    policy,
  };
}

/** A values file by its name and that of its folder: the same however the folder was named, and on any machine. */
function sourceOf(file: string): string {
  const folder = path.basename(path.dirname(path.resolve(file)));
  // what would end the comment, or hide a part of it
  return `${folder}/${path.basename(file)}`.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}

/** Each chart is a file. Plaintext credentials get a separate chart, which is made only if there are any. */
class Charts {
  readonly committed: Chart;
  plaintext?: Chart;
  private readonly app = new App();

  constructor(private readonly values: RegistryValues) {
    this.committed = this.make(values.name);
  }

  /** The chart for a push Secret in plaintext. */
  forPlaintext(): Chart {
    return (this.plaintext ??= this.make(`${this.values.name}-push-secret`));
  }

  private make(id: string): Chart {
    const { name, namespaces } = this.values;
    const labels = {
      'app.kubernetes.io/name': name,
      'app.kubernetes.io/managed-by': 'cdk8s',
      'app.kubernetes.io/part-of': 'image-registries',
    };
    return new Chart(this.app, id, { namespace: namespaces[0], labels });
  }
}

function makeRegistry(values: RegistryValues, charts: Charts): { registry: IRegistry; policy?: Policy } {
  const { name, namespaces, target, insecureSkipVerify, buildJob, pushSecret, pushSecretName: secretName } = values;
  const props = { name, namespaces, target, insecureSkipVerify, buildJob };
  const scope = charts.committed;
  if (pushSecret.from === 'tokens') {
    const { registry, policy } = pushSecret.tokens.createRegistry(scope, 'registry', { ...props, secretName });
    const file = pushSecret.policyFile;
    return { registry, policy: file === undefined || policy === undefined ? undefined : { ...file, content: policy } };
  }
  const { kind, host } = values;
  const registry = kind.create(scope, 'registry', host, { ...props, pushSecret: makePushSecret(values, charts) });
  return { registry };
}

function makePushSecret(
  { pushSecret, pushSecretName: secretName, namespaces }: RegistryValues,
  charts: Charts,
): IPushSecret {
  if (pushSecret.from !== 'login') return PushSecret.fromSecretName(charts.committed, 'push-secret', secretName);
  const { login } = pushSecret;
  const scope = login.password.isPlaintext ? charts.forPlaintext() : charts.committed;
  return new PushSecret(scope, 'push-secret', { secretName, namespaces, logins: [login] });
}
