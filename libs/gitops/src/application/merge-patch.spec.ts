import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@lotse/manifests';
import { mergePatchBetween } from './merge-patch.js';

describe('the merge patch between two objects', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject | undefined]>([
    [
      'nothing when they are the same, whatever the order of keys',
      { a: 1, b: { c: [1] } },
      { b: { c: [1] }, a: 1 },
      undefined,
    ],
    ['only what differs', { a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 1, d: 3 } }, { b: { d: 3 } }],
    ['null for what is gone', { a: 1, b: { c: 1, d: 2 } }, { b: { c: 1 } }, { a: null, b: { d: null } }],
    ['lists as a whole', { a: [1, 2] }, { a: [1] }, { a: [1] }],
    ['no mention of what is null already', { a: null }, {}, undefined],
  ])('%s', (_, before, after, patch) => expect(mergePatchBetween(before, after)).toEqual(patch));
});
