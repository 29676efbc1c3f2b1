import { goQuote } from './go-quote.js';
import { runes } from './go-strings.js';

/** What kinds of tokens there are. */
export type TokenType =
  | 'error'
  | 'eof'
  | 'text'
  | 'left delimiter'
  | 'right delimiter'
  | 'space'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'string'
  | 'raw string'
  | 'variable'
  | 'character'
  | 'field'
  | 'dot'
  | 'number'
  | 'complex'
  | 'identifier'
  | 'bool'
  | 'left paren'
  | 'right paren'
  | 'char'
  | 'keyword';

export interface Token {
  readonly type: TokenType;
  readonly value: string;
  /** UTF-16 offset of the token. */
  readonly position: number;
  /** 1-based line where the token begins. */
  readonly line: number;
}

const LONGEST_TOKEN_SHOWN = 10;
/** What an operand begins with. */
export const OPERAND_STARTS: ReadonlySet<TokenType> = new Set([
  'bool',
  'character',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'raw string',
  'string',
  'variable',
  'left paren',
]);

/** True for one word of the language. */
export function isKeyword(token: Token, word: string): boolean {
  return token.type === 'keyword' && token.value === word;
}

/** A token as an error message shows it. */
export function tokenText(token: Token): string {
  if (token.type === 'eof') return 'EOF';
  if (token.type === 'error') return token.value;
  if (token.type === 'keyword' || token.type === 'dot') return `<${token.value}>`;
  const shown = runes(token.value);
  if (shown.length > LONGEST_TOKEN_SHOWN)
    return `${goQuote(shown.slice(0, LONGEST_TOKEN_SHOWN).join(''))}...`;
  return goQuote(token.value);
}
