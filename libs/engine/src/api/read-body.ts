import {
  CodedError,
  isJsonObject,
  parseYaml,
  parseYamlNodes,
  type JsonObject,
  type JsonValue,
  type YamlNode,
} from '@lotse/manifests';
import { ApiError, badRequest } from './api-error.js';
import { decodeKubernetesProtobuf, isKubernetesProtobuf } from './protobuf/decode.js';
import { findDuplicateFields } from './scan-json.js';

/** Largest request body (apiserver MaxRequestBodyBytes). */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** A request body as a value. */
export interface DecodedBody {
  readonly value: JsonValue;
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

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The media type without parameters, lower case. */
export function contentTypeOf(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Reads a body as its content type says: JSON, YAML or Kubernetes' protobuf. */
export function readBody(body: Uint8Array, contentType: string, kind = ANY_KIND): DecodedBody {
  if (body.length > MAX_BODY_BYTES) throw requestTooLarge();
  switch (contentType) {
    case '':
    case '*/*':
    case 'application/json':
      if (contentType !== 'application/json' && isKubernetesProtobuf(body)) return protobuf(body);
      return readJson(text(body), kind);
    case 'application/yaml':
      return readYaml(text(body));
    case 'application/vnd.kubernetes.protobuf':
      return protobuf(body);
    default:
      throw new ApiError(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      );
  }
}

/** Reads a body that must be an object. */
export function readObjectBody(body: Uint8Array, contentType: string): DecodedObject {
  const { value, duplicates } = readBody(body, contentType);
  if (!isJsonObject(value)) {
    throw badRequest(
      "the object provided is unrecognized (must be of type runtime.Object): couldn't get version/kind; json parse error: expected a JSON object",
    );
  }
  return { object: value, duplicates };
}

/** Patches: JSON whatever their name says, and YAML for server-side apply. */
export function readJson(source: string, kind = ANY_KIND): DecodedBody {
  let value: JsonValue;
  try {
    value = JSON.parse(source) as JsonValue;
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : String(error)} (${summaryOf(source)})`,
    );
  }
  return { value, duplicates: findDuplicateFields(source) };
}

/** YAML as the API reads it: one document; later duplicates win and are reported. */
export function readYaml(source: string): DecodedBody {
  try {
    try {
      return { value: parseYaml(source), duplicates: [] };
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'yaml/duplicate-key') throw error;
      return { value: parseYaml(source, { duplicateKeys: 'last' }), duplicates: [duplicateKeys(source)] };
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw badRequest(`error converting YAML to JSON: ${error.message}`);
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
function summaryOf(source: string): string {
  if (source === '') return '<empty>';
  const bytes = Buffer.from(source.slice(0, SHOWN_BYTES)).subarray(0, SHOWN_BYTES);
  const shown = source.startsWith('{') ? bytes.toString('utf8') : bytes.toString('hex');
  return Buffer.byteLength(source) > SHOWN_BYTES ? `${shown} ...` : shown;
}

/** Body bytes as text. Throws BadRequest for bytes that are not UTF-8. */
export function text(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw badRequest('the body of the request is not valid UTF-8');
  }
}

/** 413, as the size limit of the API server says it. */
export function requestTooLarge(): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
}

function protobuf(body: Uint8Array): DecodedBody {
  return { value: decodeKubernetesProtobuf(body), duplicates: [] };
}
