import { shownAs } from '../api/present.js';
import { fieldTypeOf } from '../registry/field-type.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import { compareFields } from './compare-fields.js';
import type { FieldSet } from './field-set.js';
import type { Manager } from './manager-entry.js';

/** What a write did, in the fields of one version. */
export interface SeenChanges {
  /** Added or changed. */
  readonly touched: FieldSet;
  readonly removed: FieldSet;
}

/** What a write did, in the fields of the version it was made in and in those of others. */
export interface Changes {
  readonly own: SeenChanges;
  /** In the version an owner wrote in; undefined when that is no longer served, and the owner with it is forgotten. */
  seenBy(manager: Pick<Manager, 'apiVersion'>): SeenChanges | undefined;
}

/**
 * Compares two values of an object. Where a webhook converts between versions their fields differ, and what an owner of another
 * version loses is told by comparing both values in that version (structured-merge-diff, merge/update.go).
 */
export function changesBetween(before: object, after: StoredObject, resource: ResourceInfo): Changes {
  const own = changed(before, after, resource);
  const others = new Map<string, SeenChanges | undefined>();
  const { converter } = resource;
  return {
    own,
    seenBy({ apiVersion }) {
      if (!converter?.isRemote || apiVersion === after.apiVersion) return own;
      if (!others.has(apiVersion)) {
        const version = converter.resourceOf(apiVersion);
        const [old, now] = version ? shownAs([before as StoredObject, after], version) : [];
        others.set(apiVersion, version && old && now ? changed(old, now, version) : undefined);
      }
      return others.get(apiVersion);
    },
  };
}

function changed(before: object, after: object, resource: ResourceInfo): SeenChanges {
  const { added, modified, removed } = compareFields(before, after, fieldTypeOf(resource));
  return { touched: added.union(modified), removed };
}
