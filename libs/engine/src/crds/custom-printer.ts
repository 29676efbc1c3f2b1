import type { JsonValue } from '@lotse/manifests';
import { age } from '../api/printers/age.js';
import type { Cell, Column, Printer } from '../api/printers/printer.js';
import type { CustomResourceColumnDefinition } from '../types/index.js';
import { parseJsonPath, valuesAt } from './json-path.js';

const printers = new WeakMap<readonly CustomResourceColumnDefinition[], Printer>();

/** How a custom resource looks in a table: its name, then the columns its definition says. */
export function customPrinter(definitions: readonly CustomResourceColumnDefinition[]): Printer {
  let found = printers.get(definitions);
  if (!found) printers.set(definitions, (found = makePrinter(definitions)));
  return found;
}

function makePrinter(definitions: readonly CustomResourceColumnDefinition[]): Printer {
  const parts = definitions.map((definition) => ({
    definition,
    steps: parseJsonPath(definition.jsonPath) ?? [],
  }));
  const columns = definitions.map(({ name, type, format, description, priority }): Column => ({
    name,
    type: type as Column['type'],
    ...(format !== undefined && { format }),
    ...(description !== undefined && { description }),
    ...(priority !== undefined && { priority }),
  }));
  return {
    columns: [{ name: 'Name', type: 'string', format: 'name' }, ...columns],
    cells: (object, { nowMs }) => [
      object.metadata.name ?? '',
      ...parts.map(({ definition, steps }) => {
        const [value] = valuesAt(object as unknown as JsonValue, steps);
        return cellOf(value, definition.type, nowMs);
      }),
    ],
  };
}

function cellOf(value: JsonValue | undefined, type: string, nowMs: number): Cell {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
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
