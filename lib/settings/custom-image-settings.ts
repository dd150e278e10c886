import { BuildJobSettings, inOrder, validateBuildJob } from './build-job';
import { unknownProps } from '../unknown-props';
import { ValidationError, ValidationErrors, givenProps, invalid, validateBoolean, validateMap } from '../validation';
import { validateObjectName } from '../kubernetes/names';
import { escapeUnreadable } from '../kubernetes/yaml-text';
import { redact } from '../redact';
import { validateText } from '../text';

/** Props of `CustomImageSettings`, under PrimeHub's own names. */
export interface CustomImageSettingsProps {
  /** The registry to log in to. */
  readonly registryEndpoint: string;
  /**
   * A single repository with its host. An image is `<pushRepo>:<image name>-<hash>`. It needs PrimeHub 3.8 or later.
   *
   * @default - none: set `pushRepoPrefix` instead
   */
  readonly pushRepo?: string;
  /**
   * A prefix with its host. An image is `<pushRepoPrefix>/<image name>:<hash>`. PrimeHub ignores it if `pushRepo` is
   * set.
   *
   * @default - none: set `pushRepo` instead
   */
  readonly pushRepoPrefix?: string;
  /** The Secret that the builder mounts. */
  readonly pushSecretName: string;
  /**
   * Push without verifying the registry's TLS certificate.
   *
   * @default false
   */
  readonly insecureSkipVerify?: boolean;
  /**
   * The builder's image, resources and disk.
   *
   * @default - PrimeHub's own defaults
   */
  readonly buildJob?: BuildJobSettings;
}

/** The `customImage` settings of PrimeHub, without user name and password. */
export class CustomImageSettings {
  private readonly map: Record<string, unknown>;

  /**
   * @param props the props
   * @throws an error that lists everything wrong with the props
   */
  constructor(props: CustomImageSettingsProps) {
    const { registryEndpoint, pushRepo, pushRepoPrefix, pushSecretName } = givenProps(props);
    const errors = new ValidationErrors();
    errors.add([], unknownProps('CustomImageSettingsProps', props));
    errors.add('registryEndpoint', validateSetting('registryEndpoint', registryEndpoint));
    if (pushRepo === undefined && pushRepoPrefix === undefined) {
      errors.add('pushRepo', invalid('missing', 'missing: give `pushRepo` or `pushRepoPrefix`'));
    }
    if (pushRepo !== undefined) errors.add('pushRepo', validateSetting('pushRepo', pushRepo));
    if (pushRepoPrefix !== undefined) errors.add('pushRepoPrefix', validateSetting('pushRepoPrefix', pushRepoPrefix));
    errors.add('pushSecretName', validateObjectName('Secret', pushSecretName));
    checkBuilderSettings(givenProps(props), errors);
    errors.throwIfAny('CustomImageSettings');
    // `helm upgrade --reuse-values` keeps every key that a fragment does not mention, so write the unused target and
    // the default too. PrimeHub's controller treats an empty pushRepo as absent, so the ConfigMap can say the same. No
    // value means "the chart's own builder" to Helm, so what an earlier fragment said about buildJob stays.
    this.map = withoutUndefined({
      enabled: true,
      registryEndpoint: props.registryEndpoint,
      pushRepo: props.pushRepo ?? '',
      pushRepoPrefix: props.pushRepo === undefined ? props.pushRepoPrefix : '',
      pushSecretName: props.pushSecretName,
      insecureSkipVerify: props.insecureSkipVerify ?? false,
      buildJob: props.buildJob && inOrder(props.buildJob),
    });
  }

  /**
   * The `customImage` mapping, to merge into a larger `config.yaml` or values file.
   *
   * @returns a new JSON object at each call
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- jsii has no other word for a JSON object
  toJson(): any {
    return structuredClone(this.map);
  }

  /**
   * The settings as a YAML document with the single key `customImage`. YAML 1.1 and YAML 1.2 readers read it the same.
   *
   * @returns the document, which ends with a newline
   */
  toYaml(): string {
    return `customImage:\n${yamlLines(this.map, '  ').join('')}`;
  }
}

function validateSetting(what: string, value: unknown): ValidationError[] {
  if (typeof value !== 'string' || value === '') return invalid('wrong-type', `${redact(value)} is not text`);
  return validateText(what, value);
}

/** Checks the props that settings and registries share. */
export function checkBuilderSettings(
  { insecureSkipVerify, buildJob }: Pick<CustomImageSettingsProps, 'insecureSkipVerify' | 'buildJob'>,
  errors: ValidationErrors,
): void {
  errors.add('insecureSkipVerify', validateBoolean(insecureSkipVerify));
  errors.add('buildJob', validateMap(buildJob));
  errors.add('buildJob', validateBuildJob(buildJob ?? {}));
}

// Quote every string: YAML 1.1 and 1.2 disagree on what `0o17`, `1_000`, `no` and `12:30` mean without quotes.
function yamlLines(map: Record<string, unknown>, indent: string): string[] {
  return Object.entries(map).flatMap(([key, value]) =>
    typeof value === 'object'
      ? [`${indent}${key}:\n`, ...yamlLines(value as Record<string, unknown>, `${indent}  `)]
      : [`${indent}${key}: ${escapeUnreadable(JSON.stringify(value))}\n`],
  );
}

/** A deep copy without undefined members and without the mappings that are then empty. */
function withoutUndefined(map: object): Record<string, unknown> {
  const entries = Object.entries(map)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'object' && value !== null ? withoutUndefined(value) : value,
    ])
    .filter(([, value]) => typeof value !== 'object' || Object.keys(value as object).length > 0);
  return Object.fromEntries(entries) as Record<string, unknown>;
}
