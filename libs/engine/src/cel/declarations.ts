import { SIGNATURES } from './signatures.js';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  NULL,
  STRING,
  TIMESTAMP,
  UINT,
  listOf,
  mapTypeOf,
  objectOf,
  opaqueOf,
  optionalOf,
  paramOf,
  typeTypeOf,
  type CelStatic,
} from './types.js';

/** One way to call a function. Of a member the first type is the one it is called on. */
export interface Signature {
  readonly id: string;
  readonly isMember: boolean;
  readonly takes: readonly CelStatic[];
  readonly gives: CelStatic;
  /** The single letters among its types. */
  readonly params: readonly string[];
}

export const AUTHORIZER = objectOf('kubernetes.authorization.Authorizer');
export const RESOURCE_CHECK = objectOf('kubernetes.authorization.ResourceCheck');

const NAMED = new Map<string, CelStatic>([
  ['bool', BOOL],
  ['bytes', BYTES],
  ['double', DOUBLE],
  ['duration', DURATION],
  ['dyn', DYN],
  ['int', INT],
  ['null', NULL],
  ['string', STRING],
  ['timestamp', TIMESTAMP],
  ['uint', UINT],
  ['net.IP', opaqueOf('net.IP')],
  ['net.CIDR', opaqueOf('net.CIDR')],
  ...[AUTHORIZER, RESOURCE_CHECK].map((type) => [type.kind === 'object' ? type.name : '', type] as const),
]);

/** Names that are types, and so values. */
export const TYPE_NAMES: ReadonlyMap<string, CelStatic> = new Map(
  Object.entries({
    bool: BOOL,
    bytes: BYTES,
    double: DOUBLE,
    'google.protobuf.Duration': DURATION,
    'google.protobuf.Timestamp': TIMESTAMP,
    int: INT,
    list: listOf(DYN),
    map: mapTypeOf(DYN, DYN),
    null_type: NULL,
    optional_type: opaqueOf('optional_type'),
    string: STRING,
    type: typeTypeOf(),
    uint: UINT,
    'net.IP': opaqueOf('net.IP'),
    'net.CIDR': opaqueOf('net.CIDR'),
  }).map(([name, type]) => [name, typeTypeOf(type)]),
);

/** All functions by name. */
export const FUNCTION_SIGNATURES: ReadonlyMap<string, readonly Signature[]> = read(SIGNATURES);

function read(text: string): Map<string, Signature[]> {
  const found = new Map<string, Signature[]>();
  for (const line of text.trim().split('\n')) {
    const [, name = '', id = '', on = '', takes = '', gives = ''] =
      /^(\S+) (\S+) (?:([^(]\S*(?: \S+)*?)\.)?\((.*)\) -> (.+)$/.exec(line) ?? [];
    const isMember = on !== '';
    const types = [...(isMember ? [on] : []), ...splitTypes(takes)].map(typeOfText);
    const result = typeOfText(gives);
    const params = [...new Set(line.match(/\b[A-Z]\b/g) ?? [])];
    found.set(name, [...(found.get(name) ?? []), { id, isMember, takes: types, gives: result, params }]);
  }
  return found;
}

function typeOfText(text: string): CelStatic {
  if (/^[A-Z]$/.test(text)) return paramOf(text);
  const named = NAMED.get(text);
  if (named) return named;
  const [, outer = text, inner = ''] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  const [first = DYN, second = DYN] = splitTypes(inner).map(typeOfText);
  if (outer === 'list') return listOf(first);
  if (outer === 'map') return mapTypeOf(first, second);
  if (outer === 'type') return typeTypeOf(first);
  if (outer === 'optional_type') return optionalOf(first);
  return objectOf(text);
}

/** Splits at commas that are in no parentheses. */
function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const letter of text) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += letter;
  }
  return part.trim() === '' ? parts : [...parts, part.trim()];
}
