import { isJsonObject, type JsonObject } from '@lotse/manifests';
import { ANY, type FieldType } from '../registry/field-type.js';
import { jsonEqual } from '../registry/json-equal.js';
import { FieldSetBuilder, type FieldSet } from './field-set.js';
import { elementsOf, isEmptyCollection, isLeaf } from './list-elements.js';

/** What changed between two values of an object. */
export interface FieldChanges {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/**
 * Compares two values of an object path by path. Parts the two share are not looked at
 * (structured-merge-diff, typed/compare.go).
 */
export function compareFields(before: unknown, after: unknown, type: FieldType): FieldChanges {
  const comparison = new Comparison();
  comparison.maps(asMap(before), asMap(after), type, comparison.root);
  return {
    added: comparison.root.added.build(),
    modified: comparison.root.modified.build(),
    removed: comparison.root.removed.build(),
  };
}

/** The three sets at one place of the object. */
class Place {
  readonly added = new FieldSetBuilder();
  readonly modified = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();
}

class Below extends Place {
  override readonly added: FieldSetBuilder;
  override readonly modified: FieldSetBuilder;
  override readonly removed: FieldSetBuilder;
  constructor(place: Place, element: string) {
    super();
    this.added = place.added.child(element);
    this.modified = place.modified.child(element);
    this.removed = place.removed.child(element);
  }
}

class Comparison {
  readonly root = new Place();

  maps(before: JsonObject | undefined, after: JsonObject | undefined, type: FieldType, place: Place): void {
    for (const key of Object.keys({ ...before, ...after })) {
      const fieldType = type.field(key) ?? ANY;
      const left = valueOf(before, key, type, fieldType);
      const right = valueOf(after, key, type, fieldType);
      if (left !== right) this.values(left, right, fieldType, place, `f:${key}`);
    }
  }

  values(before: unknown, after: unknown, type: FieldType, place: Place, element: string): void {
    const leaf =
      (before === undefined || isLeaf(before, type) || isEmptyCollection(before)) &&
      (after === undefined || isLeaf(after, type) || isEmptyCollection(after));
    const both = before !== undefined && before !== null && after !== undefined && after !== null;
    const mixed = !leaf && both && Array.isArray(before) !== Array.isArray(after);
    if (leaf || mixed) {
      if (before === undefined) place.added.add(element);
      else if (after === undefined) place.removed.add(element);
      else if (!jsonEqual(before, after)) place.modified.add(element);
      return;
    }
    const below = new Below(place, element);
    if (Array.isArray(before) || Array.isArray(after))
      this.#lists(asList(before), asList(after), type, below);
    else this.maps(asMap(before), asMap(after), type, below);
    if (before === undefined) place.added.add(element);
    else if (after === undefined) place.removed.add(element);
  }

  #lists(before: readonly unknown[], after: readonly unknown[], type: FieldType, place: Place): void {
    const left = elementsOf(before, type);
    const right = elementsOf(after, type);
    for (const [element, item] of left) {
      const other = right.get(element);
      if (item !== other) this.values(item, other, type.items(), place, element);
    }
    for (const [element, item] of right) {
      if (!left.has(element)) this.values(undefined, item, type.items(), place, element);
    }
  }
}

/**
 * A field of a map. Structs that the API always writes are there, empty, even when JSON leaves them out; so are required
 * lists: who fills them owns what is in them, not their being there.
 */
function valueOf(map: JsonObject | undefined, key: string, type: FieldType, fieldType: FieldType): unknown {
  if (!map) return undefined;
  const value = Object.hasOwn(map, key) ? map[key] : undefined;
  if (value !== undefined) return value;
  if (fieldType.kind === 'map' && isEmptyCollection(fieldType.default)) return EMPTY;
  return fieldType.kind === 'list' && type.required.includes(key) ? null : undefined;
}

const EMPTY = {};

const asMap = (value: unknown): JsonObject | undefined => (isJsonObject(value) ? value : undefined);
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
