import { k8s } from 'cdk8s-plus-27';
import { ValidationError } from '../validation';

/** What a cloud tells the refresher's frame: all that the frame does not know by itself. */
export interface TokenCloud {
  /** What people call the cloud: `AWS`. */
  readonly title: string;
  /** What people call the tokens: `ECR token`. */
  readonly tokenTitle: string;
  /** What the names of its alerts begin with. */
  readonly alertPrefix: string;
  /** The user name that the tokens log in with. */
  readonly username: string;
  readonly life: TokenLife;
  /** The name of the container that asks for the tokens. */
  readonly container: string;
  /** The default image of that container, and the member of the prop `images` that replaces it. */
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
   * The variables that may be added to that container, beside those of proxies. None of them is one that the script
   * reads, chooses another identity or another program, or makes a program log what it does.
   */
  readonly allowedVariables: readonly string[];
  /**
   * Whether the cloud may answer twice with the same token. Then the admission policy lets a write pass that brings no
   * new one, and with it what it is answered: the Secret.
   */
  readonly repeatsTokens?: boolean;
}

/** What a container asks for, and may use. The volumes in memory, 32Mi, count as memory of who writes to them. */
export interface ContainerResources {
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
}

/** A cloud's parts of the scripts, which the frame puts between its own. */
export interface CloudScripts {
  /** For both scripts: the variables `cloud` and `token_title`, the functions `identify` and `advice`; see prelude.sh. */
  readonly identity: string;
  /** The functions `fetch_token` and `finish`; see refresh.sh. */
  readonly tokens: string;
  /** The function `may_push`; see check-push.sh. */
  readonly pushCheck: string;
}

/** How long a token lives, and how often that means to ask for a new one. */
export interface TokenLife {
  /** How long a token lives, in minutes. */
  readonly minutes: number;
  /** The life in words: `12 hours`. */
  readonly inWords: string;
  /** The default time between two runs, in minutes: a divisor of an hour, or whole hours that divide a day. */
  readonly everyMinutes: number;
  /** More runs within an hour than that are a mistake. */
  readonly mostRunsAnHour: number;
}

/** The tokens that one refresher asks for. */
export interface TokenSource {
  readonly cloud: TokenCloud;
  /** What is wrong with the props that it was made from. The other members have no meaning when there is any. */
  readonly errors: readonly ValidationError[];
  /** The hosts that the tokens log in to. */
  readonly hosts: readonly string[];
  /** `<key>=<host>` for each host: one token is fetched for each key, so that those of one key stand together. */
  readonly requests: readonly string[];
  /** `<key>=<host>/<path>` for each repository that is pushed to, as far as they are known. */
  readonly pushTargets: readonly string[];
  /** The audience of the pod's own token, if the cloud takes that for a login; the file is `POD_TOKEN_FILE`. */
  readonly audience?: string;
  /** Variables for the cloud's part of the script; those without a value are left out. */
  readonly variables: { readonly [name: string]: string | undefined };
  /** Variables whose value comes from elsewhere in the cluster. */
  readonly variablesFrom: readonly k8s.EnvVar[];
  readonly serviceAccountAnnotations?: { readonly [key: string]: string };
  readonly podAnnotations?: { readonly [key: string]: string };
}
