import type { StoredObject } from '../../store/stored-object.js';

/** One column of a Table (meta/v1 TableColumnDefinition). */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date' | 'number';
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown; 1 only with `-o wide`. */
  readonly priority?: number;
}

export type Cell = string | number | boolean | null;

/** What a printer may know besides the object. */
export interface PrintContext {
  readonly nowMs: number;
}

/** A condition of a row: pods that have ended are marked so that clients can hide them. */
export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/**
 * How a kind looks in a table (pkg/printers/internalversion). Objects may lack any field, also one their type requires: a
 * single strange object must not keep a whole list from being shown.
 */
export interface Printer<T extends StoredObject = StoredObject> {
  readonly columns: readonly Column[];
  cells(object: T, context: PrintContext): readonly Cell[];
  conditions?(object: T): readonly RowCondition[];
}

/** Shorthand for column lists: `Name`, `Ready`, wide ones with a trailing `+`, integers with a leading `#`. */
export function columns(...names: readonly string[]): Column[] {
  return names.map((text) => {
    const integer = text.startsWith('#');
    const wide = text.endsWith('+');
    const name = text.slice(integer ? 1 : 0, wide ? -1 : undefined);
    return {
      name,
      type: integer ? 'integer' : 'string',
      ...(name === 'Name' && { format: 'name' }),
      ...(wide && { priority: 1 }),
    };
  });
}

/** Types a printer by its kind, and lets it stand in a list of all. */
export function printer<T extends StoredObject>(definition: Printer<T>): Printer {
  return definition as unknown as Printer;
}
