import { inspect } from 'util';
import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { PasswordSource, PushSecret, RegistryLogin } from '../../../lib';

function pushSecret(password: string): {
  readonly chart: ReturnType<typeof Testing.chart>;
  readonly secret: PushSecret;
} {
  const chart = Testing.chart();
  const source = PasswordSource.fromPlaintext(password);
  const logins = [RegistryLogin.of({ host: 'gcr.io', username: 'robot', password: source })];
  return { chart, secret: new PushSecret(chart, 'push', { secretName: 'push', namespaces: ['hub'], logins }) };
}

test('a failing JSON patch does not print its Secret', () => {
  const { chart, secret } = pushSecret('mArKeR-0123456789');
  ApiObject.of(secret).addJsonPatch(JsonPatch.test('/type', 'Opaque'));
  let error: unknown;
  try {
    Testing.synth(chart);
  } catch (thrown) {
    error = thrown;
  }
  expect((error as Error).message).toContain("The Secret 'test/push/secret-hub' cannot be written");
  const everything = inspect(error, { depth: Infinity, showHidden: true });
  expect(everything).not.toContain('mArKeR');
  expect(everything).not.toContain(Buffer.from('robot:mArKeR-0123456789').toString('base64').slice(0, 16));
});

test('printing the Secret or its parents does not print the password', () => {
  const { chart, secret } = pushSecret('mArKeR-0123456789');
  const { data } = (Testing.synth(chart) as [{ data: Record<string, string> }])[0];
  const printed = inspect([ApiObject.of(secret), secret, chart], { depth: Infinity });
  expect(printed).not.toContain(data['.dockerconfigjson'].slice(0, 16));
});

test('a JSON patch that fits is applied', () => {
  const { chart, secret } = pushSecret('p');
  ApiObject.of(secret).addJsonPatch(JsonPatch.add('/metadata/annotations', { owner: 'team' }));
  expect(Testing.synth(chart)).toMatchObject([{ metadata: { annotations: { owner: 'team' } } }]);
});
