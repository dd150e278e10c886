import * as z from 'zod';
import { text, textMap } from '../schema/fields';

/** The fields that every token block has in its schema. */

const toleration = z
  .strictObject({
    key: text('Key of the taint.').optional(),
    operator: z
      .enum(['Exists', 'Equal'])
      .describe('How the key and the value are compared with those of the taint.')
      .optional(),
    value: text('Value of the taint.').optional(),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).describe('Effect of the taint.').optional(),
    tolerationSeconds: z.int().describe('How many seconds a NoExecute taint is tolerated.').optional(),
  })
  .describe('A toleration, as a pod has it.');

/** The keys of `pod`, except the environment variables, which have a different key for each cloud. */
export const podFields = {
  runAsUser: z
    .union([z.int(), z.literal('cluster')])
    .describe('User, group and fsGroup of the pod: a number, or cluster to let OpenShift choose.')
    .meta({ default: 65532 })
    .optional(),
  imagePullSecrets: z.array(z.string()).describe('Names of the Secrets with which the images are pulled.').optional(),
  nodeSelector: textMap('Labels of the nodes that the pod may run on.').optional(),
  tolerations: z.array(toleration).describe('Taints that the pod tolerates.').optional(),
  priorityClassName: text('Name of the PriorityClass.').optional(),
  labels: textMap('More labels for the pod.').optional(),
  annotations: textMap('More annotations for the pod.').optional(),
};

export const admissionPolicy = z
  .boolean()
  .describe(
    'Limit what the refresher may write, with a ValidatingAdmissionPolicy. Needs Kubernetes 1.30 and the right to apply one.',
  )
  .meta({ default: false })
  .optional();

export const pushCheck = z
  .boolean()
  .describe('Ask the registry after each refresh whether the token may push to pushRepo.')
  .meta({ default: true })
  .optional();

export const kubectlImage = text('Image of kubectl, by tag or digest.').optional();

export const alert = z
  .strictObject({ labels: textMap('Labels by which the Prometheus of the cluster selects rules.').optional() })
  .describe('Generate a PrometheusRule that fires before the token expires.')
  .optional();

/** The fields that are the same for all clouds whose refresher uses curl. */
export const curlFields = {
  images: z
    .strictObject({
      curl: text('Image with curl and a shell, by tag or digest.').optional(),
      kubectl: kubectlImage,
    })
    .describe("Images of the refresher's pod, to use a mirror or to pin a version.")
    .optional(),
  alert,
  pushCheck,
  admissionPolicy,
  pod: z
    .strictObject({
      ...podFields,
      curlEnv: textMap('Environment variables for curl only, like HTTPS_PROXY and NO_PROXY.').optional(),
      caConfigMap: text('Name of a ConfigMap whose key ca.crt contains the certificates that curl trusts.').optional(),
    })
    .describe("Settings of the refresher's pod that the cluster needs.")
    .optional(),
};
