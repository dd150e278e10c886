import { TokenRefresherOptions, TokenRefresherPod } from './options';

/** The images of a refresher's pod that asks by curl, with tag or digest, for mirrors and for pinning. */
export interface CurlTokenRefresherImages {
  /**
   * An image with curl, a POSIX shell, base64 and sed.
   *
   * @default quay.io/curl/curl:8.21.0
   */
  readonly curl?: string;
  /**
   * An image with kubectl.
   *
   * @default registry.k8s.io/kubectl:v1.36.4
   */
  readonly kubectl?: string;
}

/** What a cluster may want of the pod that asks by curl. */
export interface CurlTokenRefresherPod extends TokenRefresherPod {
  /**
   * Environment of curl alone: `HTTPS_PROXY`, `NO_PROXY`. It is committed as it stands, so that it can hold no password,
   * and it cannot choose an identity.
   *
   * @default - nothing more than what the refresher needs
   */
  readonly curlEnv?: { [key: string]: string };
}

/** What can be chosen of a refresher that asks by curl, on its own and inside a registry. */
export interface CurlTokenRefresherOptions extends TokenRefresherOptions {
  /**
   * The images of the pod.
   *
   * @default - the official ones of curl and of Kubernetes
   */
  readonly images?: CurlTokenRefresherImages;
  /**
   * What the cluster wants of the pod.
   *
   * @default - nothing
   */
  readonly pod?: CurlTokenRefresherPod;
}
