import type { ResourceInfo } from '../../registry/resource.js';
import { age } from './age.js';
import { podPrinter } from './pod.js';
import { columns, type Printer } from './printer.js';

/** What every kind without columns of its own shows. */
const byName: Printer = {
  columns: columns('Name', 'Age'),
  cells: ({ metadata }, { nowMs }) => [metadata.name ?? '', age(metadata.creationTimestamp, nowMs)],
};

const printers: Readonly<Record<string, Printer>> = {
  '/pods': podPrinter,
};

/** How the objects of a resource look in a table. */
export function printerFor(resource: ResourceInfo, kind = resource.kind): Printer {
  if (kind !== resource.kind) return byName;
  const key = `${resource.group}/${resource.resource}`;
  return (Object.hasOwn(printers, key) ? printers[key] : undefined) ?? byName;
}
