/* Writes OpenAPI v2 documents in the protobuf form of gnostic (openapiv2/OpenAPIv2.proto), which kubectl up to 1.28 asks for. */

type Json = Readonly<Record<string, unknown>>;

/** The document as protobuf bytes. Only what Kubernetes' documents hold is written. */
export function encodeOpenApiV2(document: Json): Buffer {
  return joinOpenApiV2(
    document,
    [encodePaths(asMap(document['paths']))],
    [encodeDefinitions(asMap(document['definitions']))],
  );
}

/** Paths as they stand in a document beside others. */
export function encodePaths(paths: Json): Buffer {
  return named(2, paths, encodePathItem);
}

/** Definitions as they stand in a document beside others. */
export function encodeDefinitions(definitions: Json): Buffer {
  return named(1, definitions, encodeSchema);
}

/** The document of what its head says, with paths and definitions that are encoded already. */
export function joinOpenApiV2(head: Json, paths: readonly Buffer[], definitions: readonly Buffer[]): Buffer {
  return Buffer.concat([
    text(1, head['swagger']),
    message(2, encodeInfo(asMap(head['info']))),
    ...parts(8, paths),
    ...parts(9, definitions),
  ]);
}

/** A message of parts, none of which is copied before all are. */
function parts(number: number, contents: readonly Buffer[]): Buffer[] {
  const length = contents.reduce((sum, { length: own }) => sum + own, 0);
  return [varint((number << 3) | 2), varint(length), ...contents];
}

function encodeInfo(info: Json): Buffer {
  return Buffer.concat([text(1, info['title']), text(2, info['version'])]);
}

const METHODS: Readonly<Record<string, number>> = { get: 2, put: 3, post: 4, delete: 5, patch: 8 };

function encodePathItem(item: Json): Buffer {
  return Buffer.concat(
    Object.entries(METHODS).flatMap(([method, number]) =>
      Object.hasOwn(item, method) ? [message(number, encodeOperation(asMap(item[method])))] : [],
    ),
  );
}

function encodeOperation(operation: Json): Buffer {
  return Buffer.concat([
    ...asList(operation['tags']).map((tag) => text(1, tag)),
    text(5, operation['operationId']),
    ...asList(operation['consumes']).map((type) => text(7, type)),
    ...asList(operation['parameters']).map((parameter) => message(8, encodeParameter(asMap(parameter)))),
    message(9, named(1, asMap(operation['responses']), encodeResponse)),
    extensions(13, operation),
  ]);
}

/** ParametersItem { Parameter { BodyParameter | NonBodyParameter { QueryParameterSubSchema } } }. */
function encodeParameter(parameter: Json): Buffer {
  if (parameter['in'] === 'body') {
    const body = Buffer.concat([
      text(2, parameter['name']),
      text(3, 'body'),
      flag(4, parameter['required'] === true),
      message(5, encodeSchema(asMap(parameter['schema']))),
    ]);
    return message(1, message(1, body));
  }
  const query = Buffer.concat([
    text(2, parameter['in']),
    text(3, parameter['description']),
    text(4, parameter['name']),
    text(6, parameter['type']),
  ]);
  return message(1, message(2, message(3, query)));
}

/** ResponseValue { Response { description, SchemaItem { Schema } } }. */
function encodeResponse(response: Json): Buffer {
  const schema = Object.hasOwn(response, 'schema')
    ? message(2, message(1, encodeSchema(asMap(response['schema']))))
    : Buffer.alloc(0);
  return message(1, Buffer.concat([text(1, response['description']), schema]));
}

function encodeSchema(schema: Json): Buffer {
  const parts: Buffer[] = [
    text(1, schema['$ref']),
    text(2, schema['format']),
    text(4, schema['description']),
    text(13, schema['pattern']),
  ];
  if (Object.hasOwn(schema, 'default')) parts.push(message(5, any(schema['default'])));
  for (const name of asList(schema['required'])) parts.push(text(19, name));
  for (const value of asList(schema['enum'])) parts.push(message(20, any(value)));
  if (Object.hasOwn(schema, 'additionalProperties'))
    parts.push(message(21, message(1, encodeSchema(asMap(schema['additionalProperties'])))));
  if (typeof schema['type'] === 'string') parts.push(message(22, text(1, schema['type'])));
  if (Object.hasOwn(schema, 'items'))
    parts.push(message(23, message(1, encodeSchema(asMap(schema['items'])))));
  if (Object.hasOwn(schema, 'properties'))
    parts.push(message(25, named(1, asMap(schema['properties']), encodeSchema)));
  parts.push(extensions(31, schema));
  return Buffer.concat(parts);
}

/** Every `x-` key as NamedAny { name, Any { yaml } }; JSON is YAML. */
function extensions(number: number, value: Json): Buffer {
  return Buffer.concat(
    Object.entries(value)
      .filter(([key]) => key.startsWith('x-'))
      .map(([key, content]) => message(number, Buffer.concat([text(1, key), message(2, any(content))]))),
  );
}

const any = (value: unknown): Buffer => text(2, `${JSON.stringify(value)}\n`);

/** A map as repeated messages { name, value }. */
function named(number: number, values: Json, encodeValue: (value: Json) => Buffer): Buffer {
  return Buffer.concat(
    Object.entries(values).map(([name, value]) =>
      message(number, Buffer.concat([text(1, name), message(2, encodeValue(asMap(value)))])),
    ),
  );
}

function message(number: number, content: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(content.length), content]);
}

function text(number: number, value: unknown): Buffer {
  return typeof value === 'string' && value !== '' ? message(number, Buffer.from(value)) : Buffer.alloc(0);
}

function flag(number: number, value: boolean): Buffer {
  return value ? Buffer.concat([varint(number << 3), varint(1)]) : Buffer.alloc(0);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 128)) bytes.push((left & 0x7f) | 0x80);
  bytes.push(left);
  return Buffer.from(bytes);
}

const asMap = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
