import type { PersistentVolumeSpec, Volume } from '../../types/index.js';
import { fill, fillUnset, within } from '../fill.js';

/** What volumes of pods and volumes of the cluster have in common. */
type Sources = Pick<Volume & PersistentVolumeSpec, 'azureDisk' | 'hostPath' | 'iscsi' | 'rbd' | 'scaleIO'>;

/** What the sources of volumes are when they do not say (core/v1/types.go). */
export function defaultSource<T extends Partial<Sources>>(given: T): T {
  let filled: Partial<Sources> = given;
  filled = within(filled, 'hostPath', (source) => fill(source, { type: '' }));
  filled = within(filled, 'iscsi', (source) => fill(source, { iscsiInterface: 'default' }));
  filled = within(filled, 'rbd', (source) =>
    fill(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  );
  filled = within(filled, 'azureDisk', (source) =>
    fillUnset(source, { cachingMode: 'ReadWrite', fsType: 'ext4', kind: 'Shared', readOnly: false }),
  );
  filled = within(filled, 'scaleIO', (source) =>
    fill(source, { storageMode: 'ThinProvisioned', fsType: 'xfs' }),
  );
  return filled as T;
}
