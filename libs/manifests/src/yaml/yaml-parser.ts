import type { YamlLimits } from './yaml-limits.js';
import type { YamlMappingNode, YamlNode, YamlScalarNode, YamlSequenceNode } from './yaml-node.js';
import { YAML_TAG_PREFIX } from './yaml-node.js';
import { YamlScanner } from './yaml-scanner.js';
import type { CodedError } from '../coded-error.js';
import { YamlSource, yamlError } from './yaml-source.js';
import { TokenType, type YamlToken } from './yaml-tokens.js';

const NO_VALUE_AFTER_KEY: readonly number[] = [TokenType.Key, TokenType.Value, TokenType.BlockEnd];

/** Builds nodes from tokens with the grammar of YAML 1.1 as libyaml reads it. One instance reads one text. */
export class YamlParser {
  readonly #source: YamlSource;
  readonly #scanner: YamlScanner;
  readonly #limits: YamlLimits;
  #anchors = new Map<string, YamlNode | undefined>();
  #handles = new Map<string, string>();
  #depth = 0;
  #nodes = 0;
  #first = true;

  constructor(text: string, file: string | undefined, limits: YamlLimits) {
    this.#source = new YamlSource(text, file);
    this.#scanner = new YamlScanner(this.#source, limits.maxDepth + 1);
    this.#limits = limits;
  }

  /** The next document, or undefined at the end of the text. */
  nextDocument(): YamlNode | undefined {
    const scanner = this.#scanner;
    if (!this.#first) while (scanner.peek().type === TokenType.DocumentEnd) scanner.next();
    let token = scanner.peek();
    if (token.type === TokenType.StreamEnd) return undefined;
    this.#anchors = new Map();
    this.#handles = new Map();
    let explicit = false;
    for (; token.type === TokenType.Directive; token = scanner.peek()) {
      this.#readDirective(token);
      scanner.next();
      explicit = true;
    }
    if (token.type === TokenType.DocumentStart) scanner.next();
    else if (explicit || !this.#first) throw this.#fail(token, 'expected --- before the next document');
    const bare = token.type !== TokenType.DocumentStart;
    this.#first = false;
    if (bare) return this.#node(true, false);
    token = scanner.peek();
    switch (token.type) {
      case TokenType.Directive:
      case TokenType.DocumentStart:
      case TokenType.DocumentEnd:
      case TokenType.StreamEnd:
        return this.#empty(token);
      default:
        return this.#node(true, false);
    }
  }

  /** Reads the token behind a document, which may be wrong, for readers that stop there. */
  lookBehindDocument(): void {
    const token = this.#scanner.peek();
    if (token.type === TokenType.Directive) this.#readDirective(token);
  }

  #fail(token: YamlToken, problem: string): CodedError {
    return this.#source.error(problem, token.line, token.column);
  }

  #readDirective(token: YamlToken): void {
    const words = token.value.split(/[ \t]+/).filter((word) => word !== '');
    const comment = words.findIndex((word) => word.startsWith('#'));
    const [name, ...rest] = comment < 0 ? words : words.slice(0, comment);
    if (name === '%YAML') {
      if (rest.length !== 1 || !/^1\.[0-9]+$/.test(rest[0] ?? ''))
        throw this.#fail(token, 'this YAML version is not supported; use %YAML 1.1 or 1.2');
    } else if (name === '%TAG') {
      const [handle, prefix] = rest;
      if (handle === undefined || prefix === undefined || !/^!([0-9A-Za-z_-]*!)?$/.test(handle))
        throw this.#fail(token, '%TAG needs a handle such as !e! and a prefix');
      this.#handles.set(handle, prefix);
    } else throw this.#fail(token, `unknown directive ${name ?? '%'}`);
  }

  #count(token: YamlToken): void {
    if (++this.#nodes > this.#limits.maxNodes)
      throw yamlError(
        'yaml/too-many-nodes',
        `more than ${this.#limits.maxNodes} values; split the text`,
        this.#source.file,
        token.line,
        token.column,
      );
  }

