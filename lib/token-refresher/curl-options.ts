import { TokenRefresherOptions, TokenRefresherPod } from './options';

/** The images of the refresher's pod for Google and Azure, with a tag or digest, to use a mirror or to pin them. */
export interface CurlTokenRefresherImages {
  /**
   * The image with curl, a POSIX shell, base64 and sed.
   *
   * @default quay.io/curl/curl:8.21.0
   */
  readonly curl?: string;
  /**
   * The image with kubectl.
   *
   * @default registry.k8s.io/kubectl:v1.36.4
   */
  readonly kubectl?: string;
}

/** Settings of the pod that asks Google or Azure for tokens. */
export interface CurlTokenRefresherPod extends TokenRefresherPod {
  /**
   * Environment variables of curl only, like `HTTPS_PROXY` and `NO_PROXY`. They are committed, so they must not contain
   * a password, and they cannot choose an identity.
   *
   * @default - only the variables that the refresher needs
   */
  readonly curlEnv?: { [key: string]: string };
}

/** Options of a token refresher for Google or Azure, by itself and inside a registry. */
export interface CurlTokenRefresherOptions extends TokenRefresherOptions {
  /**
   * The images of the pod.
   *
   * @default - the official ones of curl and of Kubernetes
   */
  readonly images?: CurlTokenRefresherImages;
  /**
   * Settings of the pod that the cluster may need.
   *
   * @default - nothing
   */
  readonly pod?: CurlTokenRefresherPod;
}
