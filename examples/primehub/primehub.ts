import { join } from 'node:path';
import { Chart, Helm } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { IRegistry } from 'primehub-image-registries';

export interface PrimeHubProps {
  /** Where this PrimeHub pushes the images that its users build. */
  readonly registry: IRegistry;
}

/** A PrimeHub: a Helm chart, and a controller with our own configuration. */
export class PrimeHub extends Construct {
  constructor(scope: Construct, id: string, { registry }: PrimeHubProps) {
    super(scope, id);
    new Helm(this, 'console', {
      chart: join(__dirname, 'chart'),
      releaseName: id,
      namespace: Chart.of(this).namespace,
      values: { customImage: true },
    });

    // The settings are one section of the controller's configuration. JSON is YAML that all parsers read in the same way.
    const config = { ingress: { host: `${id}.example.com` }, customImage: registry.settings.toJson() as unknown };
    const configMap = new kplus.ConfigMap(this, 'config', {
      metadata: { name: `${id}-controller-config` },
      data: { 'config.yaml': JSON.stringify(config, null, 2) },
    });
    const controller = new kplus.Deployment(this, 'controller', {
      metadata: { name: `${id}-controller` },
      containers: [{ image: 'infuseai/primehub-controller:v3.9', securityContext: { user: 1000 } }],
    });
    const [container] = controller.containers;
    container.mount('/etc/primehub-controller', kplus.Volume.fromConfigMap(this, 'config-volume', configMap));
    // The push Secret as an ISecret of cdk8s-plus. The controller uses it to look up what was pushed.
    container.mount('/push-secret', kplus.Volume.fromSecret(this, 'push-secret', registry.pushSecret.secret));
  }
}
