import type { AdmissionAccess } from './admission/plugin.js';
import type { Elsewhere } from './aggregation/namespace-contents.js';
import { mastersOnly } from './auth/authorizer.js';
import type { PodSecurityConfiguration } from './admission/pod-security/configuration.js';
import { AdmissionChain, DEFAULT_PLUGINS } from './admission/chain.js';
import { Operations } from './api/operations.js';
import { AdmissionPending } from './admission/webhooks/admission-pending.js';
import { Webhooks } from './admission/webhooks/webhooks.js';
import { LocalClient } from './clients/local-client.js';
import { LocalEventRecorder } from './clients/local-event-recorder.js';
import type { Client } from './clients/client.js';
import type { Clock } from './clock.js';
import { CustomResources } from './crds/custom-resources.js';
import { allControllers } from './controllers/index.js';
import type { Controller } from './controllers/controller.js';
import { SeededRandom } from './random.js';
import { bootstrapObjects, installObjects } from './registry/bootstrap.js';
import { retiredResources } from './api/conversion/retired-versions.js';
import { builtInResources } from './registry/built-in.js';
import { Registry } from './registry/registry.js';
import type { StoredObject } from './store/stored-object.js';
import { Store, type StoreSnapshot } from './store/store.js';
import { Kubelets } from './kubelet/kubelets.js';
import { nodeSpecs, type NodeSpec } from './kubelet/node-spec.js';
import { ClusterDns } from './network/dns/cluster-dns.js';
import { ServiceDirectory } from './network/endpoints.js';
import { NetworkPolicies } from './network/policies/network-policies.js';
import { ingressAddress, IngressRoutes } from './network/ingress/ingress-routes.js';
import { ServiceProxy } from './network/service-proxy.js';
import { DEFAULT_SERVICE_RANGES, StoreServiceAddresses } from './registry/service-addresses.js';
import { ClusterRuntime } from './runtime/cluster-runtime.js';
import { controlPlaneAddress, VIRTUAL_NETWORK, type ClusterNetwork } from './network/cluster-network.js';
import { RunningPods } from './runtime/running-pods.js';
import { SimulatedRuntime } from './runtime/simulated-runtime.js';
import type { ContainerRuntime } from './runtime/container-runtime.js';
import { Scheduler } from './scheduler/scheduler.js';
import { parseDuration } from './time.js';
import { VirtualClock } from './virtual-clock.js';

/** What a cluster is made of. Everything has a default: `createCluster()` lives in virtual time. */
export interface ClusterOptions {
  readonly clock?: Clock;
  /** Same seed and same inputs, same history. */
  readonly seed?: number | string;
  /** State to continue from. */
  readonly snapshot?: StoreSnapshot;
  /** Which control loops run; all by default. */
  readonly controllers?: readonly Controller[];
  /** Simulated nodes, by number or one by one. With none (the default) pods stay unscheduled: there is no scheduler either. */
  readonly nodes?: number | readonly NodeSpec[];
  /** Address ranges; by default ones where nothing listens. */
  readonly network?: ClusterNetwork;
  /** What runs containers; simulated by default. */
  readonly runtime?: ContainerRuntime;
  /** Names of admission plugins that are left out, as of kube-apiserver's `--disable-admission-plugins`. */
  readonly disabledAdmission?: readonly string[];
  /** Pod Security Standards for namespaces that ask for none, and who is exempt from them. */
  readonly podSecurity?: PodSecurityConfiguration;
  /** PEM of the cluster's certificate authority, published in every namespace as kube-root-ca.crt. */
  readonly rootCertificate?: string;
  /** Told of every failed reconcile; it will be tried again. */
  readonly onError?: (controller: string, key: string, error: unknown) => void;
}

/** A running cluster. */
export interface Cluster {
  readonly clock: Clock;
  readonly store: Store;
  readonly registry: Registry;
  readonly operations: Operations;
  /** Admission webhooks: called through whatever `callThrough` is given, and not at all before. */
  readonly webhooks: Webhooks;
  /** Whom admission policies ask who may do what; `system:masters` may until somebody else is named. */
  readonly access: AdmissionAccess;
  /** What other servers serve under this API; known only when the cluster is served. */
  readonly elsewhere: Elsewhere;
  /** The API as a member of `system:masters` uses it. */
  readonly client: Client;
  /** The containers that run right now. */
  readonly running: RunningPods;
  /** Logs, requests and measurements of running containers. */
  readonly runtime: ClusterRuntime;
  /** Names of services and pods. */
  readonly dns: ClusterDns;
  /** Where traffic for services goes. */
  readonly proxy: ServiceProxy;
  readonly network: ClusterNetwork;
  /** Virtual time only: runs everything that happens in that time (`'10m'` or milliseconds). */
  advance(duration: string | number): void;
  /** Virtual time only: runs what is due now. */
  settle(): void;
  stop(): void;
}

