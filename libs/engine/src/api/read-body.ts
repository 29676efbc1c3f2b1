import {
  CodedError,
  isJsonObject,
  MAX_PATCH_OPERATIONS,
  parseYamlDocuments,
  parseYamlNodes,
  type JsonObject,
  type JsonValue,
  type YamlNode,
} from '@lotse/manifests';
import type { PatchKind } from '../clients/client.js';
import { ApiError, badRequest } from './api-error.js';
import { jsonType } from './check-object.js';
import { jsonSyntaxError } from './json-syntax.js';
import { decodeKubernetesProtobuf, isKubernetesProtobuf } from './protobuf/decode.js';
import { findDuplicateFields } from './scan-json.js';

/** Largest request body (apiserver MaxRequestBodyBytes). */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** A request body as a value. */
export interface DecodedBody {
  readonly value: JsonObject;
  /** Duplicate fields, worded as Kubernetes does. */
  readonly duplicates: readonly string[];
}

/** A decoded body that is a map with apiVersion and kind, or lacks them where the URL says it all. */
export interface DecodedObject {
  readonly object: JsonObject;
  readonly duplicates: readonly string[];
}

/** What a body must be where the path does not tell its kind. */
const ANY_KIND = 'runtime.Object';
/** Bytes of an unreadable body that are shown to whoever sent it. */
const SHOWN_BYTES = 30;
/** Duplicate keys that are named. */
const MOST_DUPLICATES = 100;
/** What an operation of a JSON patch says. */
const OPERATION_FIELDS = new Set(['op', 'path', 'from', 'value']);
/** How JSON begins. */
const BRACE = 0x7b;

/** Bytes that are no UTF-8 become U+FFFD, as Go's decoder has it; a byte order mark stays, and is no JSON. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** What Go decodes the head of an object into, as its errors call it. */
const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** The media type without parameters, lower case. */
export function contentTypeOf(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/**
 * Reads a body as its content type says: JSON, YAML or Kubernetes' protobuf. An empty value is an empty object. What is no object of the
 * API, such as options, has no kind to be refused as.
 */
export function readBody(body: Uint8Array, contentType: string, kind: string | null = ANY_KIND): DecodedBody {
  if (body.length > MAX_BODY_BYTES) throw requestTooLarge();
  const unrecognized = (problem: string): ApiError =>
    badRequest(
      kind === null
        ? problem
        : `the object provided is unrecognized (must be of type ${kind}): ${problem} (${summaryOf(body)})`,
    );
  const { value, duplicates } = decode(body, contentType, unrecognized);
  if (value === null) return { value: {}, duplicates };
  if (isJsonObject(value)) return { value, duplicates };
  throw unrecognized(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonType(value)} into Go value of type ${TYPE_META}`,
  );
}

function decode(
  body: Uint8Array,
  contentType: string,
  unrecognized: (problem: string) => ApiError,
): { readonly value: JsonValue; readonly duplicates: readonly string[] } {
  switch (contentType) {
    case '':
    case 'application/json':
      if (contentType === '' && isKubernetesProtobuf(body)) return protobuf(body, unrecognized);
      return parseJson(body, (problem) =>
        unrecognized(`couldn't get version/kind; json parse error: ${problem}`),
      );
    case 'application/yaml':
      return readYaml(text(body), (problem) => unrecognized(`yaml: ${problem}`));
    case 'application/vnd.kubernetes.protobuf':
      return protobuf(body, unrecognized);
    default:
      throw new ApiError(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      );
  }
}

/** Reads a body that must be an object. */
export function readObjectBody(body: Uint8Array, contentType: string, kind = ANY_KIND): DecodedObject {
  const { value, duplicates } = readBody(body, contentType, kind);
  return { object: value, duplicates };
}

/** Patches are JSON whatever their name says. */
export function readPatch(
  body: Uint8Array,
  kind: PatchKind,
): { value: JsonValue; duplicates: readonly string[] } {
  if (body.length > MAX_BODY_BYTES) throw requestTooLarge();
  const where = kind === 'strategic' ? '' : 'error decoding patch: ';
  const read = parseJson(body, (problem) => badRequest(`${where}${problem}`));
  if (kind !== 'json') return read;
  const findings = [...read.duplicates, ...unknownOfOperations(read.value)];
  return { value: read.value, duplicates: findings.map((finding) => `json patch ${finding}`) };
}

