import type { JsonObject, JsonValue } from '@lotse/manifests';
import { formatTime } from '../../time.js';
import { badRequest } from '../api-error.js';
import { messageOfKind, type Message, type ProtobufField } from './messages.js';
import { malformed, ProtobufReader } from './reader.js';

/** `k8s\0`: how every Kubernetes protobuf body begins. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];
/** Messages inside messages; the deepest API type, a JSON schema in a CRD, needs fewer than this. */
const DEEPEST = 100;

const META = 'k8s.io.apimachinery.pkg.apis.meta.v1.';
const CRD = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.';
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** True for bytes that start as Kubernetes protobuf does. */
export function isKubernetesProtobuf(body: Uint8Array): boolean {
  return MAGIC.every((byte, index) => body[index] === byte);
}

/** Decodes a body (the envelope runtime.Unknown with one object) into the JSON form of the object. */
export function decodeKubernetesProtobuf(body: Uint8Array): JsonObject {
  if (!isKubernetesProtobuf(body))
    throw badRequest(
      body.length === 0
        ? 'empty data'
        : 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  if (body.length === MAGIC.length) throw badRequest('empty body');
  const envelope = new ProtobufReader(body, MAGIC.length);
  let apiVersion = '';
  let kind = '';
  let raw: Uint8Array = new Uint8Array();
  while (!envelope.done) {
    const { number, wire } = envelope.tag();
    if (number === 1 && wire === 2) [apiVersion, kind] = readTypeMeta(envelope.bytes());
    else if (number === 2 && wire === 2) raw = envelope.bytes();
    else envelope.skip(wire);
  }
  const message = messageOfKind(apiVersion, kind);
  if (!message) throw badRequest(`no kind "${kind}" is registered for version "${apiVersion}" in protobuf`);
  const object: JsonObject = { apiVersion, kind };
  readInto(object, message, raw, 0);
  return object;
}

function readTypeMeta(bytes: Uint8Array): [string, string] {
  const reader = new ProtobufReader(bytes);
  const found = new Map<number, string>();
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (wire === 2) found.set(number, readText(reader.bytes()));
    else reader.skip(wire);
  }
  return [found.get(1) ?? '', found.get(2) ?? ''];
}

function readInto(target: JsonObject, message: Message, bytes: Uint8Array, depth: number): void {
  if (depth > DEEPEST) throw malformed(`messages nest more than ${DEEPEST} levels deep`);
  const reader = new ProtobufReader(bytes);
  while (!reader.done) {
    const { number, wire } = reader.tag();
    const field = message.fields.get(number);
    if (!field) {
      reader.skip(wire);
      continue;
    }
    if (wire !== wireOf(field))
      throw malformed(`field ${field.name} of ${message.name} has wire type ${wire}`);
    if (field.form === 'map') {
      const [key, value] = readEntry(field, reader.bytes(), depth);
      const map = (Object.hasOwn(target, field.name) ? target[field.name] : undefined) as
        JsonObject | undefined;
      setOwn(map ?? setOwn(target, field.name, {}), key, value);
    } else if (field.name === '' && typeof field.type === 'object') {
      readInto(target, field.type, reader.bytes(), depth + 1);
    } else if (field.form === 'repeated') {
      const list = (Object.hasOwn(target, field.name) ? target[field.name] : undefined) as
        JsonValue[] | undefined;
      const value = readValue(field, reader, depth);
      if (list) list.push(value ?? null);
      else setOwn(target, field.name, [value ?? null]);
    } else {
      const value = readValue(field, reader, depth);
      const unset =
        value === undefined || (field.zeroIsUnset && (value === '' || value === 0 || value === false));
      if (!unset) setOwn(target, field.name, value);
    }
  }
}

function wireOf(field: ProtobufField): number {
  if (field.form === 'map' || typeof field.type === 'object') return 2;
  if (field.type === 'double') return 1;
  return field.type === 'integer' || field.type === 'bool' ? 0 : 2;
}

