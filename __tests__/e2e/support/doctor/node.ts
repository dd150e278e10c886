import { readFileSync } from 'node:fs';
import type { KubeObject } from '../../../../cli/doctor';
import type { ControlPlane } from '../control-plane';
import { LoopbackServer } from '../loopback-server';

const NAME = 'doctor-node';

/** The part of a node that `kubectl logs` needs: the kubelet's answers to the API server. */
export class LogNode {
  static async start(plane: ControlPlane): Promise<LogNode> {
    const node = new LogNode(plane);
    const tls = { cert: readFileSync(plane.tls.certFile), key: readFileSync(plane.tls.keyFile) };
    node.server = await LoopbackServer.start(({ url = '' }, answer) => {
      const [, route, , pod, container] = url.split(/[/?]/);
      const log = node.logs.get(`${pod}/${container}`);
      if (route === 'containerLogs' && log !== undefined) answer.end(log);
      // the kubelet's message for a container that never started
      else answer.writeHead(400).end(`container "${container}" in pod "${pod}" is waiting to start: PodInitializing`);
    }, tls);
    await plane.api.post('/api/v1/nodes', { metadata: { name: NAME } });
    await plane.api.patch(`/api/v1/nodes/${NAME}/status`, {
      status: {
        addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
        daemonEndpoints: { kubeletEndpoint: { Port: node.server.port } },
      },
    });
    return node;
  }

  private readonly logs = new Map<string, string>();
  private server!: LoopbackServer;

  private constructor(private readonly plane: ControlPlane) {}

  /** Takes a pod whose first container has logged this text, and whose other containers did not start. */
  async take({ metadata: { name }, spec }: KubeObject, log: string): Promise<void> {
    const target = { apiVersion: 'v1', kind: 'Node', name: NAME };
    await this.plane.api.post(`/api/v1/namespaces/hub/pods/${name}/binding`, { metadata: { name }, target });
    const { initContainers } = spec as { initContainers: { name: string }[] };
    this.logs.set(`${name}/${initContainers[0].name}`, log);
  }

  stop(): Promise<void> {
    return this.server.refuse();
  }
}
