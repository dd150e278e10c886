// A plain JavaScript module, as a user of the package writes it.
import { App, Chart } from 'cdk8s';
import { AwsIdentity, CustomImageConfigMap, EcrAddress, EcrRegistry, PushTarget } from 'primehub-image-registries';

const app = new App();
const chart = new Chart(app, 'registries', { namespace: 'hub' });
const { settings } = new EcrRegistry(chart, 'ecr', {
  address: EcrAddress.of({ account: '123456789012', region: 'eu-west-1' }),
  target: PushTarget.repository('ml/notebooks'),
  identity: AwsIdentity.podIdentity(),
});
new CustomImageConfigMap(chart, 'settings', { settings, configMapName: 'ecr-custom-image' });
console.log(app.synthYaml());
