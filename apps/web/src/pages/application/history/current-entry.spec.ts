import { describe, expect, it } from 'vitest';
import { currentEntry } from './current-entry.js';

describe('the entry that runs now', () => {
  const entries = [
    { id: 3, revision: 'c' },
    { id: 2, revision: 'b' },
    { id: 1, revision: 'a' },
  ];

  it('is the newest', () => {
    expect(currentEntry(entries, undefined)).toBe(3);
    expect(currentEntry([], undefined)).toBeUndefined();
  });

  it('is the one that was gone back to, until the rollback has an entry itself', () => {
    expect(currentEntry(entries, { historyId: 1, revision: 'a' })).toBe(1);
    expect(currentEntry([{ id: 4, revision: 'a' }, ...entries], { historyId: 1, revision: 'a' })).toBe(4);
  });

  it('is the newest when the one gone back to is no longer kept', () => {
    expect(currentEntry(entries, { historyId: 0, revision: 'z' })).toBe(3);
  });
});
