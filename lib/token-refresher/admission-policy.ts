import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { SecretAccessProps } from './secret-access';
import { TokenCloud } from './token-cloud';

/** A cluster-scoped object, without the namespace that cdk8s gives every object of a chart. */
class ClusterObject extends ApiObject {
  override toJson(): { [key: string]: unknown } {
    const { metadata, ...manifest } = super.toJson() as { metadata: { [key: string]: unknown } };
    return { ...manifest, metadata: { ...metadata, namespace: undefined } };
  }
}

/** What labels or annotations of the Secret may contain: our own valid entries, and those that it had before. */
function onlyOurs(map: string, ours: string): string {
  const had = `k in variables.old.${map} && variables.old.${map}[k] == variables.new.${map}[k]`;
  return (
    `variables.new.${map}.all(k, (${ours}) || (${had})) && ` +
    `variables.old.${map}.all(k, (${ours}) || k in variables.new.${map})`
  );
}

function mapsOf(object: string): string {
  const map = (name: string): string => `${name}: ${object}.metadata.?${name}.orValue(dyn({}))`;
  const list = (name: string): string => `${name}: ${object}.metadata.?${name}.orValue(dyn([]))`;
  const quoted = [map('labels'), map('annotations'), list('ownerReferences'), list('finalizers')];
  return `{${quoted.map((entry) => entry.replace(/^\w+/, "'$&'")).join(', ')}}`;
}

const EMPTY = "{'labels': dyn({}), 'annotations': dyn({}), 'ownerReferences': dyn([]), 'finalizers': dyn([])}";
const TIME = "matches('^[0-9TZ:.+-]{1,40}$')";
const ANNOTATIONS = "['push-secret/refreshed-at', 'push-secret/expires-at']";

const RULES = [
  {
    expression: "object.type == 'kubernetes.io/dockerconfigjson'",
    message: 'the type must be kubernetes.io/dockerconfigjson',
  },
  {
    expression: "object.?data.orValue({}).all(k, k == '.dockerconfigjson') && !object.?immutable.orValue(false)",
    message: 'the one key is .dockerconfigjson, and the Secret stays mutable',
  },
  {
    expression: onlyOurs(
      'labels',
      "k == 'app.kubernetes.io/managed-by' && variables.new.labels[k] == 'token-refresher'",
    ),
    message: 'the one label is app.kubernetes.io/managed-by: token-refresher',
  },
  {
    expression: onlyOurs('annotations', `k in ${ANNOTATIONS} && variables.new.annotations[k].${TIME}`),
    message: 'the annotations are push-secret/refreshed-at and push-secret/expires-at, and both are times',
  },
  {
    expression:
      'variables.new.ownerReferences == variables.old.ownerReferences && variables.new.finalizers == variables.old.finalizers',
    message: 'owners and finalizers stay as they are',
  },
];

/** The answer to a write contains the Secret, so a write that changes nothing would be a way to read it. */
const NO_READING = {
  expression: "request.operation == 'CREATE' || object.?data.orValue({}) != oldObject.?data.orValue({})",
  message: 'a write must bring another token',
};

/**
 * Limits what the service account may write to its Secret, in every namespace. A Role cannot do that. It allows a patch
 * of the owners, after which Kubernetes deletes the Secret. The account could then create it with another type, which
 * gets it the token of any service account of the namespace.
 *
 * The policy is cluster-scoped, so its name contains the refresher's namespace.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function createAdmissionPolicy(scope: Construct, props: SecretAccessProps, cloud: TokenCloud): void {
  const { name, home } = props;
  const policyName = `${name}.${home}`;
  new ClusterObject(scope, 'admission-policy', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: policyName },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['secrets'] },
        ],
      },
      matchConditions: [
        { name: 'refresher', expression: `request.userInfo.username == 'system:serviceaccount:${home}:${name}'` },
      ],
      variables: [
        { name: 'new', expression: mapsOf('object') },
        { name: 'old', expression: `request.operation == 'CREATE' ? ${EMPTY} : ${mapsOf('oldObject')}` },
      ],
      validations: cloud.repeatsTokens === true ? RULES : [...RULES, NO_READING],
    },
  });
  new ClusterObject(scope, 'admission-policy-binding', {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: policyName },
    spec: { policyName, validationActions: ['Deny'] },
  });
}
