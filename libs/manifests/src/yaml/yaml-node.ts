import type { ScalarStyle } from './yaml-tokens.js';

/** Where a node starts, 0-based. */
interface NodePlace {
  readonly line: number;
  readonly column: number;
}

/** Text as written; `tag` is the full explicit tag (`tag:yaml.org,2002:str`) or empty. */
export interface YamlScalarNode extends NodePlace {
  readonly kind: 'scalar';
  readonly tag: string;
  readonly style: ScalarStyle;
  readonly value: string;
  /** True for a plain scalar without a tag, whose text decides what it is. One tagged `!` is text. */
  readonly implicit: boolean;
}

/** A list. */
export interface YamlSequenceNode extends NodePlace {
  readonly kind: 'sequence';
  /** Written in brackets. */
  readonly flow: boolean;
  readonly items: YamlNode[];
}

/** A map: keys and values in written order, duplicates kept. */
export interface YamlMappingNode extends NodePlace {
  readonly kind: 'mapping';
  /** Written in braces. */
  readonly flow: boolean;
  readonly entries: [key: YamlNode, value: YamlNode][];
}

/** `*name`, with the node it stands for. */
export interface YamlAliasNode extends NodePlace {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: YamlNode;
}

/** A YAML document before scalars get types. */
export type YamlNode = YamlScalarNode | YamlSequenceNode | YamlMappingNode | YamlAliasNode;

/** The prefix of tags written as `!!name`. */
export const YAML_TAG_PREFIX = 'tag:yaml.org,2002:';
