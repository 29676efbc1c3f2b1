import type { FieldType } from './field-type.js';
import table from './generated/omitted-zeros.json' with { type: 'json' };

const omitted = new Map<string, ReadonlySet<string>>();
for (const [definition, fields] of Object.entries(table as Readonly<Record<string, string>>))
  omitted.set(definition, new Set(fields.split(' ')));

/** Whether Go leaves a field out when it holds the zero of its type, because a zero says no more than nothing there. */
export function omitsZero({ definition = '' }: FieldType, key: string): boolean {
  return omitted.get(definition)?.has(key) ?? false;
}
