import { App, Chart, Yaml } from 'cdk8s';
import { PasswordForm } from '../lib/push-secret/password-source';
import { IPushSecret, PushSecret } from '../lib/push-secret/push-secret';
import { EcrRegistry } from '../lib/registries/ecr';
import { IRegistry } from '../lib/registries/registry';
import { CustomImageConfigMap } from '../lib/settings/custom-image-config-map';
import { RegistryValues } from '../values/registry/registry-values';

/** How every YAML file that we write begins. */
export const MADE_BY = '# Made by cdk8s synth from';

/** What one values file becomes. */
export interface RegistryManifests {
  readonly name: string;
  /** Everything but plaintext credentials. */
  readonly committed: string;
  /** The plaintext push Secret, where its password could be read. */
  readonly plaintext?: string;
  /** The `customImage` fragment for the PrimeHub Helm chart. */
  readonly helmValues: string;
  /** The IAM policy of the ECR refresher's identity. */
  readonly iamPolicy?: string;
}

/** Makes the manifests of one registry, in an App of its own: cdk8s takes quadratic time for many charts in one. */
export function synthesizeRegistry(values: RegistryValues): RegistryManifests {
  const { name } = values;
  const charts = new Charts(values);
  const registry = makeRegistry(values, charts);
  new CustomImageConfigMap(charts.committed, 'settings', {
    settings: registry.settings,
    configMapName: `${name}-custom-image`,
  });
  const header = `${MADE_BY} ${name}.yaml: change that file, not this one.\n`;
  const manifests = (chart: Chart) => header + Yaml.stringify(...(chart.toJson() as object[]));
  return {
    name,
    committed: manifests(charts.committed),
    plaintext: charts.plaintext === undefined ? undefined : manifests(charts.plaintext),
    helmValues: header + registry.settings.toYaml(),
    iamPolicy: registry instanceof EcrRegistry ? registry.tokenRefresher?.iamPolicyJson : undefined,
  };
}

/** A chart is a file: plaintext credentials go into one of their own, which is made where there are any. */
class Charts {
  readonly committed: Chart;
  plaintext?: Chart;
  private readonly app = new App();

  constructor(private readonly values: RegistryValues) {
    this.committed = this.make(values.name);
  }

  /** The chart for a push Secret of that form. */
  forPushSecret(form: PasswordForm): Chart {
    if (form !== 'plaintext') return this.committed;
    return (this.plaintext ??= this.make(`${this.values.name}-push-secret`));
  }

  private make(id: string): Chart {
    const { name, namespaces } = this.values;
    const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'cdk8s' };
    return new Chart(this.app, id, { namespace: namespaces[0], labels });
  }
}

function makeRegistry(values: RegistryValues, charts: Charts): IRegistry {
  const { name, namespaces, target, insecureSkipVerify, buildJob, pushSecret, pushSecretName: secretName } = values;
  const props = { name, namespaces, target, insecureSkipVerify, buildJob };
  const scope = charts.committed;
  if (pushSecret.from === 'ecr') return new EcrRegistry(scope, 'registry', { ...props, ...pushSecret.ecr, secretName });
  const { kind, host, plainHttp } = values;
  return kind.create(scope, 'registry', host, { ...props, plainHttp, pushSecret: makePushSecret(values, charts) });
}

function makePushSecret(
  { pushSecret, pushSecretName: secretName, namespaces }: RegistryValues,
  charts: Charts,
): IPushSecret {
  if (pushSecret.from !== 'login' || !pushSecret.login.password.available) {
    return PushSecret.fromSecretName(charts.committed, 'push-secret', secretName);
  }
  const scope = charts.forPushSecret(pushSecret.login.password._form);
  return new PushSecret(scope, 'push-secret', { secretName, namespaces, logins: [pushSecret.login] });
}
