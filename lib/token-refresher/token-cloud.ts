import { k8s } from 'cdk8s-plus-27';
import { ValidationError } from '../validation';

/** All that the refresher's frame must know about a cloud. */
export interface TokenCloud {
  /** The cloud's name for people: `AWS`. */
  readonly title: string;
  /** The tokens' name for people: `ECR token`. */
  readonly tokenTitle: string;
  /** The beginning of its alerts' names. */
  readonly alertPrefix: string;
  /** The user name that the tokens log in with. */
  readonly username: string;
  readonly life: TokenLife;
  /** The name of the container that asks for the tokens. */
  readonly container: string;
  /** That container's default image, and the member of the prop `images` that replaces it. */
  readonly image: string;
  readonly imageProp: string;
  /** What the containers with that image ask for, and may use. */
  readonly resources: ContainerResources;
  /** The member of the prop `pod` that adds variables to that container. */
  readonly envProp: string;
  /** The variable that names a file with the certificates to trust. */
  readonly caVariable: string;
  readonly scripts: CloudScripts;
  /**
   * The variables that may be added to that container, besides the proxy variables. None of them is read by the script,
   * chooses another identity or program, or makes a program log what it does.
   */
  readonly allowedVariables: readonly string[];
  /**
   * Whether the cloud may return the same token twice. The admission policy must then accept a write without a new
   * token, although the answer to it contains the Secret.
   */
  readonly repeatsTokens?: boolean;
}

/** A container's requests and limit. What it writes to the memory volumes, 32Mi, counts as its memory. */
export interface ContainerResources {
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
}

/** A cloud's parts of the scripts. The frame puts them between its own. */
export interface CloudScripts {
  /**
   * For both scripts: the variables `cloud` and `token_title`, and the functions `identify` and `advice`. See
   * prelude.sh.
   */
  readonly identity: string;
  /** The functions `fetch_token` and `finish`. See refresh.sh. */
  readonly tokens: string;
  /** The function `may_push`. See check-push.sh. */
  readonly pushCheck: string;
}

/** How long a token lives, and how often to ask for a new one. */
export interface TokenLife {
  /** How long a token lives, in minutes. */
  readonly minutes: number;
  /** The life in words: `12 hours`. */
  readonly inWords: string;
  /**
   * The default time between two runs, in minutes. It divides an hour, or is a number of whole hours that divides a
   * day.
   */
  readonly everyMinutes: number;
  /** The most runs in an hour. More are a mistake. */
  readonly mostRunsAnHour: number;
}

/** The tokens that one refresher asks for. */
export interface TokenSource {
  readonly cloud: TokenCloud;
  /** What is wrong with the props. If there is anything, the other members have no meaning. */
  readonly errors: readonly ValidationError[];
  /** The hosts that the tokens log in to. */
  readonly hosts: readonly string[];
  /**
   * Entries `<key>=<host>`, one per host. One token is fetched per key, so entries with the same key must be next to
   * each other.
   */
  readonly requests: readonly string[];
  /** Entries `<key>=<host>/<path>`, one per known repository that is pushed to. */
  readonly pushTargets: readonly string[];
  /** The audience of the pod's own token, if the cloud accepts that as a login. The token is in `POD_TOKEN_FILE`. */
  readonly audience?: string;
  /** Variables for the cloud's part of the script. Those without a value are left out. */
  readonly variables: { readonly [name: string]: string | undefined };
  /** Variables whose value comes from elsewhere in the cluster. */
  readonly variablesFrom: readonly k8s.EnvVar[];
  readonly serviceAccountAnnotations?: { readonly [key: string]: string };
  readonly podAnnotations?: { readonly [key: string]: string };
}
