import { matchesSelector } from '../selectors/label-selector.js';
import type { StoredObject } from '../store/stored-object.js';
import type { LabelSelector } from '../types/index.js';
import type { Lister } from './client.js';

/** A label that tells more than most: the one pair that is no other ReplicaSet's. */
const MOST_TELLING = 'pod-template-hash';

type Labels = Readonly<Record<string, string>> | undefined;

/** One `key=value` that everything a selector matches carries; undefined when the selector names none. */
export function telltalePair(selector: LabelSelector | undefined): string | undefined {
  const labels = selector?.matchLabels ?? {};
  const key = Object.hasOwn(labels, MOST_TELLING) ? MOST_TELLING : Object.keys(labels).sort()[0];
  if (key !== undefined) return `${key}=${labels[key]}`;
  const single = selector?.matchExpressions?.find(
    ({ operator, values }) => operator === 'In' && values?.length === 1,
  );
  return single && `${single.key}=${single.values?.[0]}`;
}

/** The keys under which labels are filed: one for each pair. */
export function pairKeys(namespace: string | undefined, labels: Labels): string[] {
  return Object.entries(labels ?? {}).map(([key, value]) => `${namespace ?? ''}/${key}=${value}`);
}

/** Finds the objects of a namespace whose selector matches some labels, by a pair they have to have in common. */
export function indexBySelector<T extends StoredObject>(
  lister: Pick<Lister<T>, 'index' | 'by'>,
  selectorOf: (object: T) => LabelSelector | undefined,
): (namespace: string | undefined, labels: Labels) => T[] {
  lister.index('selector', (object) => {
    const selector = selectorOf(object);
    return selector ? [`${object.metadata.namespace ?? ''}/${telltalePair(selector) ?? ''}`] : [];
  });
  return (namespace, labels) =>
    [`${namespace ?? ''}/`, ...pairKeys(namespace, labels)].flatMap((key) =>
      lister.by('selector', key).filter((object) => matchesSelector(selectorOf(object), labels)),
    );
}

/** Finds the objects of a namespace that a selector matches, by one of their labels. */
export function indexByLabels<T extends StoredObject>(
  lister: Lister<T>,
): (namespace: string | undefined, selector: LabelSelector | undefined) => readonly T[] {
  lister.index('label', ({ metadata }) => pairKeys(metadata.namespace, metadata.labels));
  return (namespace, selector) => {
    if (!selector) return [];
    const pair = telltalePair(selector);
    const candidates =
      pair === undefined ? lister.list(namespace ?? '') : lister.by('label', `${namespace ?? ''}/${pair}`);
    return candidates.filter(({ metadata }) => matchesSelector(selector, metadata.labels));
  };
}
