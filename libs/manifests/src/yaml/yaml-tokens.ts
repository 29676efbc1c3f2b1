/** Kinds of tokens. */
export const TokenType = {
  StreamEnd: 0,
  Directive: 1,
  DocumentStart: 2,
  DocumentEnd: 3,
  BlockSequenceStart: 4,
  BlockMappingStart: 5,
  BlockEnd: 6,
  FlowSequenceStart: 7,
  FlowSequenceEnd: 8,
  FlowMappingStart: 9,
  FlowMappingEnd: 10,
  BlockEntry: 11,
  FlowEntry: 12,
  Key: 13,
  Value: 14,
  Alias: 15,
  Anchor: 16,
  Tag: 17,
  Scalar: 18,
} as const;

/** How a scalar was written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** One token; `value` is the text of scalars, anchors, aliases, tags (`handle\0suffix`) and directives. */
export interface YamlToken {
  readonly type: number;
  readonly line: number;
  readonly column: number;
  readonly value: string;
  readonly style: ScalarStyle;
}