/** Composes a cluster from its parts and starts it. The way in. */
export function createCluster(options: ClusterOptions = {}): Cluster {
  const clock = options.clock ?? new VirtualClock();
  const random = new SeededRandom(options.seed ?? 1);
  const store = new Store(options.snapshot);
  const registry = new Registry(builtInResources());
  for (const resource of retiredResources(registry)) registry.add(resource);
  const disabled = options.disabledAdmission ?? [];
  const plugins = DEFAULT_PLUGINS.filter(({ name }) => !disabled.includes(name));
  const webhooks = new Webhooks(store, clock, new SeededRandom(`${options.seed ?? 1}/webhooks`));
  const access: AdmissionAccess = { authorizer: mastersOnly };
  const elsewhere: Elsewhere = { contents: undefined };
  const admission = new AdmissionChain(
    {
      store,
      registry,
      random: webhooks.steady(random),
      webhooks,
      access,
      ...(options.podSecurity && { podSecurity: options.podSecurity }),
    },
    plugins,
  );
  const network = options.network ?? VIRTUAL_NETWORK;
  const addresses = new StoreServiceAddresses(store, {
    ...DEFAULT_SERVICE_RANGES,
    cidr: network.serviceCidr,
  });
  const operations = new Operations(store, clock, random, admission, addresses, webhooks);
  const client = new LocalClient({ store, registry, operations, webhooks }, { user: 'system:admin' });
  const customResources = new CustomResources({ store, registry, operations, clock, webhooks });
  const systemObjects = bootstrapObjects({
    firstServiceAddress: addresses.first,
    serviceCidr: network.serviceCidr,
    controlPlaneAddress: controlPlaneAddress(network),
    hasDns: options.nodes !== undefined,
    dnsAddress: addresses.usualDns,
  });
  const install = (objects: readonly StoredObject[]): void => installObjects(operations, registry, objects);
  install(systemObjects);
  const onError: NonNullable<ClusterOptions['onError']> = (controller, key, error) => {
    // Waiting is no failure: what waits is tried again when the webhook has answered.
    if (!(error instanceof AdmissionPending)) options.onError?.(controller, key, error);
  };
  store.onListenerError = ({ resource, name }, error) => onError('store', `${resource} ${name}`, error);

  const running = new RunningPods();
  const runtime = options.runtime ?? new SimulatedRuntime();
  const directory = new ServiceDirectory(client);
  const dns = new ClusterDns(directory, network.domain, () => store.revision);
  // Traffic has chance of its own: who asks a service for a page must not change what the cluster does next.
  const proxy = new ServiceProxy(directory, new SeededRandom(`${options.seed ?? 1}/traffic`), clock);
  const ingresses = new IngressRoutes(client, network);
  const reach = new ClusterRuntime(
    running,
    clock,
    proxy,
    dns,
    network,
    new NetworkPolicies(client),
    ingresses,
  );
  const controllers: readonly Controller[] = [
    ...(options.controllers ??
      allControllers({
        rootCertificate: options.rootCertificate ?? '',
        loadBalancerCidr: network.loadBalancerCidr,
        ingressAddress: ingressAddress(network),
        usageOf: ({ metadata }) => running.usage(metadata.namespace ?? '', metadata.name ?? '', clock.now()),
        systemObjects,
        install,
      })),
    ...(options.nodes === undefined
      ? []
      : [
          new Scheduler(),
          new Kubelets({ nodes: nodeSpecs(options.nodes), network, runtime, running, reach }),
        ]),
  ];
  const stops = controllers.map((controller) => {
    const own = new LocalClient(
      { store, registry, operations, webhooks },
      { user: controller.name, component: true },
    );
    const source = controller.eventSource ?? controller.name;
    const events = new LocalEventRecorder(own, clock, () => store.revision, source);
    return controller.start({ clock, random, client: own, events, registry, store, elsewhere, onError });
  });

  return {
    clock,
    store,
    registry,
    operations,
    webhooks,
    access,
    elsewhere,
    client,
    running,
    runtime: reach,
    dns,
    proxy,
    network,
    advance(duration) {
      const ms = typeof duration === 'number' ? duration : parseDuration(duration);
      if (ms === undefined) throw new RangeError(`"${duration}" is not a duration such as 10m or 1h30m`);
      virtual(clock).advance(ms);
    },
    settle: () => virtual(clock).settle(),
    stop: () => [...stops, () => customResources.stop()].forEach((stop) => stop()),
  };
}

function virtual(clock: Clock): VirtualClock {
  if (clock instanceof VirtualClock) return clock;
  throw new TypeError('only a cluster in virtual time can be advanced');
}
