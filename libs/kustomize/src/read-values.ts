import {
  CodedError,
  DEFAULT_YAML_LIMITS,
  parseYamlNodes,
  resolveScalar,
  setOwn,
  YAML_TAG_PREFIX,
  type YamlMappingNode,
  type YamlNode,
  type YamlScalarNode,
  type YamlSequenceNode,
} from '@lotse/manifests';
import { markFlow, markOtherKey, setEntryNotes, setEntryOrder, setTextStyle } from './entry-marks.js';
import { CommentSchemas } from './comment-schemas.js';
import { foldedText } from './folded-text.js';
import { type Scalar, ScalarText, type Value, type ValueMap } from './values.js';

/**
 * Reads every document of a text as Kustomize does (go-yaml v3): YAML 1.2 booleans, text of numbers kept, aliases expanded.
 */
export function readValues(text: string | Uint8Array, file: string | undefined): Value[] {
  const reader = new ValueReader(file, undefined, CommentSchemas.of(text));
  return parseYamlNodes(text, { file }).map((node) => reader.read(node));
}

/** Reads the text of a field that will be printed again: how everything was written is remembered, and keys may be anything. */
export function readNestedValues(text: string): Value[] {
  const reader = new ValueReader(undefined, text.split('\n'));
  return parseYamlNodes(text).map((node) => reader.read(node));
}

/** Comment lines after everything else in a text. */
export function endComments(text: string): string[] {
  const found: string[] = [];
  for (const line of text.trimEnd().split('\n').reverse()) {
    if (!line.startsWith('#')) break;
    found.unshift(line);
  }
  return found;
}

class ValueReader {
  readonly #file: string | undefined;
  /** Lines of a text that will be printed again: marks of how it was written are kept then, and keys may be anything. */
  readonly #lines: readonly string[] | undefined;
  readonly #schemas: CommentSchemas | undefined;
  #aliasDepth = 0;
  #aliasNodes = 0;

  constructor(file: string | undefined, lines: readonly string[] | undefined, schemas?: CommentSchemas) {
    this.#file = file;
    this.#lines = lines;
    this.#schemas = schemas;
  }

