import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { getOwn, setOwn } from '../yaml/set-own.js';
import { jsonEqual } from './json-equal.js';
import { MAX_PATCH_DEPTH, MAX_PATCH_OPERATIONS, patchError } from './patch-error.js';

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: JsonValue;
}

/** Values that `copy` operations may add together, against patches that double a document again and again. */
const MAX_COPIED_VALUES = 1_000_000;

/**
 * Applies a JSON patch (RFC 6902) as the API server's library does: parents must exist, `remove` needs the target while
 * `replace` of a missing field adds it, `-` appends, negative indices count from the end. The document is not changed; what is not touched is shared with it.
 * Throws CodedError `patch/...` naming the operation and the path.
 */
export function applyJsonPatch(document: JsonValue, operations: readonly JsonPatchOperation[]): JsonValue {
  if (operations.length > MAX_PATCH_OPERATIONS)
    throw patchError(
      'too-large',
      `it has ${operations.length} operations, more than the limit of ${MAX_PATCH_OPERATIONS}`,
    );
  const patcher = new JsonPatcher(document);
  operations.forEach((operation, index) => patcher.apply(operation, index));
  return patcher.document;
}

/** Checks that a value is a list of operations and gives it its type. */
export function asJsonPatch(value: JsonValue): JsonPatchOperation[] {
  if (!Array.isArray(value)) throw patchError('invalid', 'a JSON patch is a list of operations');
  return value.map((item, index) => {
    const op = isJsonObject(item) ? getOwn(item, 'op') : undefined;
    const path = isJsonObject(item) ? getOwn(item, 'path') : undefined;
    if (!isJsonObject(item) || typeof op !== 'string' || typeof path !== 'string')
      throw patchError('invalid', `operation ${index} needs op and path as text`);
    const from = getOwn(item, 'from');
    if (from !== undefined && typeof from !== 'string')
      throw patchError('invalid', `operation ${index} has a from that is no text`);
    const operation: { op: string; path: string; from?: string; value?: JsonValue } = { op, path };
    if (from !== undefined) operation.from = from;
    if (Object.hasOwn(item, 'value')) operation.value = item['value'] ?? null;
    return operation;
  });
}

type Container = JsonObject | JsonValue[];

class JsonPatcher {
  document: JsonValue;
  /** Containers made by this patch, which may be changed in place. */
  readonly #owned = new Set<Container>();
  #copied = 0;

  constructor(document: JsonValue) {
    this.document = document;
  }

  apply(operation: JsonPatchOperation, index: number): void {
    const { op, path, value = null } = operation;
    const label = `operation ${index} (${op} ${path === '' ? 'the whole document' : path})`;
    switch (op) {
      case 'add':
        return this.#add(path, value, label);
      case 'remove':
        this.#remove(path, label);
        return;
      case 'replace':
        return this.#replace(path, value, label);
      case 'test':
        return this.#test(operation, label);
      case 'move': {
        const from = operation.from ?? fail(`${label} needs from`);
        if (`${path}/`.startsWith(`${from}/`) && path !== from)
          fail(`${label} cannot move a value into itself`);
        const moved = this.#remove(from, label);
        return this.#add(path, moved, label);
      }
      case 'copy': {
        const from = operation.from ?? fail(`${label} needs from`);
        const source = this.#read(from, label);
        if (source === undefined) fail(`${label}: ${from} does not exist`, from);
        this.#count(source ?? null, label);
        // A copy of its own: what happens to one of the two later must not happen to the other, nor may one hold the other.
        return this.#add(path, structuredClone(source ?? null), label);
      }
      default:
        fail(
          `operation ${index} has unknown op ${JSON.stringify(op)}; use add, remove, replace, move, copy or test`,
        );
    }
  }

