/** One registry, as synth knows it. */
export interface DoctorRegistry {
  /** The base name of the values file. */
  readonly name: string;
  /** The namespaces that get the push Secret; the first is home to the rest. */
  readonly namespaces: readonly string[];
  /** The host as image references have it. */
  readonly host: string;
  readonly pushSecretName: string;
  /** What writes the push Secret: `kubectl apply` of a plaintext one, an operator, a token refresher, or somebody else. */
  readonly pushSecretFrom: 'login' | 'sealed' | 'external' | 'tokens' | 'existing';
  /** The objects in `dist/<name>.k8s.yaml`. */
  readonly manifests: readonly KubeObject[];
  /** The `customImage` map. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A Kubernetes object, as far as the checks look at all of them. */
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

/** One thing that was looked at. */
export interface Line {
  /** The registry that it is about; none where it is about the cluster. */
  readonly registry?: string;
  /** `unknown`: it could not be looked at, or there is nothing to compare with. */
  readonly level: 'ok' | 'wrong' | 'unknown';
  /** A stable name of what was found. `docs/doctor.md` lists them. */
  readonly code: string;
  readonly message: string;
  /** The command that mends it, or that shows more. */
  readonly command?: string;
}

/** What somebody must be allowed to do for a look at the cluster. */
export interface Right {
  readonly verb: 'get' | 'list';
  /** The plural, with its API group where it has one. */
  readonly resource: string;
  /** None for what is in no namespace, and for a look into all of them. */
  readonly namespace?: string;
}

/** What came of looking for something. */
export type Answer<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'absent' }
  | { readonly kind: 'forbidden'; readonly right: Right }
  /** Not answered, for a reason that is fit to be shown. */
  | { readonly kind: 'failed'; readonly reason: string };
