import type { FieldType } from './field-type.js';
import table from './generated/go-fields.json' with { type: 'json' };

/** What Go calls a field: its type, if that has a name of its own, and the structs it is embedded by. */
type GoField = readonly [type: string, within: string];

const goFields = table as unknown as Readonly<Record<string, Readonly<Record<string, GoField>>>>;

function goField({ definition = '' }: FieldType, key: string): GoField | undefined {
  const known = Object.hasOwn(goFields, definition) ? goFields[definition] : undefined;
  return known && Object.hasOwn(known, key) ? known[key] : undefined;
}

/**
 * How Go's decoder names the place of a value of `type` that is found by these fields from the root: the path with the structs that are
 * embedded on the way, and the type it would have.
 */
export function goPlace(
  root: FieldType,
  fields: readonly string[],
  type: FieldType,
): { readonly path: string; readonly type: string } {
  const path: string[] = [];
  let place: FieldType | undefined = root;
  let named = '';
  for (const key of fields) {
    while (place && !place.declares(key)) place = partOf(place);
    if (!place) return { path: fields.join('.'), type: goType(type) };
    const [name, within] = goField(place, key) ?? ['', ''];
    if (within !== '') path.push(within);
    path.push(key);
    named = name;
    place = place.field(key);
  }
  // What is in a list or map has the type that those are of.
  while (named !== '' && place && place !== type) {
    named = /^(?:\[\]|map\[[^\]]*\])(.*)$/.exec(named)?.[1] ?? '';
    place = partOf(place);
  }
  const isStruct = named === '' || type.fieldNames().length > 0;
  return { path: path.join('.'), type: isStruct ? goType(type) : named };
}

/** What a list or a free map holds. */
function partOf(type: FieldType): FieldType | undefined {
  if (type.kind === 'list') return type.items();
  return type.kind === 'map' && type.fieldNames().length === 0 ? type.field('') : undefined;
}

/** What Go calls a type that has no name of its own. */
export function goType(type: FieldType): string {
  switch (type.kind) {
    case 'list':
      return `[]${goType(type.items())}`;
    case 'map': {
      const values = partOf(type);
      return values ? `map[string]${goType(values)}` : `${versionOf(type)}.${type.name ?? 'Object'}`;
    }
    case 'any':
      return 'interface {}';
    case 'scalar':
      switch (type.scalar) {
        case 'integer':
          return type.format ?? 'int64';
        case 'number':
          return 'float64';
        case 'boolean':
          return 'bool';
        case 'bytes':
          return '[]uint8';
        case 'quantity':
          return 'resource.Quantity';
        case 'int-or-string':
          // What is neither text nor a number is read as one.
          return 'int32';
        case 'string':
        case undefined:
          return 'string';
        default:
          return type.scalar satisfies never;
      }
    default:
      return type.kind satisfies never;
  }
}

/** The package of a definition. */
const versionOf = ({ definition }: FieldType): string => definition?.split('.').at(-2) ?? 'v1';
