import { ApiObject, Chart, Testing } from 'cdk8s';
import { parse } from 'yaml';
import {
  BuildJobSettings,
  CpuAndMemory,
  CustomImageConfigMap,
  CustomImageSettings,
  CustomImageSettingsProps,
} from '../../../lib';
import { errorsOf } from '../../support/errors';

const PROPS = { registryEndpoint: 'docker.io', pushRepo: 'docker.io/team/notebooks', pushSecretName: 'push' };

function toJson(props: Partial<CustomImageSettingsProps>): unknown {
  return new CustomImageSettings({ ...PROPS, ...props }).toJson();
}

test('the keys of buildJob have a fixed order', () => {
  const [requests, limits] = [
    { cpu: '1', memory: '1Gi' },
    { memory: '2Gi', cpu: '2' },
  ];
  const image = { repository: 'infuseai/buildah', tag: 'v1' };
  const yaml = (buildJob: BuildJobSettings) => new CustomImageSettings({ ...PROPS, buildJob }).toYaml();
  const one = yaml({ image, resources: { requests, limits }, ephemeralStorage: '60Gi' });
  const other = yaml({
    ephemeralStorage: '60Gi',
    resources: { limits: { cpu: '2', memory: '2Gi' }, requests: { memory: '1Gi', cpu: '1' } },
    image: { tag: 'v1', repository: 'infuseai/buildah' },
  });
  expect(other).toBe(one);
  expect(one).toMatch(/image:[^]*repository:[^]*tag:[^]*requests:[^]*limits:[^]*cpu:[^]*memory:[^]*ephemeralStorage:/);
});

test('writes the unused target and the default of insecureSkipVerify, and leaves the builder to PrimeHub', () => {
  expect(toJson({})).toEqual({ enabled: true, ...PROPS, pushRepoPrefix: '', insecureSkipVerify: false });
});

test('pushRepoPrefix is empty beside pushRepo, as PrimeHub ignores it', () => {
  expect(toJson({ pushRepoPrefix: 'docker.io/team' })).toMatchObject({ pushRepoPrefix: '' });
  expect(toJson({ pushRepo: undefined, pushRepoPrefix: 'docker.io/team' })).toMatchObject({
    pushRepo: '',
    pushRepoPrefix: 'docker.io/team',
  });
});

test('toJson gives a fresh object each time', () => {
  const settings = new CustomImageSettings(PROPS);
  (settings.toJson() as { enabled: boolean }).enabled = false;
  expect(settings.toJson()).toMatchObject({ enabled: true });
});

test.each(['0o17', '0x1f', '1e3', '1_000', '017', 'no', 'yes', 'on', 'y', 'null', 'true', '2024-01-01'])(
  'the tag %s means the same to YAML 1.1 and 1.2 readers',
  (tag) => {
    const yaml = new CustomImageSettings({ ...PROPS, buildJob: { image: { tag } } }).toYaml();
    for (const version of ['1.1', '1.2'] as const) {
      expect(parse(yaml, { version })).toMatchObject({ customImage: { buildJob: { image: { tag } } } });
    }
  },
);

test('toYaml and toJson have the same contents', () => {
  const settings = new CustomImageSettings({
    ...PROPS,
    insecureSkipVerify: true,
    buildJob: {
      image: { repository: 'infuseai/buildah', tag: 'v1.39.3' },
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
      ephemeralStorage: '30Gi',
    },
  });
  expect(parse(settings.toYaml(), { version: '1.1' })).toEqual({ customImage: settings.toJson() as unknown });
});

test.each(['500m', '2', '0.5', '.5', '1e3', '30Gi', '100Mi', '1500M', '1k'])('%s is a quantity', (quantity) => {
  expect(toJson({ buildJob: { ephemeralStorage: quantity } })).toMatchObject({
    buildJob: { ephemeralStorage: quantity },
  });
});

