import { setTimeout as sleep } from 'node:timers/promises';

/** How long nothing may change before controllers are taken to be done; several of them gather changes for a second. */
const QUIET_MS = 3000;
/** The same between the steps of a rollout. */
const SETTLED_MS = 1600;
/** How long controllers may take to get there. */
const QUIET_WITHIN_MS = 90_000;

/**
 * What a scenario does to one server: it writes objects as users do and statuses as kubelets do, waits until controllers are done and has what
 * is there looked at. Every scenario has a namespace; what it makes outside of it begins with the namespace's name.
 */
export function playedWorld({ ask, watched, namespace, nodes }) {
  const checks = [];
  let addresses = 0;
  const collection = (kind) => {
    const place = watched.kinds.get(kind);
    if (!place) throw new Error(`no kind ${kind}`);
    if (!place.isNamespaced) return place.path;
    const slash = place.path.lastIndexOf('/');
    return `${place.path.slice(0, slash)}/namespaces/${namespace}${place.path.slice(slash)}`;
  };
  const said = async (method, path, body, headers) => {
    const answer = await ask(method, path, body, headers);
    if (answer.status >= 400 && answer.status !== 404)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.body?.message ?? answer.text}`);
    return answer.body;
  };
  const merge = { 'content-type': 'application/merge-patch+json' };
  const world = {
    namespace,
    nodes,
    ask,
    objects: (kind) => watched.list(namespace, kind),
    create: (object) => {
      const place = watched.kinds.get(object.kind);
      const metadata = { ...object.metadata, ...(place?.isNamespaced && { namespace }) };
      return said('POST', collection(object.kind), { apiVersion: place?.apiVersion, ...object, metadata });
    },
    get: (kind, name) => said('GET', `${collection(kind)}/${name}`),
    patch: (kind, name, patch) => said('PATCH', `${collection(kind)}/${name}`, patch, merge),
    status: (kind, name, status) => said('PATCH', `${collection(kind)}/${name}/status`, { status }, merge),
    scale: (kind, name, replicas) => world.patch(kind, name, { spec: { replicas } }),
    remove: (kind, name, options) =>
      said('DELETE', `${collection(kind)}/${name}`, { apiVersion: 'v1', kind: 'DeleteOptions', ...options }),
    sleep,

    /** Until nothing has changed for a while. */
    quiet: async (quietMs = QUIET_MS) => {
      const start = Date.now();
      const last = () => Math.max(start, watched.lastChangeMs(namespace));
      while (Date.now() - last() < quietMs) {
        if (Date.now() - start > QUIET_WITHIN_MS) throw new Error('controllers do not come to rest');
        await sleep(50);
      }
    },

    /** Until something is so; throws when it does not become so. */
    until: async (isSo, what = String(isSo), withinMs = QUIET_WITHIN_MS) => {
      const end = Date.now() + withinMs;
      while (!isSo()) {
        if (Date.now() > end) throw new Error(`in vain: ${what}`);
        await sleep(50);
      }
    },

    /** Has the objects of the namespace, and those outside it that were named after it, compared. */
    check: async (what) => {
      await world.quiet();
      const outside = watched
        .list('')
        .filter(({ metadata }) => metadata.name.startsWith(`${namespace}-`) || metadata.name === namespace);
      checks.push({
        what,
        objects: [...watched.list(namespace), ...outside],
        ever: [...watched.everIn(namespace), ...outside],
      });
    },

    /** Pods that are neither finished nor on their way out, oldest first. */
    pods: (filter = () => true) =>
      watched
        .list(namespace, 'Pod')
        .filter(
          (pod) => !pod.metadata.deletionTimestamp && !['Failed', 'Succeeded'].includes(pod.status.phase),
        )
        .filter(filter)
        .sort((a, b) => (order(a) < order(b) ? -1 : 1)),

    bind: (pod, node) =>
      said('POST', `${collection('Pod')}/${pod.metadata.name}/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: pod.metadata.name, namespace },
        target: { kind: 'Node', name: node },
      }),

    /** The pod runs, as a kubelet says it. */
    run: async (pod, { ready = true, node = wantedNode(pod) ?? nodes[0], restarts = 0 } = {}) => {
      if (!pod.spec.nodeName) await world.bind(pod, node);
      const podIP = pod.status.podIP ?? `10.244.${addresses >> 8}.${(addresses++ & 255) + 1}`;
      const now = new Date().toISOString().replace(/\.\d+/, '');
      const condition = (type, isTrue, extra) => ({
        type,
        status: isTrue ? 'True' : 'False',
        lastTransitionTime: now,
        ...extra,
      });
      const why = ready
        ? {}
        : { reason: 'ContainersNotReady', message: 'containers with unready status: [main]' };
      await world.status('Pod', pod.metadata.name, {
        phase: 'Running',
        startTime: now,
        hostIP: '10.1.0.1',
        podIP,
        podIPs: [{ ip: podIP }],
        conditions: [
          condition('PodReadyToStartContainers', true),
          condition('Initialized', true),
          condition('Ready', ready, why),
          condition('ContainersReady', ready, why),
          condition('PodScheduled', true),
        ],
        containerStatuses: pod.spec.containers.map(({ name, image }) => ({
          name,
          image,
          imageID: image,
          containerID: `containerd://${name}`,
          ready,
          started: true,
          restartCount: restarts,
          state: { running: { startedAt: now } },
          lastState: {},
        })),
      });
    },

    /** The pod's containers end, as a kubelet says it. */
    end: async (pod, exitCode = 0, extra = {}) => {
      if (!pod.spec.nodeName) await world.bind(pod, wantedNode(pod) ?? nodes[0]);
      const now = new Date().toISOString().replace(/\.\d+/, '');
      const reason = exitCode === 0 ? 'Completed' : 'Error';
      await world.status('Pod', pod.metadata.name, {
        phase: exitCode === 0 ? 'Succeeded' : 'Failed',
        startTime: now,
        conditions: ['Ready', 'ContainersReady'].map((type) => ({
          type,
          status: 'False',
          reason: 'PodCompleted',
          lastTransitionTime: now,
        })),
        containerStatuses: pod.spec.containers.map(({ name, image }) => ({
          name,
          image,
          imageID: image,
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode, reason, startedAt: now, finishedAt: now } },
          lastState: {},
        })),
        ...extra,
      });
    },

    /** Pods on their way out are gone, as a kubelet lets them go when their containers have ended. */
    reap: async (filter = () => true) => {
      const leaving = watched
        .list(namespace, 'Pod')
        .filter((pod) => pod.metadata.deletionTimestamp && filter(pod));
      for (const pod of leaving) await world.remove('Pod', pod.metadata.name, { gracePeriodSeconds: 0 });
      return leaving.length;
    },

    /** A kubelet that runs what is there until controllers want nothing more of it. */
    settle: async (options) => {
      for (let round = 0; round < 40; round++) {
        await world.quiet(SETTLED_MS);
        const waiting = world.pods(({ status }) => status.phase === 'Pending');
        for (const pod of waiting) await world.run(pod, options);
        const reaped = await world.reap();
        if (waiting.length === 0 && reaped === 0) return;
      }
      throw new Error('pods come and go for ever');
    },
  };
  return { world, checks };
}

const order = ({ metadata }) => `${metadata.creationTimestamp} ${metadata.name}`;

/** The node that a pod of a DaemonSet is for. */
function wantedNode(pod) {
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms?.[0]?.matchFields?.[0]?.values[0];
}
