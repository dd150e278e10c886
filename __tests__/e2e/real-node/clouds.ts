import { Aws } from '../support/aws';
import { METADATA_ADDRESS, NODE_ADDRESS } from '../support/node-configuration';
import type { Gate } from '../support/node-network';
import type { RealNode } from '../support/real-node';

/** A cloud whose token refresher runs on the real node. */
export interface Cloud {
  readonly title: string;
  readonly registryHost: string;
  /** Further names of the cloud's that pods ask for. */
  readonly hosts: readonly string[];
  readonly startStandIn: (node: RealNode) => Promise<CloudStandIn>;
}

/** What answers a node's pods in place of the cloud. */
export interface CloudStandIn {
  /** The way to it, for refreshers that are not made for `heldGate`. */
  readonly gate: Gate;
  /** A way of its own to the same, so that a test can hold some pods and not others. */
  readonly heldGate: Gate;
  /** A values file. `more` goes into the cloud's block. */
  readonly values: (namespace: string, options?: { readonly held?: boolean; readonly more?: object }) => string;
  /** Every login that was given out, as `user:password`, in order. */
  readonly logins: () => string[];
  readonly stop: () => Promise<void>;
}

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

/** The node's role, by the metadata service at its real address. */
const aws: Cloud = {
  title: 'Amazon ECR',
  registryHost: ECR,
  hosts: [],
  startStandIn: async (node) => {
    const standIn = await Aws.start();
    const port = (url: string): number => Number(new URL(url).port);
    await node.expose(METADATA_ADDRESS, 80, port(standIn.metadata.url));
    return {
      gate: await node.expose(NODE_ADDRESS, 5566, port(standIn.url)),
      heldGate: await node.expose(NODE_ADDRESS, 5567, port(standIn.url)),
      values: (namespace, { held = false, more = {} } = {}) =>
        JSON.stringify({
          targetNamespace: namespace,
          aws: {
            account: '123456789012',
            region: 'eu-west-1',
            pod: { awsEnv: { AWS_ENDPOINT_URL: `http://${NODE_ADDRESS}:${held ? 5567 : 5566}` } },
            ...more,
          },
          customImage: {
            registryEndpoint: `https://${ECR}`,
            pushRepo: `${ECR}/notebooks`,
            pushSecretName: SECRET,
          },
        }),
      logins: () => standIn.issued.map(({ password }) => `AWS:${password}`),
      stop: () => standIn.stop(),
    };
  },
};

/** The name of the push Secret in every values file here. */
export const SECRET = 'registry-login';

export const clouds: readonly Cloud[] = [aws];
