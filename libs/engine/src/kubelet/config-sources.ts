import type { Lister } from '../clients/client.js';
import type { ConfigMap, PersistentVolumeClaim, Secret, Service } from '../types/index.js';

/** Where a pod's configuration comes from. */
export interface ConfigSources {
  readonly configMaps: Lister<ConfigMap>;
  readonly secrets: Lister<Secret>;
  readonly claims: Lister<PersistentVolumeClaim>;
  readonly services: Lister<Service>;
}
