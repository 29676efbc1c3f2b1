import { setOwn } from '@lotse/manifests';
import { assignEntry, shareEntry, SharedEntry } from '../entry-marks.js';
import { applyFieldSpec, FieldShapeError, type FieldSpec } from '../field-spec.js';
import { checkTextKey } from '../read-values.js';
import type { ResourceSet } from '../resource-set.js';
import { isMap, isNull } from '../values.js';

const ANNOTATIONS = 'metadata/annotations';

/** Adds labels or annotations at every place the specs name. */
export function addMetadata(
  set: ResourceSet,
  pairs: Readonly<Record<string, string>>,
  specs: readonly FieldSpec[],
): void {
  const keys = Object.keys(pairs).sort();
  if (keys.length === 0) return;
  for (const key of keys) checkTextKey(key, 'labels or annotations');
  for (const resource of set.list) {
    const entries = new Map(keys.map((key) => [key, new SharedEntry()]));
    for (const given of specs) {
      const spec = given.path === ANNOTATIONS && resource.hasNotes ? { ...given, create: true } : given;
      applyFieldSpec(
        resource.value,
        spec,
        (value) => {
          const map = isNull(value) && spec.create === true ? {} : value;
          if (isNull(map)) return value;
          if (!isMap(map)) throw new FieldShapeError('expected a map for labels or annotations');
          for (const [key, entry] of entries) {
            const text = pairs[key] ?? '';
            if (Object.hasOwn(map, key)) assignEntry(map, key, text);
            else {
              setOwn(map, key, text);
              shareEntry(entry, map, key);
            }
          }
          return map;
        },
        'map',
      );
    }
  }
}
