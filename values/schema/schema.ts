import * as z from 'zod';
import { type Partly, text, textMap } from './fields';
import { tokenSchemas } from '../tokens/token-blocks';

/**
 * The values file of one registry: the keys of the PrimeHub docs and our own. The JSON Schema for editors is generated
 * from this definition. Each token block defines its own part.
 */

const externalSecret = z
  .strictObject({
    store: text('Name of the SecretStore or ClusterSecretStore.'),
    storeKind: z
      .enum(['SecretStore', 'ClusterSecretStore'])
      .describe('Kind of the store.')
      .meta({ default: 'SecretStore' })
      .optional(),
    key: text('Key of the password in the store, such as the path of a Vault secret.'),
    property: text('Property of that key that holds the password.').optional(),
    refreshInterval: text(
      'How often the operator reads the store, as a Go duration like 1h or 30m. Default: 1h.',
    ).optional(),
  })
  .describe('Takes the password from a store that the External Secrets Operator reads. Safe to commit.');

const sealed = z
  .strictObject({
    scope: z
      .enum(['strict', 'namespace-wide', 'cluster-wide'])
      .describe('What the ciphertext is bound to: namespace and name, only the namespace, or the cluster.'),
    secretName: text('Name of the Secret that the password was sealed for.'),
    host: text('Host of the registry that the password was sealed for.'),
    username: text('User name that the password was sealed for.'),
    encryptedData: textMap('For each namespace, the encrypted docker config.'),
  })
  .describe(
    'What `npm run seal` writes: the docker config, encrypted for the Sealed Secrets controller. Safe to commit.',
  );

const registryPasswordFrom = z
  .strictObject({
    env: text('Name of the environment variable that holds the password when synth runs.').optional(),
    file: text('Path of the file that holds the password: absolute, or relative to this values file.').optional(),
    externalSecret: externalSecret.optional(),
    sealed: sealed.optional(),
  })
  .describe('Source of the password, instead of registryPassword: exactly one of env, file, externalSecret, sealed.')
  .meta({ minProperties: 1, maxProperties: 1 });

// Kubernetes also accepts an unquoted `cpu: 2`.
const quantity = (description: string) =>
  z.union([z.string(), z.number()]).describe(`${description} A Kubernetes quantity.`);

const cpuAndMemory = (description: string) =>
  z
    .strictObject({ cpu: quantity('CPU: 500m.'), memory: quantity('Memory: 100Mi.') })
    .describe(`${description} Set both cpu and memory, or PrimeHub's controller panics.`);

const buildJob = z
  .strictObject({
    image: z
      .strictObject({
        repository: text(
          "Repository of the builder image, without a tag. PrimeHub's default: infuseai/buildah.",
        ).optional(),
        tag: text("Tag of the builder image. PrimeHub's default: v1.39.3.").optional(),
      })
      .describe('The builder image.')
      .optional(),
    resources: z
      .strictObject({
        requests: cpuAndMemory("Resources that the builder is guaranteed. PrimeHub's default: 500m, 100Mi.").optional(),
        limits: cpuAndMemory(
          "Resources that the builder may use at most. PrimeHub's default: 2000m, 1500Mi.",
        ).optional(),
      })
      .describe('The resources of the builder.')
      .optional(),
    ephemeralStorage: quantity("Disk of the builder. PrimeHub's default: 30Gi.").optional(),
  })
  .describe('The job that builds an image.');

const customImage = z
  .strictObject({
    enabled: z.boolean().describe('If false, nothing is generated from this file.').meta({ default: true }).optional(),
    registryEndpoint: text(
      'The registry to log in to, like docker.io, https://gcr.io or https://harbor.example.com:8443.',
    ).optional(),
    registryUsername: text('User name of the login. For Google: _json_key.').optional(),
    registryPassword: z
      .union([z.string(), z.looseObject({})])
      .describe('The password in plaintext. Prefer registryPasswordFrom: git keeps a committed password for ever.')
      .optional(),
    registryPasswordFrom: registryPasswordFrom.optional(),
    pushRepo: text(
      'A single repository for all images: <pushRepo>:<image name>-<hash>. Needs PrimeHub 3.8 or later.',
    ).optional(),
    pushRepoPrefix: text(
      'A prefix, below which each image has its own repository: <pushRepoPrefix>/<image name>:<hash>. Ignored if pushRepo is set.',
    ).optional(),
    pushSecretName: text('Name of the push Secret. Default: <name of this file>-push-secret.').optional(),
    insecureSkipVerify: z
      .boolean()
      .describe('Push without verifying the TLS certificate of the registry.')
      .meta({ default: false })
      .optional(),
    buildJob: buildJob.optional(),
  })
  .describe('The customImage settings of PrimeHub.');

export const valuesSchema = z
  .strictObject({
    targetNamespace: z
      .union([z.string(), z.array(z.string()).min(1)])
      .describe(
        'Namespace of PrimeHub, or a list of namespaces that get the push Secret. All other objects go into the first one.',
      )
      .meta({ default: 'hub' })
      .optional(),
    ...tokenSchemas,
    customImage,
  })
  .describe("One container registry for PrimeHub's custom images.")
  .meta({ title: 'Registry values' });

/**
 * The content of a values file whose keys and types are right. Wrong parts were reported and are left out, so any key
 * can be missing. A wrong list item is undefined.
 */
export type Values = Partly<z.infer<typeof valuesSchema>>;
export type CustomImageValues = NonNullable<Values['customImage']>;
