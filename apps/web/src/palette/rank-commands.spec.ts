import { describe, expect, it } from 'vitest';
import { MOST_RESULTS, rankCommands, type Command } from './rank-commands.js';

const command = (label: string, group = 'Go'): Command => ({ id: label, label, group, run: () => {} });
const labels = (list: Command[]) => list.map(({ label }) => label);

describe('the command palette', () => {
  const all = [
    command('web-cart'),
    command('cart'),
    command('scarto'),
    command('cat-rent'),
    command('mail', 'cart things'),
  ];

  it('ranks beginnings before words before the middle, and labels before groups', () => {
    expect(labels(rankCommands(all, 'cart'))).toEqual(['cart', 'web-cart', 'mail', 'scarto', 'cat-rent']);
  });

  it('takes letters in order when nothing better is typed', () => {
    expect(labels(rankCommands([command('payments-api'), command('ledger')], 'pmta'))).toEqual([
      'payments-api',
    ]);
  });

  it('offers everything without text, up to a limit', () => {
    expect(labels(rankCommands(all, ' '))).toEqual(labels(all));
    expect(
      rankCommands(
        Array.from({ length: 100 }, (_, i) => command(`a${i}`)),
        'a',
      ),
    ).toHaveLength(MOST_RESULTS);
  });
});
