import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { CustomImageSettings } from './custom-image-settings';
import { unknownProps } from '../unknown-props';
import { ValidationErrors, givenProps, invalid } from '../validation';
import { validateObjectName } from '../kubernetes/names';
import { resolveNamespace } from '../kubernetes/namespaces';
import { addCollisionCheck, objectIdentity } from '../kubernetes/collisions';

/** Props of a `CustomImageConfigMap`. */
export interface CustomImageConfigMapProps {
  /** The settings. */
  readonly settings: CustomImageSettings;
  /** The name of the ConfigMap. */
  readonly configMapName: string;
  /**
   * The namespace of the ConfigMap.
   *
   * @default - the chart's namespace
   */
  readonly namespace?: string;
}

/** A ConfigMap with the single key `config.yaml`, which the PrimeHub controller can read as it is. */
export class CustomImageConfigMap extends Construct {
  /** The name of the ConfigMap. */
  readonly configMapName: string;

  /**
   * @param scope the scope
   * @param id the id
   * @param props the props
   * @throws an error if Kubernetes does not accept a name
   */
  constructor(scope: Construct, id: string, props: CustomImageConfigMapProps) {
    super(scope, id);
    const { settings, configMapName, namespace } = givenProps(props);
    const errors = new ValidationErrors();
    errors.add([], unknownProps('CustomImageConfigMapProps', props));
    if (!(settings instanceof CustomImageSettings)) {
      errors.add('settings', invalid('wrong-type', 'expected CustomImageSettings: the `settings` of a registry'));
    }
    errors.add('configMapName', validateObjectName('ConfigMap', configMapName));
    const resolved = resolveNamespace(this, namespace, errors);
    errors.throwIfAny('CustomImageConfigMap', this);
    this.configMapName = configMapName;
    this.node.defaultChild = new k8s.KubeConfigMap(this, 'config-map', {
      metadata: { name: configMapName, namespace: resolved },
      data: { 'config.yaml': settings.toYaml() },
    });
    addCollisionCheck(this, 'configMapName', objectIdentity);
  }
}