  read(node: YamlNode): Value {
    if (this.#aliasDepth > 0 && ++this.#aliasNodes > DEFAULT_YAML_LIMITS.maxAliasNodes)
      throw this.#fail(
        node,
        `aliases expand to more than ${DEFAULT_YAML_LIMITS.maxAliasNodes} values`,
        'yaml/too-many-aliases',
      );
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node);
      case 'sequence':
        return this.#list(node);
      case 'mapping':
        return this.#map(node);
      case 'alias': {
        this.#aliasDepth++;
        const value = this.read(node.target);
        this.#aliasDepth--;
        return value;
      }
    }
  }

  #place(node: YamlNode): string {
    return this.#file === undefined ? `line ${node.line + 1}` : `${this.#file}:${node.line + 1}`;
  }

  #fail(node: YamlNode, problem: string, code = 'yaml/invalid'): CodedError {
    const where = this.#place(node);
    return new CodedError(code, `cannot read YAML at ${where}: ${problem}`, {
      ...(this.#file === undefined ? {} : { file: this.#file }),
      line: node.line + 1,
      column: node.column + 1,
    });
  }

  #list(node: YamlSequenceNode): Value[] {
    const list = node.items.map((item) => this.#entry(item, node.flow));
    if (this.#schemas && !node.flow)
      for (const [index, item] of node.items.entries()) this.#schemas.item(item, list[index]);
    if (this.#lines) {
      if (node.flow) markFlow(list);
      for (const [index, item] of node.items.entries()) {
        if (item.kind === 'scalar' && item.style !== 'plain') setTextStyle(list, String(index), item.style);
        this.#keepComments(list, String(index), item.line, Math.max(0, item.column - 2), item);
      }
    }
    return list;
  }

  /** Remembers the comments above an entry and behind it. */
  #keepComments(holder: object, key: string, line: number, column: number, value: YamlNode): void {
    const above: { text: string; deeper: boolean }[] = [];
    for (let at = line - 1; at >= 0; at--) {
      const raw = this.#lines?.[at] ?? '';
      const text = raw.trim();
      if (!text.startsWith('#')) break;
      above.unshift({ text, deeper: raw.length - raw.trimStart().length > column });
    }
    const behind =
      value.kind === 'scalar' && value.line !== line
        ? ''
        : (this.#lines?.[line]?.slice(value.line === line ? value.column : column) ?? '');
    const trailing = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[[{].*[\]}]|[^"'[{#].*?)?\s+(#.*)$/.exec(
      behind,
    )?.[1];
    if (above.length > 0 || trailing !== undefined) setEntryNotes(holder, key, { above, trailing });
  }

  /** An entry of a list or map. Nothing at all within brackets is printed as an empty text. */
  #entry(node: YamlNode, flow: boolean): Value {
    return flow && node.kind === 'scalar' && node.value === '' && node.implicit
      ? new ScalarText('null', '', '')
      : this.read(node);
  }

  #map(node: YamlMappingNode): ValueMap {
    const map: ValueMap = {};
    if (this.#lines && node.flow) markFlow(map);
    let merge: YamlNode | undefined;
    const order: string[] = [];
    for (const [keyNode, valueNode] of node.entries) {
      if (isMergeKey(keyNode)) {
        if (merge) throw this.#fail(keyNode, 'duplicate merge key (<<); give it a list of maps instead');
        merge = valueNode;
      }
      // The original removes whatever is called so, merged or not.
      if (keyNode.kind === 'scalar' && keyNode.value === '<<') continue;
      const key = this.#key(keyNode);
      if (!this.#lines && !isTextKey(keyNode)) markOtherKey(map, key, this.#place(keyNode));
      if (this.#lines) {
        order.push(key);
        if (keyNode.kind === 'scalar' && keyNode.style !== 'plain')
          setTextStyle(map, `\0${key}`, keyNode.style);
        this.#keepComments(map, key, keyNode.line, keyNode.column, valueNode);
      }
      if (Object.hasOwn(map, key))
        throw this.#fail(keyNode, `mapping key ${JSON.stringify(key)} already defined`, 'yaml/duplicate-key');
      const value = this.#entry(valueNode, node.flow);
      setOwn(map, key, value);
      if (!node.flow) this.#schemas?.field(map, key, keyNode, valueNode, value);
      const written = valueNode.kind === 'alias' ? valueNode.target : valueNode;
      if (written.kind === 'scalar' && written.style !== 'plain') setTextStyle(map, key, written.style);
    }
    if (order.length > 0) setEntryOrder(map, order);
    if (merge) this.#merge(merge, map);
    return map;
  }

  /** Adds what a merge key brings and the map does not say itself; earlier maps of a list win. */
  #merge(node: YamlNode, map: ValueMap): void {
    // A list must stand here itself: an alias of one is refused, as by the original.
    const sources = node.kind === 'sequence' ? node.items : [node];
    this.#aliasDepth++;
    for (const item of sources) {
      const target = item.kind === 'alias' ? item.target : item;
      if (target.kind !== 'mapping') throw this.#fail(node, 'a merge key (<<) needs a map or a list of maps');
      if (++this.#aliasNodes > DEFAULT_YAML_LIMITS.maxAliasNodes)
        throw this.#fail(
          node,
          `aliases expand to more than ${DEFAULT_YAML_LIMITS.maxAliasNodes} values`,
          'yaml/too-many-aliases',
        );
      const values = this.#map(target);
      for (const key of Object.keys(values))
        if (!Object.hasOwn(map, key)) setOwn(map, key, values[key] ?? null);
    }
    this.#aliasDepth--;
  }

  #key(node: YamlNode): string {
    const target = node.kind === 'alias' ? node.target : node;
    if (target.kind !== 'scalar') throw this.#fail(node, 'a map key must be a scalar');
    return target.value;
  }

  #scalar(node: YamlScalarNode): Scalar {
    if (node.style === 'folded' && node.tag === '') return foldedText(node.value);
    if (!node.implicit && (node.tag === '' || !node.tag.startsWith(YAML_TAG_PREFIX))) return node.value;
    const wanted = node.implicit ? undefined : node.tag.slice(YAML_TAG_PREFIX.length);
    if (wanted === 'str') return node.value;
    if (wanted === 'binary')
      return new TextDecoder().decode(Buffer.from(node.value.replace(/\s/g, ''), 'base64'));
    const scalar = typedScalar(node.value, node.implicit);
    if (wanted === 'float' && typeof scalar === 'number') return scalar;
    const type = scalarType(scalar);
    if (
      wanted !== undefined &&
      ['null', 'bool', 'int', 'float', 'timestamp'].includes(wanted) &&
      type !== wanted
    )
      throw this.#fail(node, `cannot decode ${JSON.stringify(node.value)} as a !!${wanted}`);
    return scalar;
  }
}

