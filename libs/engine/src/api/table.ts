import type { StoredObject } from '../store/stored-object.js';
import { goQuote } from '../registry/go-quote.js';
import { badRequest } from './api-error.js';
import type { Cell, PrintContext, Printer, RowCondition } from './printers/printer.js';

/** How much of the object rides along with its row. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

interface TableRow {
  readonly cells: readonly Cell[];
  readonly conditions?: readonly RowCondition[];
  readonly object?: unknown;
}

/** A meta.k8s.io Table. */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata: object;
  readonly columnDefinitions: readonly object[];
  readonly rows: readonly TableRow[];
}

/** What a table is made with. */
export interface TableForm {
  readonly printer: Printer;
  readonly metaVersion: 'v1' | 'v1beta1';
  readonly includeObject: IncludeObject;
}

/** Reads `includeObject`. Throws BadRequest for other values. */
export function readIncludeObject(parameters: URLSearchParams): IncludeObject {
  const value = parameters.get('includeObject') ?? '';
  if (value === '') return 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${goQuote(value)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

/** Rows for objects; `headers: false` leaves the column definitions out (watch sends them once). */
export function toTable(
  objects: readonly StoredObject[],
  metadata: object,
  { printer, metaVersion, includeObject }: TableForm,
  context: PrintContext,
  headers = true,
): Table {
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${metaVersion}`,
    metadata,
    columnDefinitions: headers
      ? printer.columns.map(({ name, type, format, description, priority }) => ({
          name,
          type,
          format: format ?? '',
          description: description ?? '',
          priority: priority ?? 0,
        }))
      : [],
    rows: objects.map((object) => {
      const conditions = printer.conditions?.(object) ?? [];
      return {
        cells: printer.cells(object, context),
        ...(conditions.length > 0 && { conditions }),
        object:
          includeObject === 'None'
            ? null
            : includeObject === 'Object'
              ? object
              : toPartial(object, metaVersion),
      };
    }),
  };
}

/** The metadata of an object and nothing else (meta.k8s.io PartialObjectMetadata). */
export function toPartial(object: StoredObject, metaVersion: 'v1' | 'v1beta1'): StoredObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${metaVersion}`,
    metadata: object.metadata,
  };
}
