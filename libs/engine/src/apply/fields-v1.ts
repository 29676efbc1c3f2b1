import { isJsonObject, setOwn, type JsonObject } from '@lotse/manifests';
import { FieldSet, FieldSetBuilder } from './field-set.js';

/** Levels of nesting that are read; no field of any kind lies deeper. */
const DEEPEST = 256;

/** Sets already read: entries of managedFields are immutable and stay the same value until their owner changes. */
const known = new WeakMap<JsonObject, FieldSet>();

/** Reads the set of an entry of managedFields; undefined when it is not one. */
export function parseFieldsV1(fields: JsonObject | undefined): FieldSet | undefined {
  if (!fields) return FieldSet.EMPTY;
  let set = known.get(fields);
  if (set) return set;
  const builder = new FieldSetBuilder();
  if (!read(fields, builder, 0)) return undefined;
  set = builder.build();
  known.set(fields, set);
  return set;
}

function read(fields: JsonObject, builder: FieldSetBuilder, depth: number): boolean {
  if (depth > DEEPEST) return false;
  for (const element of Object.keys(fields)) {
    const below = fields[element];
    if (!isJsonObject(below)) return false;
    if (element === '.') continue;
    if (!/^[fkvi]:/.test(element)) return false;
    const keys = Object.keys(below);
    if (keys.length === 0 || Object.hasOwn(below, '.')) builder.add(element);
    if (keys.length > 0 && !read(below, builder.child(element), depth + 1)) return false;
  }
  return true;
}

/** Writes a set as FieldsV1. */
export function formatFieldsV1(set: FieldSet): JsonObject {
  const fields = write(set);
  known.set(fields, set);
  return fields;
}

function write(set: FieldSet): JsonObject {
  const fields: JsonObject = {};
  const elements = [...set.members];
  for (const element of set.children.keys()) if (!set.members.has(element)) elements.push(element);
  for (const element of elements.sort()) {
    const child = set.below(element);
    const below = child.isEmpty ? {} : write(child);
    setOwn(fields, element, set.members.has(element) && !child.isEmpty ? { '.': {}, ...below } : below);
  }
  return fields;
}
