import type { Client } from '../clients/client.js';
import { ConfigMaps } from '../clients/resource-type.js';
import { WorkQueue } from '../clients/work-queue.js';
import type { Clock } from '../clock.js';
import { formatTime, parseTime } from '../time.js';

const NAME = 'kube-apiserver-legacy-service-account-token-tracking';
const NAMESPACE = 'kube-system';
/** How long it stays away once somebody deleted it. */
const AWAY_MS = 30 * 60_000;

/**
 * Keeps the ConfigMap that tells since when uses of tokens in secrets are noted (controlplane/controller/legacytokentracking).
 * Returns the way to stop.
 */
export function keepTokenTracking({
  client,
  clock,
}: {
  readonly client: Client;
  readonly clock: Clock;
}): () => void {
  const maps = client.lister(ConfigMaps);
  let createdMs = -Infinity;
  const queue = new WorkQueue(clock, () => {
    const found = maps.get(NAMESPACE, NAME);
    const data = { since: formatTime(clock.now()).slice(0, 10) };
    if (found) {
      if (!isDay(found.data?.['since']))
        client.update(ConfigMaps, { ...found, data: { ...found.data, ...data } });
      return undefined;
    }
    const waitMs = createdMs + AWAY_MS - clock.now();
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    const metadata = { name: NAME, namespace: NAMESPACE };
    client.create(ConfigMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
    createdMs = clock.now();
    return undefined;
  });
  queue.add(NAME);
  const stop = maps.watch((_, { metadata }) => {
    if (metadata.name === NAME && metadata.namespace === NAMESPACE) queue.add(NAME);
  });
  return () => {
    stop();
    queue.stop();
  };
}

const isDay = (text: string | undefined): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text ?? '') && parseTime(`${text}T00:00:00Z`) !== undefined;
