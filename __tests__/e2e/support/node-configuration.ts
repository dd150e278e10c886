import { join } from 'node:path';

/** The node's address for its pods. */
export const NODE_ADDRESS = '10.244.0.1';
/** The address of the metadata server in the clouds' virtual machines. */
export const METADATA_ADDRESS = '169.254.169.254';
/** The address of the service `kubernetes`. It is an address of the node, so that no kube-proxy is needed. */
export const SERVICE_ADDRESS = '10.96.0.1';
export const NODE_NAME = 'kn';

const CNI_PLUGINS = '/usr/lib/cni';

/** The configuration of the node's programs, by file name. `folder` contains all of it. */
export function nodeConfiguration(folder: string): Record<string, string> {
  return {
    'containerd.toml': containerdConfig(folder),
    'cni/10-bridge.conflist': JSON.stringify(cniConfig(folder)),
    'kubelet.json': JSON.stringify(kubeletConfig(folder)),
  };
}

/** The folder in which containerd finds the authority that signed a registry's certificate. */
export function registryConfiguration(host: string, caFile: string): Record<string, string> {
  const server = `https://${host}`;
  return { [`certs.d/${host}/hosts.toml`]: `server = "${server}"\n[host."${server}"]\nca = "${caFile}"\n` };
}

function containerdConfig(folder: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${join(folder, 'containerd')}"
state = "/run/containerd"
[${cri}]
sandbox_image = "registry.k8s.io/pause:3.10"
# the pause container's score cannot be lowered without CAP_SYS_RESOURCE
restrict_oom_score_adj = true
[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[${cri}.cni]
bin_dir = "${CNI_PLUGINS}"
conf_dir = "${join(folder, 'cni')}"
[${cri}.registry]
config_path = "${join(folder, 'certs.d')}"
`;
}

function cniConfig(folder: string): object {
  const subnet = { subnet: '10.244.0.0/24', rangeStart: '10.244.0.10' };
  const ipam = {
    type: 'host-local',
    dataDir: join(folder, 'ipam'),
    ranges: [[subnet]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: false, ipam };
  return { cniVersion: '1.0.0', name: 'kn', plugins: [bridge] };
}

function kubeletConfig(folder: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    // of the box's cgroup namespace
    cgroupRoot: '/',
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    // only the API server can reach it
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    failSwapOn: false,
    resolvConf: '/etc/resolv.conf',
    clusterDNS: [NODE_ADDRESS],
    clusterDomain: 'cluster.local',
    volumePluginDir: join(folder, 'volume-plugins'),
    // so that tests do not wait a minute for an update of a mounted Secret
    syncFrequency: '2s',
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
  };
}