/** True for `<<` without quotes, and for what has the tag, as in `!!merge <<`, which some editors write. */
function isMergeKey(key: YamlNode): boolean {
  if (key.kind !== 'scalar') return false;
  return (
    key.tag === `${YAML_TAG_PREFIX}merge` || (key.value === '<<' && key.style === 'plain' && key.tag === '')
  );
}

/** False for keys that are read as numbers, booleans, null or dates. */
function isTextKey(key: YamlNode): boolean {
  const scalar = key.kind === 'alias' ? key.target : key;
  if (scalar.kind !== 'scalar') return true;
  if (scalar.implicit) return resolveScalar(scalar.value, 'go3').type === 'str';
  return !OTHER_TAGS.has(scalar.tag);
}

const OTHER_TAGS: ReadonlySet<string> = new Set(
  ['null', 'bool', 'int', 'float', 'timestamp'].map((type) => YAML_TAG_PREFIX + type),
);

/** The YAML type of a scalar: `str`, `int`, `float`, `bool`, `null` or `timestamp`. */
export function scalarType(scalar: Value): string {
  if (scalar instanceof ScalarText) return scalar.type === 'folded' ? 'str' : scalar.type;
  if (scalar === null) return 'null';
  if (typeof scalar === 'boolean') return 'bool';
  if (typeof scalar === 'bigint') return 'int';
  if (typeof scalar === 'number') return Number.isInteger(scalar) ? 'int' : 'float';
  return 'str';
}

/** The scalar a plain text stands for; its spelling is kept when it is not the usual one. */
export function typedScalar(text: string, emptyIsNull = true): Scalar {
  if (text === '') return emptyIsNull ? null : '';
  const resolved = resolveScalar(text, 'go3');
  switch (resolved.type) {
    case 'str':
      return text;
    case 'null':
      return new ScalarText('null', text, null);
    case 'bool':
      return text === 'true' || text === 'false'
        ? resolved.value
        : new ScalarText('bool', text, resolved.value);
    case 'timestamp':
      return new ScalarText('timestamp', text, null);
    case 'int': {
      const small =
        resolved.value >= BigInt(Number.MIN_SAFE_INTEGER) &&
        resolved.value <= BigInt(Number.MAX_SAFE_INTEGER);
      const value = small ? Number(resolved.value) : resolved.value;
      return String(value) === text ? value : new ScalarText('int', text, value);
    }
    case 'float':
      if (String(resolved.value) === text) return resolved.value;
      return new ScalarText('float', text, Object.is(resolved.value, -0) ? 0 : resolved.value);
  }
}

/** Refuses a map key that would be read as a number, a boolean or null: the original writes it without quotes. */
export function checkTextKey(key: string, where: string): void {
  if (resolveScalar(key, 'go3').type !== 'str')
    throw new CodedError(
      'kustomize/key',
      `${where}: the key ${JSON.stringify(key)} would be read as something else than text; use another key`,
      {
        field: key,
      },
    );
}