test.each(['', '30 Gi', '30GB', '1Kb', '-1', 'ten', '1e', '1.2.3'])('"%s" is not a quantity', (quantity) => {
  expect(errorsOf(() => toJson({ buildJob: { ephemeralStorage: quantity } }))).toEqual([
    'buildJob.ephemeralStorage malformed',
  ]);
});

test.each<[CpuAndMemory, CpuAndMemory, string[]]>([
  [
    { cpu: '2', memory: '1.5Gi' },
    { cpu: '1500m', memory: '1500Mi' },
    ['requests.cpu conflict', 'requests.memory conflict'],
  ],
  [{ cpu: '1e3', memory: '1G' }, { cpu: '1k', memory: '999999Ki' }, []],
  [{ cpu: '500m', memory: '1Gi' }, { cpu: '0.5', memory: '1024Mi' }, []],
  [
    { cpu: '100u', memory: '1M' },
    { cpu: '99999n', memory: '1E-3' },
    ['requests.cpu conflict', 'requests.memory conflict'],
  ],
])('requests %j within limits %j', (requests, limits, errors) => {
  const make = () => toJson({ buildJob: { resources: { requests, limits } } });
  if (errors.length === 0) expect(make).not.toThrow();
  else expect(errorsOf(make)).toEqual(errors.map((error) => `buildJob.resources.${error}`));
});

test('all errors come at once', () => {
  const buildJob = {
    image: { repository: 'infuseai/buildah:v1', tag: 'a b' },
    resources: { requests: { cpu: '1' }, limits: { memory: 'x' } },
  } as unknown as BuildJobSettings;
  const props = { pushRepo: undefined, insecureSkipVerify: 'yes' as unknown as boolean, buildJob };
  expect(errorsOf(() => toJson(props))).toEqual([
    'pushRepo missing',
    'insecureSkipVerify wrong-type',
    'buildJob.image.repository malformed',
    'buildJob.image.tag malformed',
    'buildJob.resources.requests.memory missing',
    'buildJob.resources.limits.cpu missing',
    'buildJob.resources.limits.memory malformed',
  ]);
});

test('the ConfigMap holds the settings under config.yaml, with the labels of the chart', () => {
  const chart = Testing.chart();
  const settings = new CustomImageSettings(PROPS);
  const configMap = new CustomImageConfigMap(chart, 'settings', {
    settings,
    configMapName: 'x-custom-image',
    namespace: 'hub',
  });
  expect(configMap.node.defaultChild).toBeDefined();
  expect(Testing.synth(chart)).toEqual([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x-custom-image', namespace: 'hub' },
      data: { 'config.yaml': settings.toYaml() },
    },
  ]);
});

test('a ConfigMap takes the namespace of its chart, and needs one, as kubectl would choose any', () => {
  const props = { settings: new CustomImageSettings(PROPS), configMapName: 'x-custom-image' };
  const chart = new Chart(Testing.app(), 'chart', { namespace: 'lab' });
  const configMap = new CustomImageConfigMap(chart, 'settings', props);
  expect(ApiObject.of(configMap).metadata.namespace).toBe('lab');
  expect(errorsOf(() => new CustomImageConfigMap(Testing.chart(), 'settings', props))).toEqual(['namespace missing']);
  expect(errorsOf(() => new CustomImageConfigMap(chart, 'other', { ...props, namespace: 'Hub' }))).toEqual([
    'namespace malformed',
  ]);
});

test('two ConfigMaps with the same name in one namespace are an error', () => {
  const settings = new CustomImageSettings(PROPS);
  const chart = new Chart(Testing.app(), 'chart', { namespace: 'hub' });
  for (const id of ['one', 'two']) new CustomImageConfigMap(chart, id, { settings, configMapName: 'custom-image' });
  new CustomImageConfigMap(chart, 'three', { settings, configMapName: 'custom-image', namespace: 'lab' });
  expect(chart.node.findChild('one').node.validate()).toEqual([
    "the ConfigMap hub/custom-image is made twice, by 'chart/one' and 'chart/two/config-map'; give one of them another `configMapName`",
  ]);
});
