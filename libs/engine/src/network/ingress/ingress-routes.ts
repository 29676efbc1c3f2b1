import { withoutTrailing } from '@lotse/manifests';
import type { Client, Lister } from '../../clients/client.js';
import { Ingresses, Services } from '../../clients/resource-type.js';
import type { HTTPIngressPath, Ingress, IngressBackend, Service } from '../../types/index.js';
import { parseCidr } from '../addresses.js';
import { formatIpv4 } from '../../registry/ipv4.js';
import type { ClusterNetwork } from '../cluster-network.js';

/** Where plain requests are taken. */
export const INGRESS_PORT = 80;
const BY_HOST = 'ingress-host';
/** Under which ingresses are filed that take what no rule does. */
const ANY_HOST = '';
const NO_RULE = '(default)';

/** A port of a service that a request is for. */
export interface IngressTarget {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
}

/** The address of the cluster's ingress controller: the last of the load balancers'. */
export function ingressAddress({ loadBalancerCidr }: Pick<ClusterNetwork, 'loadBalancerCidr'>): string {
  const { base, size } = parseCidr(loadBalancerCidr);
  return formatIpv4(base + size - 2);
}

/** Says which service a request is for, as the rules of all ingresses have it (networking.k8s.io/v1, "Ingress rules"). */
export class IngressRoutes {
  readonly address: string;
  readonly #ingresses: Lister<Ingress>;
  readonly #services: Lister<Service>;

  constructor(client: Client, network: Pick<ClusterNetwork, 'loadBalancerCidr'>) {
    this.address = ingressAddress(network);
    this.#ingresses = client.lister(Ingresses);
    this.#services = client.lister(Services);
    this.#ingresses.index(BY_HOST, ({ spec }) => [
      ...new Set((spec?.rules ?? []).map(({ host }) => host?.toLowerCase() ?? ANY_HOST)),
      ...(spec?.defaultBackend ? [NO_RULE] : []),
    ]);
  }

  /** Undefined when no ingress takes the request. */
  target(host: string, path: string): IngressTarget | undefined {
    for (const key of hostKeys(host)) {
      const found = this.#atHost(key, path);
      if (found) return found;
    }
    for (const ingress of sorted(this.#ingresses.by(BY_HOST, NO_RULE))) {
      const target = this.#resolved(ingress, ingress.spec?.defaultBackend);
      if (target) return target;
    }
    return undefined;
  }

  #atHost(key: string, path: string): IngressTarget | undefined {
    let best:
      { readonly ingress: Ingress; readonly rule: HTTPIngressPath; readonly rank: number } | undefined;
    for (const ingress of sorted(this.#ingresses.by(BY_HOST, key)))
      for (const { host, http } of ingress.spec?.rules ?? []) {
        if ((host?.toLowerCase() ?? ANY_HOST) !== key) continue;
        for (const rule of http?.paths ?? []) {
          const rank = rankOf(rule, path);
          if (rank > (best?.rank ?? 0)) best = { ingress, rule, rank };
        }
      }
    return best && this.#resolved(best.ingress, best.rule.backend);
  }

  #resolved({ metadata }: Ingress, backend: IngressBackend | undefined): IngressTarget | undefined {
    const { namespace = '' } = metadata;
    const { name: service = '', port } = backend?.service ?? {};
    const ports = this.#services.get(namespace, service)?.spec?.ports ?? [];
    const number = port?.number ?? ports.find(({ name }) => name === port?.name)?.port;
    return number === undefined ? undefined : { namespace, service, port: number };
  }
}

/** The host as rules may name it, the most exact first; a wildcard stands for one label. */
function hostKeys(host: string): string[] {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const dot = name.indexOf('.');
  return [name, ...(dot > 0 ? [`*${name.slice(dot)}`] : []), ANY_HOST];
}

/** The longer a rule's path the better, and an exact one is best; 0 for a path that does not match. */
function rankOf({ path: wanted = '/', pathType }: HTTPIngressPath, path: string): number {
  const isExact = pathType === 'Exact';
  if (path === wanted) return 2 * wanted.length + (isExact ? 2 : 1);
  if (isExact) return 0;
  const prefix = withoutTrailing(wanted, '/');
  return path === prefix || path.startsWith(`${prefix}/`) ? 2 * wanted.length + 1 : 0;
}

/** The oldest wins where two want the same. */
const sorted = (ingresses: readonly Ingress[]): Ingress[] =>
  ingresses.toSorted((a, b) => ageKey(a).localeCompare(ageKey(b)));
const ageKey = ({ metadata }: Ingress): string =>
  `${String(metadata.creationTimestamp)} ${metadata.namespace}/${metadata.name}`;
