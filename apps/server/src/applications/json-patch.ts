import { CodedError, isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';

/** Operations of one patch; people edit a handful of fields. */
const MAX_OPERATIONS = 1_000;

/** Applies an RFC 6902 patch to a copy. @throws CodedError `patch_invalid` naming the operation. */
export function applyJsonPatch(document: JsonObject, patch: unknown): JsonValue {
  if (!Array.isArray(patch))
    throw new CodedError(
      'patch_invalid',
      'A JSON patch is a list such as [{"op":"replace","path":"/spec/project","value":"default"}].',
    );
  if (patch.length > MAX_OPERATIONS)
    throw new CodedError('patch_invalid', `The patch has more than ${MAX_OPERATIONS} operations.`);
  let result: JsonValue = structuredClone(document);
  for (const [index, operation] of (patch as unknown[]).entries()) {
    const refuse = (reason: string): never => {
      throw new CodedError('patch_invalid', `Operation ${index + 1} of the patch can't be done: ${reason}.`);
    };
    if (!isJsonObject(operation) || typeof operation['path'] !== 'string')
      return refuse('it needs op and path');
    const path = steps(operation['path']) ?? refuse('its path must be empty or begin with /');
    const value = operation['value'] ?? null;
    const { op } = operation;
    if (typeof op !== 'string') return refuse('op must be a word');
    switch (op) {
      case 'add':
        result = put(result, path, value, true, refuse);
        break;
      case 'replace':
        find(result, path, refuse);
        result = put(result, path, value, false, refuse);
        break;
      case 'remove':
        find(result, path, refuse);
        remove(result, path);
        break;
      case 'test':
        if (JSON.stringify(find(result, path, refuse)) !== JSON.stringify(value))
          refuse('the value there is another one');
        break;
      case 'move':
      case 'copy': {
        const from =
          steps(typeof operation['from'] === 'string' ? operation['from'] : '-') ??
          refuse('from must be a path');
        const moved = structuredClone(find(result, from, refuse));
        if (op === 'move') remove(result, from);
        result = put(result, path, moved, true, refuse);
        break;
      }
      default:
        refuse(`there is no operation ${JSON.stringify(op)}`);
    }
  }
  return result;
}

type Refuse = (reason: string) => never;

function steps(path: string): string[] | undefined {
  if (path === '') return [];
  if (!path.startsWith('/')) return undefined;
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function find(document: JsonValue, path: readonly string[], refuse: Refuse): JsonValue {
  let value: JsonValue = document;
  for (const step of path) {
    const next: JsonValue | undefined = Array.isArray(value)
      ? value[Number(step)]
      : isJsonObject(value) && Object.hasOwn(value, step)
        ? value[step]
        : undefined;
    if (next === undefined) return refuse(`there is nothing at /${path.join('/')}`);
    value = next;
  }
  return value;
}

function put(
  document: JsonValue,
  path: readonly string[],
  value: JsonValue,
  insert: boolean,
  refuse: Refuse,
): JsonValue {
  const key = path.at(-1);
  if (key === undefined) return value;
  const parent = find(document, path.slice(0, -1), refuse);
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > parent.length)
      refuse(`${JSON.stringify(key)} is no place in the list`);
    parent.splice(index, insert ? 0 : 1, value);
  } else if (isJsonObject(parent)) {
    Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
  } else refuse(`/${path.slice(0, -1).join('/')} holds no fields`);
  return document;
}

function remove(document: JsonValue, path: readonly string[]): void {
  const key = path.at(-1) ?? '';
  const parent = path
    .slice(0, -1)
    .reduce<JsonValue | undefined>(
      (value, step) =>
        Array.isArray(value) ? value[Number(step)] : isJsonObject(value) ? value[step] : undefined,
      document,
    );
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (isJsonObject(parent)) delete parent[key];
}