  #empty(at: YamlToken): YamlScalarNode {
    this.#count(at);
    return {
      kind: 'scalar',
      tag: '',
      style: 'plain',
      value: '',
      implicit: true,
      line: at.line,
      column: at.column,
    };
  }

  #node(block: boolean, indentlessSequence: boolean): YamlNode {
    const scanner = this.#scanner;
    const start = scanner.peek();
    this.#count(start);
    if (start.type === TokenType.Alias) {
      scanner.next();
      const target = this.#anchors.get(start.value);
      if (target === undefined)
        throw this.#fail(
          start,
          this.#anchors.has(start.value)
            ? `anchor '${start.value}' value contains itself`
            : `unknown anchor '${start.value}' referenced`,
        );
      return { kind: 'alias', name: start.value, target, line: start.line, column: start.column };
    }
    let anchor: string | undefined;
    let tag: string | undefined;
    let token = start;
    for (;;) {
      if (token.type === TokenType.Anchor && anchor === undefined) anchor = token.value;
      else if (token.type === TokenType.Tag && tag === undefined) tag = this.#resolveTag(token);
      else break;
      scanner.next();
      token = scanner.peek();
    }
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const node = this.#content(token, start, tag, anchor !== undefined, block, indentlessSequence);
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #content(
    token: YamlToken,
    start: YamlToken,
    tag: string | undefined,
    anchored: boolean,
    block: boolean,
    indentlessSequence: boolean,
  ): YamlNode {
    const { line, column } = start;
    const scanner = this.#scanner;
    if (indentlessSequence && token.type === TokenType.BlockEntry)
      return this.#nested(token, () => this.#indentless(token));
    switch (token.type) {
      case TokenType.Scalar: {
        scanner.next();
        const implicit = tag === undefined && token.style === 'plain';
        return {
          kind: 'scalar',
          tag: tag === '!' ? '' : (tag ?? ''),
          style: token.style,
          value: token.value,
          implicit,
          line,
          column,
        };
      }
      case TokenType.FlowSequenceStart:
        return this.#nested(token, () => this.#flowSequence(token));
      case TokenType.FlowMappingStart:
        return this.#nested(token, () => this.#flowMapping(token));
      case TokenType.BlockSequenceStart:
        if (block) return this.#nested(token, () => this.#blockSequence(token));
        break;
      case TokenType.BlockMappingStart:
        if (block) return this.#nested(token, () => this.#blockMapping(token));
        break;
      default:
    }
    if (tag !== undefined || anchored)
      return {
        kind: 'scalar',
        tag: tag ?? '',
        style: 'plain',
        value: '',
        implicit: tag === undefined,
        line,
        column,
      };
    throw this.#fail(token, 'did not find expected node content');
  }

  #nested<T>(token: YamlToken, read: () => T): T {
    if (++this.#depth > this.#limits.maxDepth)
      throw yamlError(
        'yaml/too-deep',
        `nested deeper than ${this.#limits.maxDepth} levels`,
        this.#source.file,
        token.line,
        token.column,
      );
    const result = read();
    this.#depth--;
    return result;
  }

  #resolveTag(token: YamlToken): string {
    const separator = token.value.indexOf('\0');
    const handle = token.value.slice(0, separator);
    const suffix = decodeTag(token.value.slice(separator + 1));
    if (handle === '') return suffix;
    const prefix =
      this.#handles.get(handle) ?? (handle === '!' ? '!' : handle === '!!' ? YAML_TAG_PREFIX : undefined);
    if (prefix === undefined) throw this.#fail(token, `found undefined tag handle ${handle}`);
    return prefix + suffix;
  }

  #blockSequence(start: YamlToken): YamlSequenceNode {
    const scanner = this.#scanner;
    scanner.next();
    const items: YamlNode[] = [];
    for (;;) {
      const entry = scanner.next();
      if (entry.type === TokenType.BlockEnd)
        return { kind: 'sequence', flow: false, items, line: start.line, column: start.column };
      if (entry.type !== TokenType.BlockEntry) throw this.#fail(entry, "did not find expected '-' indicator");
      const { type } = scanner.peek();
      items.push(
        type === TokenType.BlockEntry || type === TokenType.BlockEnd
          ? this.#empty(entry)
          : this.#node(true, false),
      );
    }
  }

  #indentless(start: YamlToken): YamlSequenceNode {
    const scanner = this.#scanner;
    const items: YamlNode[] = [];
    while (scanner.peek().type === TokenType.BlockEntry) {
      const entry = scanner.next();
      const { type } = scanner.peek();
      items.push(
        type === TokenType.BlockEntry || NO_VALUE_AFTER_KEY.includes(type)
          ? this.#empty(entry)
          : this.#node(true, false),
      );
    }
    return { kind: 'sequence', flow: false, items, line: start.line, column: start.column };
  }

  #blockMapping(start: YamlToken): YamlMappingNode {
    const scanner = this.#scanner;
    scanner.next();
    const entries: [YamlNode, YamlNode][] = [];
    for (;;) {
      const token = scanner.peek();
      if (token.type === TokenType.BlockEnd) {
        scanner.next();
        return { kind: 'mapping', flow: false, entries, line: start.line, column: start.column };
      }
      let key: YamlNode;
      if (token.type === TokenType.Key) {
        scanner.next();
        key = this.#entryNode(token);
      } else if (token.type === TokenType.Value) key = this.#empty(token);
      else throw this.#fail(token, 'did not find expected key');
      const separator = scanner.peek();
      if (separator.type === TokenType.Value) {
        scanner.next();
        entries.push([key, this.#entryNode(separator)]);
      } else entries.push([key, this.#empty(separator)]);
    }
  }

  /** A key or value of a block mapping, empty when nothing stands there. */
  #entryNode(at: YamlToken): YamlNode {
    return NO_VALUE_AFTER_KEY.includes(this.#scanner.peek().type) ? this.#empty(at) : this.#node(true, true);
  }

  #flowSequence(start: YamlToken): YamlSequenceNode {
    const scanner = this.#scanner;
    scanner.next();
    const items: YamlNode[] = [];
    for (let first = true; ; first = false) {
      let token = scanner.peek();
      if (token.type !== TokenType.FlowSequenceEnd && !first) {
        if (token.type !== TokenType.FlowEntry) throw this.#fail(token, "did not find expected ',' or ']'");
        scanner.next();
        token = scanner.peek();
      }
      if (token.type === TokenType.FlowSequenceEnd) {
        scanner.next();
        return { kind: 'sequence', flow: true, items, line: start.line, column: start.column };
      }
      if (token.type === TokenType.Key) {
        scanner.next();
        const key = this.#flowNode(token, TokenType.FlowSequenceEnd);
        items.push({
          kind: 'mapping',
          flow: true,
          entries: [[key, this.#flowValue(TokenType.FlowSequenceEnd)]],
          line: token.line,
          column: token.column,
        });
      } else items.push(this.#node(false, false));
    }
  }

  #flowMapping(start: YamlToken): YamlMappingNode {
    const scanner = this.#scanner;
    scanner.next();
    const entries: [YamlNode, YamlNode][] = [];
    for (let first = true; ; first = false) {
      let token = scanner.peek();
      if (token.type !== TokenType.FlowMappingEnd && !first) {
        if (token.type !== TokenType.FlowEntry) throw this.#fail(token, "did not find expected ',' or '}'");
        scanner.next();
        token = scanner.peek();
      }
      if (token.type === TokenType.FlowMappingEnd) {
        scanner.next();
        return { kind: 'mapping', flow: true, entries, line: start.line, column: start.column };
      }
      if (token.type === TokenType.Key) {
        scanner.next();
        const key = this.#flowNode(token, TokenType.FlowMappingEnd);
        entries.push([key, this.#flowValue(TokenType.FlowMappingEnd)]);
      } else entries.push([this.#node(false, false), this.#empty(token)]);
    }
  }

  #flowNode(at: YamlToken, end: number): YamlNode {
    const { type } = this.#scanner.peek();
    return type === TokenType.Value || type === TokenType.FlowEntry || type === end
      ? this.#empty(at)
      : this.#node(false, false);
  }

  #flowValue(end: number): YamlNode {
    const token = this.#scanner.peek();
    if (token.type !== TokenType.Value) return this.#empty(token);
    this.#scanner.next();
    const { type } = this.#scanner.peek();
    return type === TokenType.FlowEntry || type === end ? this.#empty(token) : this.#node(false, false);
  }
}

function decodeTag(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