/** What the operations of a JSON patch say that no operation knows. */
function unknownOfOperations(patch: JsonValue): string[] {
  if (!Array.isArray(patch)) return [];
  return patch
    .slice(0, MAX_PATCH_OPERATIONS)
    .flatMap((operation, index) =>
      isJsonObject(operation)
        ? Object.keys(operation)
            .filter((key) => !OPERATION_FIELDS.has(key))
            .map((key) => `unknown field ${JSON.stringify(`[${index}].${key}`)}`)
        : [],
    )
    .slice(0, MOST_DUPLICATES);
}

/** What server-side apply brings: YAML, which JSON is, too. */
export function readConfiguration(body: Uint8Array): { value: JsonValue; duplicates: readonly string[] } {
  if (body.length > MAX_BODY_BYTES) throw requestTooLarge();
  const source = text(body);
  const asYaml = (problem: string): ApiError =>
    badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${problem}`);
  if (!source.trimStart().startsWith('{')) return readYaml(source, asYaml);
  try {
    return { value: JSON.parse(source) as JsonValue, duplicates: findDuplicateFields(source) };
  } catch {
    return readYaml(source, asYaml);
  }
}

function parseJson(
  body: Uint8Array,
  refusal: (problem: string) => ApiError,
): { value: JsonValue; duplicates: readonly string[] } {
  const source = text(body);
  let value: JsonValue;
  try {
    value = parsed(source);
  } catch {
    throw refusal(jsonSyntaxError(body) ?? 'the text is no JSON');
  }
  return { value, duplicates: findDuplicateFields(source) };
}

/** Half of a character that takes two becomes U+FFFD: there is no other way to write it down. */
function parsed(source: string): JsonValue {
  if (!/\\u[dD][89a-fA-F]/.test(source)) return JSON.parse(source) as JsonValue;
  return JSON.parse(source, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  ) as JsonValue;
}

/** YAML as the API reads it: the first document counts; later duplicates win and are reported. */
function readYaml(
  source: string,
  refusal: (problem: string) => ApiError,
): { value: JsonValue; duplicates: readonly string[] } {
  const first = (duplicateKeys: 'error' | 'last'): JsonValue =>
    parseYamlDocuments(source, { firstOnly: true, duplicateKeys })[0] ?? null;
  try {
    try {
      return { value: first('error'), duplicates: [] };
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'yaml/duplicate-key') throw error;
      return { value: first('last'), duplicates: [duplicateKeys(source)] };
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { line = 0 } = error.place;
    const problem = error.message.replace(/^cannot read YAML(?: at line \d+)?: /, '');
    throw refusal(line > 1 ? `line ${line}: ${problem}` : problem);
  }
}

/** The keys that stand twice, in the words of Go's YAML decoder. */
function duplicateKeys(source: string): string {
  const lines: string[] = [];
  const visit = (node: YamlNode): void => {
    if (node.kind === 'sequence') node.items.forEach(visit);
    if (node.kind !== 'mapping') return;
    const seen = new Set<string>();
    for (const [key, value] of node.entries) {
      if (key.kind === 'scalar') {
        if (seen.has(key.value) && lines.length < MOST_DUPLICATES)
          lines.push(`  line ${key.line + 1}: key ${JSON.stringify(key.value)} already set in map`);
        seen.add(key.value);
      }
      visit(value);
    }
  };
  parseYamlNodes(source).forEach(visit);
  return `yaml: unmarshal errors:\n${lines.join('\n')}`;
}

/** The beginning of a body: as it is when it looks like JSON, else in hexadecimal. */
function summaryOf(body: Uint8Array): string {
  if (body.length === 0) return '<empty>';
  const bytes = Buffer.from(body.subarray(0, SHOWN_BYTES));
  const shown = body[0] === BRACE ? bytes.toString('utf8') : bytes.toString('hex');
  return body.length > SHOWN_BYTES ? `${shown} ...` : shown;
}

/** Body bytes as text. */
export function text(body: Uint8Array): string {
  return utf8.decode(body);
}

/** 413, as the size limit of the API server says it. */
export function requestTooLarge(): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
}

function protobuf(
  body: Uint8Array,
  unrecognized: (problem: string) => ApiError,
): { value: JsonValue; duplicates: readonly string[] } {
  try {
    return { value: decodeKubernetesProtobuf(body), duplicates: [] };
  } catch (error) {
    throw error instanceof ApiError ? unrecognized(error.message) : error;
  }
}
