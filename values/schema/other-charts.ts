/**
 * Keys of other charts, whose values files people copy here as a whole.
 *
 * @see https://github.com/InfuseAI/primehub/blob/main/chart/values.yaml
 * @see https://github.com/architectminds/helm-charts/tree/master/charts/aws-ecr-credential
 */
const PRIMEHUB = `
  admission adminNotebook app bootstrap console controller datasetUpload fluentd gitsync global grafana graphql
  groupvolume ingress istio jobImage jobSubmission jupyterhub keycloak keycloakGateway metacontroller minio
  modelDeployment monitoringAgent openshift phfs postgresql primehub rclone sshBastionServer store telemetry tusd usage
  watcher
`.split(/\s+/);

const AWS_ECR_CREDENTIAL = 'affinity fullnameOverride image nameOverride nodeSelector resources tolerations'.split(' ');

/** The message for a top-level key that belongs to another chart, or nothing if it does not. */
export function keyOfOtherChart(key: string): string | undefined {
  if (PRIMEHUB.includes(key)) {
    return "this key belongs to PrimeHub's own values file: remove it here, as this file describes only a registry";
  }
  if (AWS_ECR_CREDENTIAL.includes(key)) {
    return 'this key belongs to the chart aws-ecr-credential, which is not used here: remove it (settings of the pod go into aws.pod)';
  }
  return undefined;
}

/** Keys with which people try to name an existing Secret as the source of a password. */
const SECRET_KEYS = ['existingSecret', 'secret', 'secretKeyRef', 'secretName', 'secretRef'];

/** The message for a key in registryPasswordFrom that names a Secret, or nothing if it does not. */
export function keyOfExistingSecret(key: string): string | undefined {
  if (!SECRET_KEYS.includes(key)) return undefined;
  return 'synth cannot read a Secret of the cluster: if it is already a push Secret, set customImage.pushSecretName to its name, and remove registryUsername and registryPasswordFrom';
}
