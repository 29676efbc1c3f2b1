import { getOwn, isJsonObject, type JsonObject, type JsonValue, type YamlNode } from '@lotse/manifests';

const values = new WeakMap<object, JsonObject>();
const keys = new WeakMap<object, Map<string, JsonObject>>();

/** The schema that comments give a field: those of its value count before those of its key. */
export function fieldSchema(map: object, name: string): JsonObject | undefined {
  const marked = keys.get(map)?.get(name);
  return valueSchema(getOwn(map as Record<string, unknown>, name)) ?? marked;
}

/** The schema that a comment gives a list or map. */
export function valueSchema(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null ? values.get(value) : undefined;
}

/** Gives a list or map a schema. */
export function markSchema(value: object, schema: JsonObject): void {
  values.set(value, schema);
}

/** Gives a copy the schemas of the original. */
export function copySchemas(from: object, to: object): void {
  const value = values.get(from);
  if (value) values.set(to, value);
  const fields = keys.get(from);
  if (fields) keys.set(to, new Map(fields));
}

/** Any comment that begins as a JSON object does. */
const SCHEMA_COMMENT = /#[ \t]*\{/;

/**
 * Reads schemas from comments, as Kustomize takes any JSON object in a comment of a field for its schema: markers of other tools
 * (`# {"$imagepolicy": ...}`) then stand for a schema that says nothing.
 */
export class CommentSchemas {
  readonly #lines: readonly string[];

  private constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  /** Undefined when no comment of the text can be a schema. */
  static of(text: string | Uint8Array): CommentSchemas | undefined {
    const characters = typeof text === 'string' ? text : Buffer.from(text).toString();
    return SCHEMA_COMMENT.test(characters) ? new CommentSchemas(characters.split('\n')) : undefined;
  }

  /** Keeps what the comments of a field say. */
  field(map: object, name: string, key: YamlNode, node: YamlNode, value: unknown): void {
    const behind = this.#behindValue(node);
    if (behind && typeof value === 'object' && value !== null) values.set(value, behind);
    const schema = this.#behindKey(key, node) ?? this.#above(key);
    if (!schema) return;
    const known = keys.get(map);
    if (known) known.set(name, schema);
    else keys.set(map, new Map([[name, schema]]));
  }

  /** Keeps what the comment above an entry of a list says. */
  item(node: YamlNode, value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const dash = (this.#lines[node.line] ?? '').slice(0, node.column).lastIndexOf('-');
    const schema = dash < 0 ? undefined : this.#commentLine(node.line - 1, dash);
    if (schema) values.set(value, schema);
  }

  #behindKey(key: YamlNode, node: YamlNode): JsonObject | undefined {
    if (node.line === key.line && (node.kind === 'sequence' || node.kind === 'mapping') && node.flow)
      return undefined;
    const rest = (this.#lines[key.line] ?? '').slice(key.column);
    const comment = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^#]*?)\s*:\s+(?:[&!]\S*\s+)*(#.*)$/.exec(
      rest,
    )?.[1];
    return comment === undefined ? undefined : schemaIn(comment);
  }

  #behindValue(node: YamlNode): JsonObject | undefined {
    if (node.kind === 'scalar' || node.kind === 'alias' || !node.flow) return undefined;
    const comment = /^[[{].*?[\]}]\s+(#.*)$/.exec((this.#lines[node.line] ?? '').slice(node.column))?.[1];
    return comment === undefined ? undefined : schemaIn(comment);
  }

  #above(key: YamlNode): JsonObject | undefined {
    if ((this.#lines[key.line] ?? '').slice(0, key.column).trim() !== '') return undefined;
    return this.#commentLine(key.line - 1, key.column);
  }

  /** The schema at the start of the comment that ends in a line. */
  #commentLine(line: number, column: number): JsonObject | undefined {
    let first: string | undefined;
    for (let at = line; at >= 0; at--) {
      const text = this.#lines[at] ?? '';
      if (text.search(/\S/) !== column || text[column] !== '#') break;
      first = text.slice(column);
    }
    return first === undefined ? undefined : schemaIn(first);
  }
}

/** What follows the object does not count. */
function schemaIn(comment: string): JsonObject | undefined {
  const text = comment.replace(/^#+\s*/, '');
  try {
    const value = JSON.parse(text.slice(0, objectLength(text))) as JsonValue;
    if (!isJsonObject(value) || Object.keys(value).length === 0) return undefined;
    return isTypeName(getOwn(value, 'type')) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The length of the object that a text begins with. */
function objectLength(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') depth++;
    else if (token === '}' && --depth === 0) return index + 1;
  }
  return text.length;
}

function isTypeName(type: JsonValue | undefined): boolean {
  if (type === undefined || type === null || typeof type === 'string') return true;
  return Array.isArray(type) && type.every((name) => typeof name === 'string');
}
