import { Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { ContainerRegistry, DockerHubRegistry, PasswordSource, PushSecret, PushTarget } from '../../lib';

function newChart(): Chart {
  return new Chart(Testing.app(), 'chart', { namespace: 'hub', labels: { team: 'ml' } });
}

const login = { username: 'robot', password: PasswordSource.fromPlaintext('secret') };

test('two of one kind stand side by side, and share a push Secret with two logins', () => {
  const chart = newChart();
  const pushSecret = new PushSecret(chart, 'push', {
    secretName: 'both',
    logins: [
      { host: 'quay.io', ...login },
      { host: 'ghcr.io', ...login },
    ],
  });
  const target = PushTarget.repository('team/notebooks');
  const registries = ['quay.io', 'ghcr.io'].map(
    (host) => new ContainerRegistry(chart, host, { host, target, pushSecret }),
  );
  expect(registries.map((registry) => registry.pushSecretName)).toEqual(['both', 'both']);
  expect(Testing.synth(chart)).toHaveLength(1);
});

test('a Secret that exists is referred to', () => {
  const chart = newChart();
  const pushSecret = PushSecret.fromSecretName(chart, 'push', 'there-already');
  const registry = new DockerHubRegistry(chart, 'r', { target: PushTarget.prefix('team'), pushSecret });
  expect(registry.settings.toJson()).toMatchObject({
    pushRepoPrefix: 'docker.io/team',
    pushSecretName: 'there-already',
  });
  expect(Testing.synth(chart)).toEqual([]);
});

test('beside a push Secret that is given, the node id and the namespace of the chart matter to nobody', () => {
  const chart = new Chart(Testing.app(), 'chart');
  const pushSecret = PushSecret.fromSecretName(chart, 'push', 'there-already');
  const registry = new DockerHubRegistry(chart, 'DockerHub', { target: PushTarget.prefix('team'), pushSecret });
  expect(registry.pushSecretName).toBe('there-already');
});

test('a node id that cannot be a name leads to `name`', () => {
  expect(() => new DockerHubRegistry(newChart(), 'DockerHub', { target: PushTarget.prefix('team'), ...login })).toThrow(
    /name: "DockerHub" is no registry name: .* at most 40 characters; it is the node id: pass a `name`$/m,
  );
});

test('two that make one Secret are an error that names both', () => {
  const chart = newChart();
  const target = PushTarget.repository('team/notebooks');
  for (const id of ['a', 'b']) new ContainerRegistry(chart, id, { ...login, host: 'quay.io', target, name: 'same' });
  expect(() => void Testing.synth(chart)).toThrow(
    /the Secret hub\/same-push-secret is made twice: by 'chart\/a\/push-secret' and 'chart\/b\/push-secret/,
  );
});

test('the Secret goes into a volume of cdk8s-plus', () => {
  const chart = newChart();
  const registry = new DockerHubRegistry(chart, 'r', { ...login, target: PushTarget.repository('team/notebooks') });
  const pod = new kplus.Pod(chart, 'pod', { containers: [{ image: 'builder' }] });
  pod.addVolume(kplus.Volume.fromSecret(chart, 'volume', registry.pushSecret.secret));
  expect(JSON.stringify(Testing.synth(chart))).toContain('"secretName":"r-push-secret"');
});
