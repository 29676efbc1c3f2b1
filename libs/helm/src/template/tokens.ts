import { goQuote } from './go-quote.js';
import { runes } from './go-strings.js';

/** What kinds of tokens there are. */
export type TokenType =
  | 'error'
  | 'eof'
  | 'text'
  | 'left delimiter'
  | 'right delimiter'
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

/** A token as an error message shows it. */
export function tokenText(type: TokenType, value: string): string {
  if (type === 'eof') return 'EOF';
  if (type === 'error') return value;
  if (type === 'keyword' || type === 'dot') return `<${value}>`;
  const shown = runes(type === 'field' ? firstField(value) : value);
  if (shown.length > LONGEST_TOKEN_SHOWN)
    return `${goQuote(shown.slice(0, LONGEST_TOKEN_SHOWN).join(''))}...`;
  return goQuote(shown.join(''));
}

/** Go reads one name at a time. */
function firstField(fields: string): string {
  const second = fields.indexOf('.', 1);
  return second < 0 ? fields : fields.slice(0, second);
}
