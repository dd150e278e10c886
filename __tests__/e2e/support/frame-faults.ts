import { type ApiFault, type ApiProxy, conflict, internalError, type Silence, tooManyRequests } from './api-proxy';
import type { EcrCluster } from './ecr';
import type { Expected } from './fault-expectations';
import { type Case, fillVolume, type Subject } from './fault-table';
import type { PodHooks, PodRun } from './pod-run';
import { waitFor } from './process';
import { secretsOf } from './rights';

// Faults that do not depend on the cloud: errors of the API server, others who change the Secret, and killed pods.

export interface Frame {
  readonly cluster: EcrCluster;
  /** The proxy between the pods and the API server. */
  readonly proxy: ApiProxy;
}

const OK = /^OK\. The token is fresh and may push\.$/;
const TYPE = 'kubernetes.io/dockerconfigjson';

/** The requests for a refresher's Secret, in one of its namespaces or in all. */
export const pathOf = ({ namespaces, secretName }: Subject, only?: string): RegExp =>
  new RegExp(`/namespaces/(${only ?? namespaces.join('|')})/secrets/${secretName}\\b`);

/** The API server refuses or does not answer. */
export function refusals(frame: () => Frame): Expected {
  const refusing =
    (fault: ApiFault | Silence, times?: number): Case[1] =>
    (subject) => ({ inject: () => frame().proxy.inject({ method: 'PATCH', path: pathOf(subject), times }, fault) });
  return [
    ['the API server says 409', { secret: ['kept'], line: /server-side-apply\/#conflicts$/ }, refusing(conflict)],
    [
      'the API server says 429',
      { secret: ['kept'], line: /^Error from server \(TooManyRequests\): .*too many requests/ },
      refusing({ ...tooManyRequests, retryAfter: undefined }),
    ],
    [
      'the API server says 429 twice, and when to ask again',
      { condition: 'Complete', secret: ['new'], line: OK },
      refusing(tooManyRequests, 2),
    ],
    [
      'the API server says 500',
      { secret: ['kept'], line: /^Error from server \(InternalError\): .*leader changed/ },
      refusing(internalError),
    ],
    [
      'the connection to the API server breaks',
      { secret: ['kept'], line: /^Unable to connect to the server/ },
      refusing('reset'),
    ],
    [
      "the API server's answer is lost",
      { secret: ['new'], line: /^Unable to connect to the server/ },
      refusing('lost'),
    ],
    [
      'the API server does not answer until the deadline of the Job',
      { secret: ['kept'], line: /^\[DeadlineExceeded\] \[Deleted\] OK\. The container kubectl now applies/ },
      (subject) => ({ ...refusing('hang')(subject), patch: ({ spec }) => (spec.activeDeadlineSeconds = 8) }),
    ],
    [
      'the role binding is gone',
      { secret: ['kept'], line: /^Error from server \(Forbidden\): .*cannot patch resource "secrets"/ },
      ({ refresher, namespaces: [namespace] }) => ({
        inject: async () => {
          const { cluster } = frame();
          const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
          await cluster.plane.api.delete(`${bindings}/${refresher.name}`);
          return () => cluster.apply(refresher);
        },
      }),
    ],
  ];
}

/** Somebody else writes or deletes the Secret. */
export function otherHands(frame: () => Frame): Expected {
  const encoded = (text: string): string => Buffer.from(text).toString('base64');
  const help = /^(?=.*field is immutable)/;

  /** Another writer becomes the owner of the fields. */
  async function overwrite(namespace: string, name: string, content: object): Promise<void> {
    const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, ...content };
    const args = ['apply', '--server-side', '--force-conflicts', '--field-manager=another', '-f', '-'];
    await frame().cluster.plane.kubectl(args, { input: JSON.stringify(manifest) });
  }

  /** Replaces our Secret by another one, until somebody does what the log says. */
  const replaced =
    (type: string, data: Record<string, string>, immutable?: boolean): Case[1] =>
    ({ namespaces: [namespace], secretName: name }) => ({
      inject: async () => {
        const { api } = frame().cluster.plane;
        const path = `${secretsOf(namespace)}/${name}`;
        await api.delete(path);
        await api.post(secretsOf(namespace), { metadata: { name }, type, data, immutable });
        return () => api.delete(path);
      },
    });

  return [
    [
      'the Secret was deleted by hand',
      { condition: 'Complete', secret: ['new'], line: OK },
      ({ namespaces: [namespace], secretName }) => ({
        inject: async () => {
          await frame().cluster.plane.api.delete(`${secretsOf(namespace)}/${secretName}`);
          return () => undefined;
        },
      }),
    ],
    [
      'another writer emptied the Secret',
      { condition: 'Complete', secret: ['new'], line: OK },
      ({ namespaces: [namespace], secretName }) => ({
        inject: async () => {
          await overwrite(namespace, secretName, { type: TYPE, data: { '.dockerconfigjson': encoded('{}') } });
          return () => undefined;
        },
      }),
    ],
    [
      'the Secret has another type',
      { secret: ['kept'], line: help },
      replaced('kubernetes.io/dockercfg', { '.dockercfg': encoded('{}') }),
    ],
    [
      'the Secret is marked immutable',
      { secret: ['kept'], line: help },
      replaced(TYPE, { '.dockerconfigjson': encoded('{"auths":{}}') }, true),
    ],
  ];
}

/**
 * The pod is killed, or its volume is full. `container` is the one that asks for tokens.
 *
 * @param hold delays the cloud's answer; returns functions that tell whether it was asked, and that end the delay.
 */
export function podFaults(
  frame: () => Frame,
  container: string,
  hold: () => { readonly asked: () => boolean; readonly undo: () => void },
): Expected {
  const killed =
    (hooks: PodHooks): Case[1] =>
    () => ({ pods: { hooks } });
  const at =
    (wanted: string) =>
    (name: string, run: PodRun): void => {
      if (name === wanted) run.kill();
    };
  const cutOff =
    /^\[Terminated\] Refreshing the Secret .* If this log ends without OK or FAILED, the pod was stopped, and the Secret/;
  const afterOk = /^\[Terminated\] OK\. The container kubectl now applies the Secret \S+ in: hub-/;
  const applied = /^\[Terminated\] secret\/\S+ serverside-applied$/;
  const full = (volume: string): RegExp =>
    new RegExp(`^FAILED: the volume /${volume} is full .* To do: give the volume ${volume} a larger sizeLimit\\.`);
  const filling = (volume: string): Case[1] =>
    killed({ beforeContainer: (name, run) => (name === container ? fillVolume(run.volume(volume)) : undefined) });
  return [
    [
      'killed before the first container',
      { secret: ['kept'], line: /^\[Terminated\] \(no line\)$/ },
      killed({ beforeContainer: at(container) }),
    ],
    [
      'killed in the middle of the script',
      { secret: ['kept'], line: cutOff },
      () => {
        let held: ReturnType<typeof hold>;
        const started: PodHooks['started'] = async (name, run) => {
          if (name !== container) return;
          await waitFor('the cloud to be asked', () => held.asked());
          run.kill();
        };
        return { inject: () => (held = hold()).undo, pods: { hooks: { started } } };
      },
    ],
    ['killed between the containers', { secret: ['kept'], line: afterOk }, killed({ afterContainer: at(container) })],
    [
      'killed while kubectl waits for its answer',
      { secret: ['kept'], line: afterOk },
      (subject) => {
        const path = pathOf(subject);
        const started: PodHooks['started'] = async (name, run) => {
          if (name !== 'kubectl') return;
          const waits = (): boolean => frame().proxy.requests.some((one) => one.status === 0 && path.test(one.path));
          await waitFor('kubectl to ask', waits);
          run.kill();
        };
        return { inject: () => frame().proxy.inject({ path }, 'hang'), pods: { hooks: { started } } };
      },
    ],
    ['killed before the push check', { secret: ['new'], line: applied }, killed({ beforeContainer: at('push-check') })],
    ['the volume for manifests is full', { secret: ['kept'], line: full('manifests') }, filling('manifests')],
    ['the volume for the answers is full', { secret: ['kept'], line: full('tmp') }, filling('tmp')],
  ];
}
