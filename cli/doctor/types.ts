/** One registry, as synth knows it. */
export interface DoctorRegistry {
  /** The base name of the values file. */
  readonly name: string;
  /** The namespaces that get the push Secret. The other objects are in the first one. */
  readonly namespaces: readonly string[];
  /** The host as image references write it. */
  readonly host: string;
  readonly pushSecretName: string;
  /**
   * What makes the push Secret: `kubectl apply` of a plaintext one, an operator, a token refresher, or something else.
   */
  readonly pushSecretFrom: 'login' | 'sealed' | 'external' | 'tokens' | 'existing';
  /** The objects in `dist/<name>.k8s.yaml`. */
  readonly manifests: readonly KubeObject[];
  /** The `customImage` mapping. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The fields of a Kubernetes object that the checks use for all kinds. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
    readonly managedFields?: readonly ManagedFields[];
  };
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: unknown;
  readonly status?: unknown;
}

export interface ManagedFields {
  readonly manager?: string;
  readonly time?: string;
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
}

/** The result of checking one thing. */
export interface Line {
  /** The registry that it is about, or none if it is about the cluster. */
  readonly registry?: string;
  /** `unknown` means that it could not be read, or that there is nothing to compare it with. */
  readonly level: 'ok' | 'wrong' | 'unknown';
  /** A stable name of what was found. `docs/doctor.md` lists them. */
  readonly code: string;
  readonly message: string;
  /** The command that fixes it, or that shows more. */
  readonly command?: string;
}

/** The right that reading something from the cluster needs. */
export interface Right {
  readonly verb: 'get' | 'list';
  /** The plural, with its API group if it has one. */
  readonly resource: string;
  /** None for a cluster-scoped object, and for a list of all namespaces. */
  readonly namespace?: string;
}

/** The result of reading something. */
export type Answer<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'forbidden'; readonly right: Right }
  /** Not answered, for a reason that is fit to be shown. */
  | { readonly kind: 'failed'; readonly reason: string };
