import { Chart, Testing } from 'cdk8s';

/** A Kubernetes object, as in the YAML. */
export interface Manifest<Spec> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: Spec;
}

/** The objects of a chart, after its validation. */
export function manifests<Spec>(chart: Chart): Manifest<Spec>[] {
  return Testing.synth(chart) as Manifest<Spec>[];
}
