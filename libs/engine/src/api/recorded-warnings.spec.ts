import { describe, expect, it } from 'vitest';
import { recordedWarnings } from './recorded-warnings.js';

describe('the warnings of an answer', () => {
  it('say a thing once, and nothing a header can not hold', () => {
    expect(recordedWarnings(['a', 'b', 'a', '', 'c\r\nX: 1'])).toEqual(['a', 'b']);
  });

  it('are whole while they are few and shortened when they are many', () => {
    const long = (index: number): string => `${index} ${'é'.repeat(1000)}`;
    const few = [0, 1, 2, 3].map(long);
    expect(recordedWarnings(few)).toEqual(few);
    const many = recordedWarnings(Array.from({ length: 100 }, (_, index) => long(index)));
    expect(many).toHaveLength(16);
    expect(many.every((text) => text.length === 256)).toBe(true);
  });
});
