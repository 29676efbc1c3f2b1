import type { JsonObject, JsonValue } from '@lotse/manifests';
import { expect, it } from 'vitest';
import { metaschemaOf } from './metaschemas.js';
import { plainlySound } from './plainly-sound.js';
import type { Draft } from './schema-document.js';
import { validateSchema } from './schema-validator.js';

const DRAFTS: readonly Draft[] = [4, 6, 7, 2019, 2020];
const KEYWORDS = (
  'title default $schema $ref $id id $anchor maximum exclusiveMaximum multipleOf maxLength pattern uniqueItems required ' +
  'enum const type additionalProperties items definitions properties patternProperties dependencies allOf not contains ' +
  'propertyNames examples $comment if readOnly $defs dependentSchemas deprecated minContains unevaluatedItems prefixItems x-own'
).split(' ');

let seed = 11;
const below = (limit: number): number => (seed = (seed * 48_271) % 2_147_483_647) % limit;
const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;

function anything(depth: number): JsonValue {
  const sort = below(depth > 3 ? 7 : 11);
  if (sort === 0) return pick(['string', 'object', 'a', '[a-', '^x-', '#/definitions/a', 'http://a.b/c#']);
  if (sort === 1) return pick([0, 1, -1, 1.5, 3]);
  if (sort === 2) return pick([true, false]);
  if (sort === 3) return null;
  if (sort === 4) return pick<JsonValue>([[], ['a'], ['a', 'a'], ['string', 'null'], [1, 1], [{}, {}]]);
  if (sort === 5) return {};
  if (sort === 6) return [schema(depth + 1)];
  if (sort === 7) return { a: schema(depth + 1), '^b': schema(depth + 1) };
  if (sort === 8) return { a: ['b'], c: schema(depth + 1) };
  return schema(depth + 1);
}

function schema(depth: number): JsonObject {
  const made: JsonObject = {};
  for (let count = below(4); count > 0; count--) made[pick(KEYWORDS)] = anything(depth);
  return made;
}

it.each(DRAFTS)('finds nothing plain that the schema of draft %i complains about', (draft) => {
  let plain = 0;
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const given = schema(0);
    const complaint = validateSchema(metaschemaOf(draft), given);
    if (complaint) refused++;
    if (!plainlySound(given, draft)) continue;
    plain++;
    expect(complaint, JSON.stringify(given)).toBeUndefined();
  }
  expect(plain).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(300);
});

it('tells whether a schema refers to parts of itself', () => {
  const reference = { properties: { a: { $ref: '#/definitions/b' } }, definitions: { b: {} } };
  expect(plainlySound(reference, 7)).toEqual({ draft: 7, hasReferences: true });
  expect(plainlySound({ properties: { $ref: { type: 'string' } } }, 7)?.hasReferences).toBe(false);
  expect(plainlySound({ $ref: 'https://example.com/other.json' }, 7)).toBeUndefined();
});
