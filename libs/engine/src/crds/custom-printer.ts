import type { JsonValue } from '@lotse/manifests';
import { age } from '../api/printers/age.js';
import type { Cell, Column, Printer } from '../api/printers/printer.js';
import type { CustomResourceColumnDefinition } from '../types/index.js';
import { parseJsonPath, valuesAt, type Step } from './json-path.js';

const printers = new WeakMap<readonly CustomResourceColumnDefinition[], Printer>();

/** How a custom resource looks in a table: its name, then the columns its definition says. */
export function customPrinter(definitions: readonly CustomResourceColumnDefinition[]): Printer {
  let found = printers.get(definitions);
  if (!found) printers.set(definitions, (found = makePrinter(definitions)));
  return found;
}

function makePrinter(definitions: readonly CustomResourceColumnDefinition[]): Printer {
  const parts: { type: string; steps: readonly Step[] }[] = [];
  const columns: Column[] = [];
  for (const { name, type, format, description, priority, jsonPath } of definitions) {
    const steps = parseJsonPath(jsonPath);
    // One that can't be read ends the table (customresource tableconvertor).
    if (!steps) break;
    parts.push({ type, steps });
    columns.push({
      name,
      type: type as Column['type'],
      ...(format !== undefined && { format }),
      description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
      ...(priority !== undefined && { priority }),
    });
  }
  return {
    columns: [{ name: 'Name', type: 'string', format: 'name' }, ...columns],
    cells: (object, { nowMs }) => [
      object.metadata.name ?? '',
      ...parts.map(({ type, steps }) => {
        const [value] = valuesAt(object as unknown as JsonValue, steps);
        return cellOf(value, type, nowMs);
      }),
    ],
  };
}

function cellOf(value: JsonValue | undefined, type: string, nowMs: number): Cell {
  if (value === undefined) return null;
  if (value === null) return type === 'string' ? '<no value>' : null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? age(value, nowMs) : null;
    default:
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}
