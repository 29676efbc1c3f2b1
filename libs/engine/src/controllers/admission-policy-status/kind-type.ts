import { escapedField, isReservedField } from '../../cel/fields.js';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DYN,
  INT,
  STRING,
  TIMESTAMP,
  listOf,
  mapTypeOf,
  objectOf,
  type CelStatic,
} from '../../cel/types.js';
import { fieldTypeOf, type FieldType } from '../../registry/field-type.js';
import type { ResourceInfo } from '../../registry/resource.js';

/** What expressions may know of the objects of a kind: the types of its fields, as far as its schema declares them. */
export function celTypeOfKind(resource: ResourceInfo): CelStatic {
  return celTypeOf(fieldTypeOf(resource), resource.kind);
}

function celTypeOf(type: FieldType, name: string): CelStatic {
  switch (type.kind) {
    case 'scalar':
      return scalarType(type);
    case 'list':
      return listOf(celTypeOf(type.items(), `${name}.@idx`));
    case 'map': {
      const names = type.fieldNames();
      const values = names.length === 0 ? type.field('') : undefined;
      return values ? mapTypeOf(STRING, celTypeOf(values, `${name}.@elem`)) : objectType(type, names, name);
    }
    case 'any':
      return objectOf(name);
  }
}

function objectType(type: FieldType, names: readonly string[], name: string): CelStatic {
  const byEscape = new Map(names.map((one) => [escapedField(one) ?? '', one]));
  const known = new Map<string, CelStatic>();
  return objectOf(name, (field) => {
    const own = byEscape.get(field) ?? (isReservedField(field) ? byEscape.get(`__${field}__`) : undefined);
    const declared = own === undefined ? undefined : type.field(own);
    if (!declared) return undefined;
    const found = known.get(field) ?? celTypeOf(declared, `${name}.${field}`);
    known.set(field, found);
    return found;
  });
}

function scalarType({ scalar, format }: FieldType): CelStatic {
  switch (scalar) {
    case 'integer':
      return INT;
    case 'number':
      return DOUBLE;
    case 'boolean':
      return BOOL;
    case 'bytes':
      return BYTES;
    case 'int-or-string':
    case undefined:
      return DYN;
    case 'quantity':
    case 'string':
      return format === 'date-time' || format === 'date' ? TIMESTAMP : STRING;
  }
}
