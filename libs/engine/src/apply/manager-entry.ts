import type { ManagedFieldsEntry } from '@lotse/manifests';
import { FieldSet } from './field-set.js';
import { formatFieldsV1, parseFieldsV1 } from './fields-v1.js';

/** One owner of fields. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly set: FieldSet;
  /** The entry this was read from, kept as it is while nothing changes. */
  readonly entry: ManagedFieldsEntry | undefined;
}

/** Owners by identity. An applier is the same in every version of the API. */
export type Managers = ReadonlyMap<string, Manager>;

/** More owners by update than this are folded into one (capManagersManager). */
const MOST_UPDATERS = 10;
const FOLDED = 'ancient-changes';

export function managerKey(
  manager: Pick<Manager, 'manager' | 'operation' | 'apiVersion' | 'subresource'>,
): string {
  const version = manager.operation === 'Apply' ? '' : manager.apiVersion;
  return JSON.stringify([manager.manager, manager.operation, version, manager.subresource]);
}

/** Reads managedFields; undefined when an entry can't be read. */
export function parseManagers(
  entries: readonly ManagedFieldsEntry[] | undefined,
): Map<string, Manager> | undefined {
  const managers = new Map<string, Manager>();
  for (const entry of entries ?? []) {
    const set = parseFieldsV1(entry.fieldsV1);
    const { operation } = entry;
    if (!set || (operation !== 'Apply' && operation !== 'Update')) return undefined;
    const manager: Manager = {
      manager: entry.manager ?? '',
      operation,
      apiVersion: entry.apiVersion ?? '',
      subresource: entry.subresource ?? '',
      time: entry.time,
      set,
      entry,
    };
    const key = managerKey(manager);
    const known = managers.get(key);
    managers.set(key, known ? { ...known, set: known.set.union(set), entry: undefined } : manager);
  }
  return managers;
}

/** Writes managedFields in Kubernetes' order: appliers first, then by time, then by name. */
export function formatManagers(managers: Managers): ManagedFieldsEntry[] {
  return folded([...managers.values()])
    .sort(
      (a, b) =>
        compare(a.operation, b.operation) ||
        compare(a.time ?? '', b.time ?? '') ||
        compare(a.manager, b.manager) ||
        compare(a.apiVersion, b.apiVersion) ||
        compare(a.subresource, b.subresource),
    )
    .map(
      (manager) =>
        manager.entry ?? {
          manager: manager.manager,
          operation: manager.operation,
          apiVersion: manager.apiVersion,
          ...(manager.time !== undefined && { time: manager.time }),
          fieldsType: 'FieldsV1',
          fieldsV1: formatFieldsV1(manager.set),
          ...(manager.subresource && { subresource: manager.subresource }),
        },
    );
}

function folded(managers: Manager[]): Manager[] {
  const updaters = managers.filter(({ operation }) => operation === 'Update');
  if (updaters.length <= MOST_UPDATERS) return managers;
  updaters.sort((a, b) => compare(a.time ?? '', b.time ?? '') || compare(a.manager, b.manager));
  const oldest = updaters.slice(0, updaters.length - MOST_UPDATERS + 1);
  const last = oldest.at(-1);
  if (!last) return managers;
  const set = oldest.reduce((all, { set: one }) => all.union(one), FieldSet.EMPTY);
  const rest = managers.filter((manager) => !oldest.includes(manager));
  return [...rest, { ...last, manager: FOLDED, subresource: '', set, entry: undefined }];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
