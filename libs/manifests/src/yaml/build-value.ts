import type { CodedError } from '../coded-error.js';
import type { JsonObject, JsonScalar, JsonValue } from '../json.js';
import { formatGoFloat32 } from './format-float.js';
import { resolveScalar, type ResolvedScalar } from './resolve-scalar.js';
import { setOwn } from './set-own.js';
import type { YamlLimits } from './yaml-limits.js';
import { type YamlMappingNode, type YamlNode, type YamlScalarNode, YAML_TAG_PREFIX } from './yaml-node.js';
import { yamlError } from './yaml-source.js';

/** How nodes become values. */
export interface BuildOptions {
  readonly file: string | undefined;
  readonly limits: YamlLimits;
  readonly duplicateKeys: 'error' | 'last';
  readonly bigints: boolean;
}

/** Turns one document into JSON as sigs.k8s.io/yaml does: keys become text, merge keys apply where they stand. */
export class ValueBuilder {
  readonly #options: BuildOptions;
  #aliasDepth = 0;
  #aliasNodes = 0;

  constructor(options: BuildOptions) {
    this.#options = options;
  }

  /** The JSON value of a node. */
  build(node: YamlNode): JsonValue {
    if (this.#aliasDepth > 0 && ++this.#aliasNodes > this.#options.limits.maxAliasNodes)
      throw this.#fail(
        node,
        `aliases expand to more than ${this.#options.limits.maxAliasNodes} values`,
        'yaml/too-many-aliases',
      );
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node);
      case 'sequence':
        return node.items.map((item) => this.build(item));
      case 'mapping': {
        const object: JsonObject = {};
        this.#fill(node, object);
        return object;
      }
      case 'alias': {
        this.#aliasDepth++;
        const value = this.build(node.target);
        this.#aliasDepth--;
        return value;
      }
    }
  }

  #fail(node: YamlNode, problem: string, code = 'yaml/invalid'): CodedError {
    return yamlError(code, problem, this.#options.file, node.line, node.column);
  }

  #fill(node: YamlMappingNode, object: JsonObject): void {
    const seen = new Set<string>();
    for (const [keyNode, valueNode] of node.entries) {
      if (
        keyNode.kind === 'scalar' &&
        keyNode.value === '<<' &&
        (keyNode.implicit || keyNode.tag === `${YAML_TAG_PREFIX}merge`)
      ) {
        this.#merge(valueNode, object);
        continue;
      }
      const key = this.#key(keyNode);
      if (seen.has(key) && this.#options.duplicateKeys === 'error')
        throw this.#fail(
          keyNode,
          `key ${JSON.stringify(key)} is set twice in the same map`,
          'yaml/duplicate-key',
        );
      seen.add(key);
      setOwn(object, key, this.build(valueNode));
    }
  }

  #merge(node: YamlNode, object: JsonObject): void {
    const source = node.kind === 'alias' ? node.target : node;
    if (source.kind !== 'mapping' && !(source.kind === 'sequence' && node.kind === 'sequence'))
      throw this.#fail(node, 'a merge key (<<) needs a map or a list of maps');
    this.#aliasDepth++;
    if (source.kind === 'mapping') this.#mergeMap(source, object);
    else
      for (const item of [...source.items].reverse()) {
        const map = item.kind === 'alias' ? item.target : item;
        if (map.kind !== 'mapping') throw this.#fail(item, 'a merge key (<<) needs a map or a list of maps');
        this.#mergeMap(map, object);
      }
    this.#aliasDepth--;
  }

  #mergeMap(map: YamlMappingNode, object: JsonObject): void {
    if (++this.#aliasNodes > this.#options.limits.maxAliasNodes)
      throw this.#fail(
        map,
        `aliases expand to more than ${this.#options.limits.maxAliasNodes} values`,
        'yaml/too-many-aliases',
      );
    this.#fill(map, object);
  }

  #key(node: YamlNode): string {
    const target = node.kind === 'alias' ? node.target : node;
    if (target.kind !== 'scalar')
      throw this.#fail(node, 'a map key must be a scalar; quote it if it starts with { or [');
    if (target.implicit || target.tag === `${YAML_TAG_PREFIX}float`) {
      const resolved = resolveScalar(target.value, 'go2');
      // As a key a float is text already, whatever JSON can carry.
      if (resolved.type === 'float') return formatGoFloat32(resolved.value);
      if (resolved.type === 'int' && target.implicit) return String(resolved.value);
    }
    const value = this.#scalar(target);
    if (typeof value === 'string') return value;
    if (value === null) throw this.#fail(node, 'null cannot be a map key; quote it');
    return String(value);
  }

  #scalar(node: YamlScalarNode): JsonScalar {
    if (!node.implicit && node.tag === '') return node.value;
    const resolved = resolveScalar(node.value, 'go2');
    if (!node.implicit) return this.#tagged(node, resolved);
    return this.#json(node, resolved);
  }

  #json(node: YamlScalarNode, resolved: ResolvedScalar): JsonScalar {
    switch (resolved.type) {
      case 'null':
        return null;
      case 'bool':
        return resolved.value;
      case 'int':
        return this.#options.bigints && !isSafe(resolved.value)
          ? (resolved.value as never)
          : Number(resolved.value);
      case 'float':
        if (!Number.isFinite(resolved.value))
          throw this.#fail(node, `${node.value} is not a number JSON can carry; quote it`);
        return resolved.value;
      case 'timestamp':
      case 'str':
        return node.value;
    }
  }

  #tagged(node: YamlScalarNode, resolved: ResolvedScalar): JsonScalar {
    if (!node.tag.startsWith(YAML_TAG_PREFIX)) return node.value;
    const name = node.tag.slice(YAML_TAG_PREFIX.length);
    switch (name) {
      case 'str':
        return node.value;
      case 'binary': {
        const compact = node.value.replace(/[\r\n]/g, '');
        if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0)
          throw this.#fail(node, '!!binary value contains invalid base64 data');
        return new TextDecoder().decode(Uint8Array.from(atob(compact), (char) => char.charCodeAt(0)));
      }
      case 'float':
        if (resolved.type === 'int') return Number(resolved.value);
        break;
      case 'null':
      case 'bool':
      case 'int':
      case 'timestamp':
        break;
      default:
        return node.value;
    }
    if (resolved.type !== name)
      throw this.#fail(node, `cannot decode ${JSON.stringify(node.value)} as a !!${name}`);
    return this.#json(node, resolved);
  }
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}
