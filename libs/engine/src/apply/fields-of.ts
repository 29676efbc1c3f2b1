import { isJsonObject } from '@lotse/manifests';
import { ANY, type FieldType } from '../registry/field-type.js';
import { FieldSetBuilder, type FieldSet } from './field-set.js';
import { elementOf, isEmptyCollection, isLeaf } from './list-elements.js';

/**
 * The paths an object says something about: every leaf, every item of a list with keys, every key of a free map. What an
 * applier sends is what it owns (structured-merge-diff, typed/tofieldset.go).
 */
export function fieldsOf(object: unknown, type: FieldType): FieldSet {
  const builder = new FieldSetBuilder();
  collect(object, type, builder);
  return builder.build();
}

function collect(value: unknown, type: FieldType, into: FieldSetBuilder): void {
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      const element = elementOf(item, type);
      if (element === undefined) continue;
      into.add(element);
      if (!isLeaf(item, type.items())) collect(item, type.items(), into.child(element));
    }
    return;
  }
  if (!isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    const child = value[key];
    if (child === undefined) continue;
    const element = `f:${key}`;
    const childType = type.field(key) ?? ANY;
    if (isLeaf(child, childType)) into.add(element);
    else {
      if (!type.declares(key) || (isEmptyCollection(child) && !Array.isArray(child))) into.add(element);
      collect(child, childType, into.child(element));
    }
  }
}
