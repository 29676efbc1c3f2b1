import type { Lister } from '../../clients/client.js';
import { matchesLabels } from '../../selectors/label-selector.js';
import type { Pod, Service } from '../../types/index.js';

/** The first pair of a selector, by which services and pods are filed: a pod meets only services it may belong to. */
const firstPair = (selector: Record<string, string>): string | undefined => {
  const key = Object.keys(selector).sort()[0];
  return key === undefined ? undefined : `${key}=${selector[key]}`;
};

/** A function that names the services whose selector matches a pod, without looking at all services. */
export function servicesOf(services: Lister<Service>): (pod: Pod) => Service[] {
  services.index('selector', (service) => {
    const pair = service.spec?.selector && firstPair(service.spec.selector);
    return pair === undefined ? [] : [`${service.metadata.namespace}/${pair}`];
  });
  return (pod) =>
    Object.entries(pod.metadata.labels ?? {}).flatMap(([key, value]) =>
      [...services.by('selector', `${pod.metadata.namespace}/${key}=${value}`)].filter((service) =>
        matchesLabels(service.spec?.selector, pod.metadata.labels),
      ),
    );
}

/** The pods of a namespace that a plain selector matches, by an index over label pairs. */
export function podsBySelector(
  pods: Lister<Pod>,
  namespace: string,
  selector: Record<string, string>,
): readonly Pod[] {
  pods.index('label', (pod) =>
    Object.entries(pod.metadata.labels ?? {}).map(
      ([key, value]) => `${pod.metadata.namespace}/${key}=${value}`,
    ),
  );
  const pair = firstPair(selector);
  if (pair === undefined) return pods.list(namespace);
  return pods
    .by('label', `${namespace}/${pair}`)
    .filter((pod) => matchesLabels(selector, pod.metadata.labels));
}
