/**
 * Starts a real node to look around in: `node --require @swc-node/register __tests__/e2e/tools/real-node-up.ts`. Prints
 * how to reach the node, and removes it at Ctrl-C, or when it is killed.
 */
import { RealNode } from '../support/real-node';

void RealNode.start().then(({ folder, plane }) => {
  console.log(`up: KUBECONFIG=${plane.kubeconfig}, logs in ${folder} and ${plane.folder}`);
  process.on('SIGINT', () => process.exit());
  setInterval(() => undefined, 1 << 30);
});
