import type { Lister } from '../../clients/client.js';
import { indexByLabels, indexBySelector } from '../../clients/selector-index.js';
import type { LabelSelector, Pod, Service } from '../../types/index.js';

/** A service's plain selector; one that names nothing selects nothing by itself. */
const selectorOf = ({ spec }: Service): LabelSelector | undefined =>
  spec?.selector && Object.keys(spec.selector).length > 0 ? { matchLabels: spec.selector } : undefined;

/** A function that names the services whose selector matches a pod, without looking at all services. */
export function servicesOf(services: Lister<Service>): (pod: Pod) => Service[] {
  const selecting = indexBySelector(services, selectorOf);
  return ({ metadata }) => selecting(metadata.namespace, metadata.labels);
}

/** The pods of a namespace that a plain selector matches, by an index over label pairs. */
export function podsBySelector(
  pods: Lister<Pod>,
  namespace: string,
  selector: Record<string, string>,
): readonly Pod[] {
  return indexByLabels(pods)(namespace, { matchLabels: selector });
}