function readEntry(field: ProtobufField, bytes: Uint8Array, depth: number): [string, JsonValue] {
  const reader = new ProtobufReader(bytes);
  let key = '';
  let value: JsonValue | undefined;
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (number === 1 && wire === 2) key = readText(reader.bytes());
    else if (number === 2) value = readValue(field, reader, depth);
    else reader.skip(wire);
  }
  const unset = field.type === 'string' || field.type === 'bytes' ? '' : isTime(field.type) ? null : {};
  return [key, value ?? unset];
}

const isTime = (type: ProtobufField['type']): boolean =>
  typeof type === 'object' && type.name === `${META}Time`;

function readValue(field: ProtobufField, reader: ProtobufReader, depth: number): JsonValue | undefined {
  switch (field.type) {
    case 'string':
      return readText(reader.bytes());
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    case 'bool':
      return reader.varint() !== 0n;
    case 'integer':
      return reader.integer();
    case 'double':
      return reader.double();
    default:
      return readMessage(field.type, reader.bytes(), depth + 1);
  }
}

/** Messages whose JSON form is not a map of their fields. */
function readMessage(message: Message, bytes: Uint8Array, depth: number): JsonValue | undefined {
  switch (message.name) {
    case `${META}Time`:
    case `${META}MicroTime`: {
      if (bytes.length === 0) return undefined;
      const { seconds = 0, nanos = 0 } = fields(message, bytes, depth) as {
        seconds?: number;
        nanos?: number;
      };
      if (seconds === 0 && nanos === 0) return undefined;
      const ms = seconds * 1000 + nanos / 1e6;
      if (!(Math.abs(ms) <= 8.64e15)) throw malformed('a time is out of range');
      if (!message.name.endsWith('MicroTime')) return formatTime(ms);
      const micros = String(Math.floor(nanos / 1000)).padStart(6, '0');
      return `${formatTime(seconds * 1000).slice(0, -1)}.${micros}Z`;
    }
    case `${META}Duration`: {
      const { duration = 0 } = fields(message, bytes, depth) as { duration?: number };
      return `${duration / 1e9}s`;
    }
    case 'k8s.io.apimachinery.pkg.api.resource.Quantity':
      return fields(message, bytes, depth)['string'] ?? '0';
    case 'k8s.io.apimachinery.pkg.util.intstr.IntOrString': {
      const {
        type = 0,
        intVal = 0,
        strVal = '',
      } = fields(message, bytes, depth) as {
        type?: number;
        intVal?: number;
        strVal?: string;
      };
      return type === 1 ? strVal : intVal;
    }
    case 'k8s.io.apimachinery.pkg.runtime.RawExtension':
    case `${META}FieldsV1`:
    case `${CRD}JSON`:
      return readRaw(bytes);
    case `${CRD}JSONSchemaPropsOrArray`:
    case `${CRD}JSONSchemaPropsOrStringArray`: {
      const { schema, jSONSchemas, property } = fields(message, bytes, depth);
      return jSONSchemas ?? property ?? schema;
    }
    case `${CRD}JSONSchemaPropsOrBool`: {
      const { schema, allows } = fields(message, bytes, depth);
      return schema ?? allows;
    }
    default:
      if (/\.(ExtraValue|Verbs)$/.test(message.name)) return fields(message, bytes, depth)['items'] ?? [];
      return fields(message, bytes, depth);
  }
}

/** JSON that travels as bytes inside protobuf. */
function readRaw(bytes: Uint8Array): JsonValue | undefined {
  const reader = new ProtobufReader(bytes);
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (number !== 1 || wire !== 2) {
      reader.skip(wire);
      continue;
    }
    const raw = reader.bytes();
    if (raw.length === 0) return undefined;
    try {
      return JSON.parse(readText(raw)) as JsonValue;
    } catch {
      throw malformed('embedded JSON cannot be read');
    }
  }
  return undefined;
}

function fields(message: Message, bytes: Uint8Array, depth: number): JsonObject {
  const object: JsonObject = {};
  readInto(object, message, bytes, depth);
  return object;
}

function readText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed('a string is not valid UTF-8');
  }
}

/** Defines the key, so that `__proto__` is a key like any other. */
function setOwn<T extends JsonValue>(target: JsonObject, key: string, value: T): T {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
  return value;
}
