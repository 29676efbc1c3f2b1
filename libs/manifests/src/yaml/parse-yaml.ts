import type { JsonValue } from '../json.js';
import { ValueBuilder } from './build-value.js';
import { decodeYamlText } from './decode-text.js';
import { readSimpleYaml } from './simple-yaml.js';
import { DEFAULT_YAML_LIMITS, type YamlLimits } from './yaml-limits.js';
import type { YamlNode } from './yaml-node.js';
import { YamlParser } from './yaml-parser.js';
import { yamlError } from './yaml-source.js';

/** How a YAML text is read. */
export interface YamlOptions {
  /** Named in errors. */
  file?: string | undefined;
  limits?: Partial<YamlLimits> | undefined;
  /** A key that stands twice in a map is refused (the default), or the later one counts, as Helm has it. */
  duplicateKeys?: 'error' | 'last' | undefined;
  /** Integers beyond 2^53 become `bigint` instead of losing digits. */
  bigints?: boolean | undefined;
  /** The caller looks at no other keys of the outermost maps: those may be left out, though the whole text is checked. */
  only?: ReadonlySet<string> | undefined;
  /** Read the first document and look no further, as Go's Unmarshal does. */
  firstOnly?: boolean | undefined;
}

/**
 * Reads every document as Kubernetes' Go parser does (sigs.k8s.io/yaml over go-yaml v2): YAML 1.1 booleans, octal and `_` in
 * integers, timestamps as text, merge keys. Empty documents are null; an empty text has none.
 * Throws CodedError `yaml/...` with file, line and column.
 */
export function parseYamlDocuments(text: string | Uint8Array, options: YamlOptions = {}): JsonValue[] {
  const limits = { ...DEFAULT_YAML_LIMITS, ...options.limits };
  const duplicateKeys = options.duplicateKeys ?? 'error';
  const bigints = options.bigints ?? false;
  const firstOnly = options.firstOnly ?? false;
  checkSize(text, limits, options.file);
  const decoded = decodeYamlText(text, options.file);
  const simple = readSimpleYaml(decoded, {
    ...limits,
    duplicateKeys,
    bigints,
    wanted: options.only,
    firstOnly,
  });
  if (simple) return simple;
  const builder = new ValueBuilder({ file: options.file, limits, duplicateKeys, bigints });
  return readNodes(decoded, options.file, limits, firstOnly).map((node) => builder.build(node));
}

/** Reads a text with one document; null when it is empty. Refuses a second document. */
export function parseYaml(text: string | Uint8Array, options: YamlOptions = {}): JsonValue {
  const documents = parseYamlDocuments(text, { ...options, limits: { ...options.limits, maxDocuments: 2 } });
  if (documents.length > 1)
    throw yamlError(
      'yaml/several-documents',
      'expected one document, found more; remove the --- lines',
      options.file,
    );
  return documents[0] ?? null;
}

/** Reads every document into nodes, before scalars get types and aliases are expanded: for readers with rules of their own. */
export function parseYamlNodes(
  text: string | Uint8Array,
  options: Pick<YamlOptions, 'file' | 'limits'> = {},
): YamlNode[] {
  const limits = { ...DEFAULT_YAML_LIMITS, ...options.limits };
  checkSize(text, limits, options.file);
  return readNodes(decodeYamlText(text, options.file), options.file, limits);
}

function checkSize(text: string | Uint8Array, limits: YamlLimits, file: string | undefined): void {
  if (text.length <= limits.maxBytes) return;
  throw yamlError(
    'yaml/too-large',
    `the text has ${text.length} bytes, more than the limit of ${limits.maxBytes}`,
    file,
  );
}

function readNodes(
  text: string,
  file: string | undefined,
  limits: YamlLimits,
  firstOnly = false,
): YamlNode[] {
  const parser = new YamlParser(text, file, limits);
  const documents: YamlNode[] = [];
  for (let node = parser.nextDocument(); node !== undefined; node = parser.nextDocument()) {
    documents.push(node);
    if (firstOnly) {
      parser.lookBehindDocument();
      break;
    }
    if (documents.length > limits.maxDocuments)
      throw yamlError(
        'yaml/too-many-documents',
        `more than ${limits.maxDocuments} documents`,
        file,
        node.line,
      );
  }
  return documents;
}
