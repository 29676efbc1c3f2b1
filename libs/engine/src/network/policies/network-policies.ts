import type { Client, Lister } from '../../clients/client.js';
import { indexBySelector } from '../../clients/selector-index.js';
import { Namespaces, NetworkPolicies as Policies, Pods } from '../../clients/resource-type.js';
import type { Namespace, NetworkPolicy, Pod } from '../../types/index.js';
import { isAllowed, type Connection, type PolicyEnd } from './policy-decision.js';

/** Where cluster DNS would run, and how policies tell it from others. */
const DNS_NAMESPACE = 'kube-system';
const DNS_LABELS = { 'k8s-app': 'kube-dns' };

/**
 * Enforces NetworkPolicies, as a network plugin would. A connection costs a look at the policies that may select its two ends; where
 * there are none it costs nothing.
 */
export class NetworkPolicies {
  readonly #policiesFor: ReturnType<typeof indexBySelector<NetworkPolicy>>;
  readonly #namespaces: Lister<Namespace>;
  readonly #pods: Lister<Pod>;

  constructor(client: Client) {
    this.#policiesFor = indexBySelector(client.lister(Policies), ({ spec }) => spec?.podSelector ?? {});
    this.#namespaces = client.lister(Namespaces);
    this.#pods = client.lister(Pods);
  }

  /** Whether a connection may be made, at the address and port where it ends. */
  allow(connection: Connection): boolean {
    return (
      isAllowed('Egress', this.#policiesOf(connection.from), connection) &&
      isAllowed('Ingress', this.#policiesOf(connection.to), connection)
    );
  }

  /** A pod as one end of a connection, with the labels it has now. */
  endOf(pod: Pod, ip: string): PolicyEnd {
    // On its node's network it is the node, for everybody.
    if (pod.spec?.hostNetwork) return { ip };
    const { namespace = '', name = '' } = pod.metadata;
    const { metadata, spec } = this.#pods.get(namespace, name) ?? pod;
    return {
      ip,
      pod: {
        namespace,
        namespaceLabels: this.#namespaceLabels(namespace),
        labels: metadata.labels ?? {},
        portNamed: (wanted, protocol) =>
          spec?.containers
            .flatMap(({ ports }) => ports ?? [])
            .find((port) => port.name === wanted && (port.protocol ?? 'TCP') === protocol)?.containerPort,
      },
    };
  }

  /** Cluster DNS as one end: no pod of it runs, but policies speak of it as if one did. */
  dnsAt(ip: string): PolicyEnd {
    return {
      ip,
      pod: {
        namespace: DNS_NAMESPACE,
        namespaceLabels: this.#namespaceLabels(DNS_NAMESPACE),
        labels: DNS_LABELS,
        portNamed: (name) => (name === 'dns' || name === 'dns-tcp' ? 53 : undefined),
      },
    };
  }

  #namespaceLabels(namespace: string): Readonly<Record<string, string>> {
    return this.#namespaces.get(undefined, namespace)?.metadata.labels ?? {};
  }

  #policiesOf({ pod }: PolicyEnd): readonly NetworkPolicy[] {
    return pod ? this.#policiesFor(pod.namespace, pod.labels) : [];
  }
}