  #count(value: JsonValue, label: string): void {
    const pending: JsonValue[] = [value];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (++this.#copied > MAX_COPIED_VALUES)
        throw patchError('too-large', `${label}: copies add more than ${MAX_COPIED_VALUES} values`);
      if (Array.isArray(next)) for (const item of next) pending.push(item);
      else if (isJsonObject(next)) for (const key of Object.keys(next)) pending.push(next[key] ?? null);
    }
  }

  #own<T extends Container>(value: T): T {
    if (this.#owned.has(value)) return value;
    let copy: Container;
    if (Array.isArray(value)) copy = [...(value as JsonValue[])];
    else {
      copy = {};
      for (const key of Object.keys(value)) setOwn(copy, key, (value as JsonObject)[key] ?? null);
    }
    this.#owned.add(copy);
    return copy as T;
  }

  /** The container a path ends in, owned along the way, and the last part of the path. */
  #parent(path: string, label: string): { parent: Container; key: string } {
    const parts = splitPointer(path, label);
    const key = parts.pop() ?? '';
    let parent: Container = this.#root(label);
    let seen = '';
    for (const part of parts) {
      seen += `/${part}`;
      const index: string | number = Array.isArray(parent)
        ? arrayIndex(part, parent.length, false, label)
        : part;
      const child: JsonValue | undefined = Array.isArray(parent)
        ? parent[index as number]
        : getOwn(parent, part);
      if (!isContainer(child)) fail(`${label}: ${seen} does not exist or holds no fields`, path);
      const owned: Container = this.#own(child as Container);
      if (Array.isArray(parent)) parent[index as number] = owned;
      else setOwn(parent, part, owned);
      parent = owned;
    }
    return { parent, key };
  }

  #root(label: string): Container {
    if (!isContainer(this.document)) fail(`${label}: the document holds no fields`);
    const owned = this.#own(this.document as Container);
    this.document = owned;
    return owned;
  }

  #add(path: string, value: JsonValue, label: string): void {
    if (path === '') {
      this.document = value;
      return;
    }
    const { parent, key } = this.#parent(path, label);
    if (!Array.isArray(parent)) setOwn(parent, key, value);
    else if (key === '-') parent.push(value);
    else parent.splice(arrayIndex(key, parent.length, true, label), 0, value);
  }

  #remove(path: string, label: string): JsonValue {
    const { parent, key } = this.#parent(path, label);
    if (Array.isArray(parent)) {
      const index = arrayIndex(key, parent.length, false, label);
      const [removed] = parent.splice(index, 1);
      return removed ?? null;
    }
    const old = getOwn(parent, key);
    if (old === undefined) fail(`${label}: ${path} does not exist`, path);
    delete parent[key];
    return old ?? null;
  }

  #replace(path: string, value: JsonValue, label: string): void {
    if (path === '') {
      this.document = value;
      return;
    }
    const { parent, key } = this.#parent(path, label);
    if (Array.isArray(parent)) parent[arrayIndex(key, parent.length, false, label)] = value;
    else setOwn(parent, key, value);
  }

  #test({ path, value = null }: JsonPatchOperation, label: string): void {
    const found = this.#read(path, label) ?? null;
    if (!jsonEqual(found, value))
      fail(`${label} failed: found ${shorten(found)}, expected ${shorten(value)}`, path);
  }

  /** The value at a path; undefined when the last part is missing. */
  #read(path: string, label: string): JsonValue | undefined {
    if (path === '') return this.document;
    const parts = splitPointer(path, label);
    const key = parts.pop() ?? '';
    let at: JsonValue | undefined = this.document;
    for (const part of parts) {
      at = Array.isArray(at)
        ? at[arrayIndex(part, at.length, false, label)]
        : isJsonObject(at)
          ? getOwn(at, part)
          : undefined;
      if (at === undefined) fail(`${label}: ${path} does not exist`, path);
    }
    if (Array.isArray(at)) return at[arrayIndex(key, at.length, false, label)];
    return isJsonObject(at) ? getOwn(at, key) : undefined;
  }
}

function isContainer(value: JsonValue | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}

function fail(problem: string, field?: string): never {
  throw patchError('failed', problem, field);
}

function splitPointer(path: string, label: string): string[] {
  if (!path.startsWith('/')) fail(`${label}: the path must be empty or start with /`);
  const parts = path.slice(1).split('/');
  if (parts.length > MAX_PATCH_DEPTH)
    throw patchError('too-large', `${label}: the path is deeper than ${MAX_PATCH_DEPTH} levels`);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function arrayIndex(part: string, length: number, insert: boolean, label: string): number {
  if (!/^[-+]?[0-9]+$/.test(part)) fail(`${label}: ${JSON.stringify(part)} is not an index of a list`);
  const index = Number(part);
  const limit = insert ? length : length - 1;
  if (index > limit || index < -(limit + (insert ? 0 : 1)))
    fail(`${label}: index ${part} is outside of a list of ${length}`);
  return index < 0 ? index + (insert ? length + 1 : length) : index;
}

function shorten(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
