import { App, Chart, Yaml } from 'cdk8s';
import { IPushSecret, PushSecret } from '../lib/push-secret/push-secret';
import { EcrRegistry } from '../lib/registries/ecr';
import { IRegistry } from '../lib/registries/registry';
import { CustomImageConfigMap } from '../lib/settings/custom-image-config-map';
import { RegistryValues } from './registry-values';

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
  const { name, namespaces } = values;
  const app = new App();
  const props = {
    namespace: namespaces[0],
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'cdk8s' },
  };
  const chart = new Chart(app, name, props);
  const secretChart = new Chart(app, `${name}-push-secret`, props);
  const registry = makeRegistry(values, chart, secretChart);
  new CustomImageConfigMap(chart, 'settings', {
    settings: registry.settings,
    configMapName: `${name}-custom-image`,
  });
  const header = `# Made by cdk8s synth from ${name}.yaml: change that file, not this one.\n`;
  const plaintext = secretChart.toJson() as object[];
  return {
    name,
    committed: header + Yaml.stringify(...(chart.toJson() as object[])),
    plaintext: plaintext.length === 0 ? undefined : header + Yaml.stringify(...plaintext),
    helmValues: header + registry.settings.toYaml(),
    iamPolicy: registry instanceof EcrRegistry ? registry.tokenRefresher?.iamPolicyJson : undefined,
  };
}

function makeRegistry(values: RegistryValues, chart: Chart, secretChart: Chart): IRegistry {
  const { name, namespaces, target, insecureSkipVerify, buildJob, pushSecret, pushSecretName: secretName } = values;
  const props = { name, namespaces, target, insecureSkipVerify, buildJob };
  if (pushSecret.from === 'ecr') return new EcrRegistry(chart, 'registry', { ...props, ...pushSecret.ecr, secretName });
  return values.kind.create(chart, 'registry', values.host, {
    ...props,
    pushSecret: makePushSecret(values, chart, secretChart),
  });
}

/** Plaintext goes into a chart, and so into a file, of its own. */
function makePushSecret(values: RegistryValues, chart: Chart, secretChart: Chart): IPushSecret {
  const { pushSecret, pushSecretName: secretName, namespaces } = values;
  if (pushSecret.from !== 'login' || !pushSecret.login.password.available) {
    return PushSecret.fromSecretName(chart, 'push-secret', secretName);
  }
  const scope = pushSecret.form === 'plaintext' ? secretChart : chart;
  return new PushSecret(scope, 'push-secret', { secretName, namespaces, logins: [pushSecret.login] });
}
