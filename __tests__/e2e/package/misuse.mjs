// Mistakes that TypeScript would refuse, in plain JavaScript.
import { App, Chart } from 'cdk8s';
import { EcrRegistry } from 'primehub-image-registries';

const chart = new Chart(new App(), 'chart', { namespace: 'hub' });
try {
  new EcrRegistry(chart, 'registry', {
    address: 123456789012,
    ensureRepository: 'yes',
    insecureSkipVerfiy: true,
    identity: 'arn:aws:iam::1:role/x',
  });
} catch (error) {
  console.log(`${error.constructor.name}: ${error.message}`);
}
