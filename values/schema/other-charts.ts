/**
 * Keys that people bring along with a whole values file of another chart, and what becomes of them here.
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

/** What to say of a key at the top of the file that belongs to another chart; nothing when none is known to have it. */
export function keyOfOtherChart(key: string): string | undefined {
  if (PRIMEHUB.includes(key)) {
    return "this key belongs to PrimeHub's own values file: remove it here, as this file describes only a registry";
  }
  if (AWS_ECR_CREDENTIAL.includes(key)) {
    return 'this key belongs to the chart aws-ecr-credential, which is not used here: remove it (settings of the pod go into aws.pod)';
  }
  return undefined;
}

/** The ways in which people name a Secret that exists already, where the source of a password is wanted. */
const SECRET_KEYS = ['existingSecret', 'secret', 'secretKeyRef', 'secretName', 'secretRef'];

/** What to say of a key under registryPasswordFrom that names a Secret; nothing when it does not. */
export function keyOfExistingSecret(key: string): string | undefined {
  if (!SECRET_KEYS.includes(key)) return undefined;
  return 'synth cannot read a Secret of the cluster: if it is already a push Secret, set customImage.pushSecretName to its name, and remove registryUsername and registryPasswordFrom';
}
