import * as z from 'zod';
import { type Partly, text, textMap } from './fields';
import { tokenSchemas } from '../tokens/token-blocks';

/**
 * The values file of one registry: what the PrimeHub docs write, and what we accept beside it. The JSON Schema that
 * editors complete from is generated from this definition. The token blocks define their own part.
 */

const externalSecret = z
  .strictObject({
    store: text('Name of the SecretStore or ClusterSecretStore.'),
    storeKind: z
      .enum(['SecretStore', 'ClusterSecretStore'])
      .describe('Kind of the store.')
      .meta({ default: 'SecretStore' })
      .optional(),
    key: text('Key of the password in the store, e.g. the path of a Vault secret.'),
    property: text('Property of that key that holds the password.').optional(),
    refreshInterval: text('How often the operator reads the store, as a Go duration: 1h, 30m. Default: 1h.').optional(),
  })
  .describe('The password is in a store that the External Secrets operator reads. Safe to commit.');

const sealed = z
  .strictObject({
    scope: z
      .enum(['strict', 'namespace-wide', 'cluster-wide'])
      .describe('What the ciphertext is bound to: namespace and name, namespace alone, or the cluster.'),
    secretName: text('Name of the Secret that it was sealed for.'),
    host: text('Host of the registry that it was sealed for.'),
    username: text('User name that it was sealed for.'),
    encryptedData: textMap('The ciphertext of the docker config for each namespace.'),
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
  .describe(
    'Where the password comes from, instead of registryPassword: exactly one of env, file, externalSecret, sealed.',
  )
  .meta({ minProperties: 1, maxProperties: 1 });

// Kubernetes reads an unquoted `cpu: 2` as well.
const quantity = (description: string) =>
  z.union([z.string(), z.number()]).describe(`${description} A Kubernetes quantity.`);

const cpuAndMemory = (description: string) =>
  z
    .strictObject({ cpu: quantity('CPU: 500m.'), memory: quantity('Memory: 100Mi.') })
    .describe(`${description} PrimeHub's controller panics where only one of cpu and memory is there.`);

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
        requests: cpuAndMemory("What the builder is guaranteed. PrimeHub's default: 500m, 100Mi.").optional(),
        limits: cpuAndMemory("What the builder may use at most. PrimeHub's default: 2000m, 1500Mi.").optional(),
      })
      .describe('The resources of the builder.')
      .optional(),
    ephemeralStorage: quantity("Disk of the builder. PrimeHub's default: 30Gi.").optional(),
  })
  .describe('The job that builds an image.');

const customImage = z
  .strictObject({
    enabled: z.boolean().describe('false: nothing is generated from this file.').meta({ default: true }).optional(),
    registryEndpoint: text(
      'The registry to log in to: docker.io, https://gcr.io, https://harbor.example.com:8443.',
    ).optional(),
    registryUsername: text('User name of the login. With Google: _json_key.').optional(),
    registryPassword: z
      .union([z.string(), z.looseObject({})])
      .describe('The password in plaintext. Prefer registryPasswordFrom: a committed password is readable for ever.')
      .optional(),
    registryPasswordFrom: registryPasswordFrom.optional(),
    pushRepo: text('One repository: images are <pushRepo>:<image name>-<hash>. PrimeHub 3.8 and later.').optional(),
    pushRepoPrefix: text(
      'A prefix: images are <pushRepoPrefix>/<image name>:<hash>. Ignored where pushRepo is set.',
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
      .describe('Namespace of PrimeHub, or a list of those that get the push Secret; the first is home to the rest.')
      .meta({ default: 'hub' })
      .optional(),
    ...tokenSchemas,
    customImage,
  })
  .describe("One container registry for PrimeHub's custom images.")
  .meta({ title: 'Registry values' });

/**
 * What a values file says, as far as its keys and types are right: what is wrong was reported and is left out, so that
 * any key can be missing. An item of a list that is wrong leaves a hole.
 */
export type Values = Partly<z.infer<typeof valuesSchema>>;
export type CustomImageValues = NonNullable<Values['customImage']>;
