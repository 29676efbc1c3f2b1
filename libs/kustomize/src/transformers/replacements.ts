import { isJsonObject, type JsonValue, parseYamlDocuments } from '@lotse/manifests';
import {
  CREATED_SCALAR,
  type CreateKind,
  type FieldSlot,
  lookupField,
  ownedValue,
  matchFields,
  splitFieldPath,
} from '../field-path.js';
import { goJson } from '../go-json.js';
import type { FieldOptions, ReplacementEntry, Selector } from '../kustomization.js';
import { REPLACEMENT } from '../kustomization-shape.js';
import { kustomizeError, messageOf } from '../kustomize-error.js';
import type { Loader } from '../loader.js';
import { closestIds } from '../nearest.js';
import { printValues } from '../print-values.js';
import { endComments, readNestedValues, scalarType, typedScalar } from '../read-values.js';
import { effectiveNamespace, formatId, isSelected, type ResourceId } from '../resource-id.js';
import type { Resource } from '../resource.js';
import type { ResourceSet } from '../resource-set.js';
import { kindMatcher, metadataMatcher, textMatcher, warnOfMiss } from '../selector.js';
import { readShape } from '../shape.js';
import { toJson } from '../json-values.js';
import {
  cloneValue,
  isMap,
  isNullOrEmpty,
  isScalar,
  type Scalar,
  ScalarText,
  textOf,
  type Value,
} from '../values.js';

type Target = NonNullable<ReplacementEntry['targets']>[number];

/** Reads `replacements`: entries in place, and files with one entry or a list of them. */
export function loadReplacements(entries: readonly ReplacementEntry[], loader: Loader): ReplacementEntry[] {
  const result: ReplacementEntry[] = [];
  for (const entry of entries) {
    if (!entry.path) {
      result.push(entry);
      continue;
    }
    if (entry.source || (entry.targets?.length ?? 0) > 0)
      throw kustomizeError('replacement', 'cannot specify both path and inline replacement', {
        file: entry.path,
        field: 'replacements',
      });
    const document =
      parseYamlDocuments(loader.read(entry.path), { file: entry.path, duplicateKeys: 'last' })[0] ?? null;
    const list: JsonValue[] | undefined = Array.isArray(document)
      ? document
      : isJsonObject(document)
        ? [document]
        : undefined;
    if (!list)
      throw kustomizeError(
        'replacement',
        `unsupported replacement type in ${entry.path}: expected a map or a list`,
        { file: entry.path },
      );
    for (const item of list)
      result.push(
        (readShape(item, REPLACEMENT, { file: entry.path, strict: false }) ?? {}) as ReplacementEntry,
      );
  }
  return result;
}

/** Copies values between resources. */
export function applyReplacements(
  set: ResourceSet,
  entries: readonly ReplacementEntry[],
  warnings?: string[],
): void {
  let written = 0;
  const count = (value: Value): void => {
    written += sizeOf(value);
    if (written > MAX_WRITTEN)
      throw kustomizeError(
        'too-large',
        `replacements write more than ${MAX_WRITTEN} characters, values counted as ${VALUE_COST}`,
        {
          field: 'replacements',
        },
      );
  };
  for (const entry of entries) {
    if ((entry.sourceValue === undefined && !entry.source) || !entry.targets)
      throw kustomizeError('replacement', 'replacements must specify a source and at least one target', {
        field: 'replacements',
      });
    const value = sourceOf(set, entry);
    for (const target of entry.targets)
      if (!applyTarget(set, value, target, count) && target.select)
        warnOfMiss(set, target.select, 'replacements', warnings);
  }
  set.touch();
}

/** What is copied, read anew for each target: one that holds its own source copies what it has become. */
type Source = () => Value;

function sourceOf(set: ResourceSet, { source, sourceValue: given }: ReplacementEntry): Source {
  const field = 'replacements';
  if (given !== undefined && source)
    throw kustomizeError('replacement', 'value and resource selectors are mutually exclusive', { field });
  if (given !== undefined || !source) {
    const fixed = typedScalar(given ?? '', false);
    return () => fixed;
  }
  const wanted: ResourceId = {
    group: source.group ?? '',
    version: source.version ?? '',
    kind: source.kind ?? '',
    name: source.name ?? '',
    namespace: source.namespace ?? '',
  };
  const chosen = set.list.filter((resource) => resource.allIds.some((id) => selects(wanted, id)));
  const shown = formatId(wanted);
  if (chosen.length > 1)
    throw kustomizeError('replacement', `multiple matches for selector ${shown}`, { field, object: shown });
  const [resource] = chosen;
  if (!resource) {
    throw kustomizeError('replacement', `nothing selected by ${shown}${closestIds(wanted, set.ids())}`, {
      field,
      object: shown,
    });
  }
  const path = source.fieldPath || 'metadata.name';
  const slot = lookupField(resource.value, splitFieldPath(path), true);
  const value = slot && ownedValue(slot);
  if (slot === undefined || value === undefined || isNullOrEmpty(value))
    throw kustomizeError('replacement', `fieldPath \`${path}\` is missing for replacement source ${shown}`, {
      object: shown,
      field: path,
    });
  if (!source.options?.delimiter) return () => slot.get();
  const part = refine(value, source.options);
  return () => part;
}

function selects(wanted: ResourceId, id: ResourceId): boolean {
  return (
    (wanted.name === '' || wanted.name === id.name) &&
    (wanted.namespace === '' || effectiveNamespace(wanted) === effectiveNamespace(id)) &&
    isSelected(id, wanted)
  );
}

function refine(value: Value, options: FieldOptions | undefined): Value {
  if (!options?.delimiter) return value;
  if (!isScalar(value))
    throw kustomizeError('replacement', 'delimiter option can only be used with scalar nodes', {
      field: 'replacements',
    });
  const parts = textOf(value).split(options.delimiter);
  const part = parts[options.index ?? 0];
  if (part === undefined)
    throw kustomizeError(
      'replacement',
      `options.index ${options.index ?? 0} is out of bounds for value ${textOf(value)}`,
      { field: 'replacements' },
    );
  return typeof value === 'string' ? part : typedScalar(part, false);
}

/** Tells whether any resource was selected. */
function applyTarget(
  set: ResourceSet,
  value: Source,
  target: Target,
  count: (value: Value) => void,
): boolean {
  if (!target.select)
    throw kustomizeError('replacement', 'target must specify resources to select', { field: 'replacements' });
  const chosen = idMatcher(target.select);
  const metadata = metadataMatcher(target.select);
  const rejects = (target.reject ?? []).map((reject) => {
    const named = Boolean(reject.group || reject.version || reject.kind || reject.name || reject.namespace);
    const marked = Boolean(reject.labelSelector || reject.annotationSelector);
    const id = idMatcher(reject);
    const marks = metadataMatcher(reject);
    return (resource: Resource): boolean =>
      (marked && marks(resource)) || (named && resource.allIds.some(id));
  });
  const paths = target.fieldPaths?.length ? target.fieldPaths : ['metadata.name'];
  let selected = false;
  for (const resource of set.list) {
    if (!metadata(resource)) continue;
    const rejected = rejects.some((reject) => reject(resource));
    if (!resource.allIds.some(chosen)) continue;
    selected = true;
    if (rejected) continue;
    for (const path of paths) {
      try {
        writeField(resource, value, path, target.options, count);
      } catch (error) {
        throw kustomizeError(
          'replacement',
          `unable to find${target.options?.create ? ' or create' : ''} field "${path}" in replacement target ${formatId(resource.id)}: ${messageOf(error)}`,
          { object: `${resource.kind} ${resource.name}`, field: path },
          error,
        );
      }
    }
  }
  return selected;
}

function idMatcher(selector: Selector): (id: ResourceId) => boolean {
  const kind = kindMatcher(selector);
  const name = textMatcher(selector.name);
  const namespace = textMatcher(selector.namespace);
  return (id) => kind(id) && name(id.name) && namespace(id.namespace);
}

function writeField(
  resource: Resource,
  value: Source,
  path: string,
  options: FieldOptions | undefined,
  count: (value: Value) => void,
): void {
  const create: CreateKind | undefined = options?.create
    ? Array.isArray(value())
      ? 'sequence'
      : isMap(value())
        ? 'map'
        : 'scalar'
    : undefined;
  const parts = splitFieldPath(path);
  if (writeInsideText(resource, value, parts, create, count)) return;
  const slots = matchFields(resource.value, parts, create);
  if (slots.length === 0) throw kustomizeError('replacement', 'nothing is there', { field: path });
  for (const slot of slots) {
    setSlot(slot, value(), options);
    count(slot.get());
  }
}

/** Characters that the replacements of one kustomization may write: entries that copy what others wrote double it every time. */
const MAX_WRITTEN = 16_000_000;
/** What a value counts beside its characters: about the memory it takes. */
const VALUE_COST = 16;

function sizeOf(value: Value): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), VALUE_COST);
  if (isMap(value))
    return Object.keys(value).reduce((sum, key) => sum + sizeOf(value[key] ?? null), VALUE_COST);
  return VALUE_COST + textOf(value).length;
}

function setSlot(slot: FieldSlot, value: Value, options: FieldOptions | undefined): void {
  const old = slot.get();
  let text: string | undefined;
  if (options?.delimiter) {
    if (!isScalar(old))
      throw kustomizeError('replacement', 'delimiter option can only be used with scalar nodes');
    const parts = textOf(old).split(options.delimiter);
    const index = options.index ?? 0;
    if (index < 0) parts.unshift(textOf(value));
    else if (index >= parts.length) parts.push(textOf(value));
    else parts[index] = textOf(value);
    text = parts.join(options.delimiter);
  }
  if (isScalar(old)) slot.set(retype(old, text ?? textOf(value)));
  else slot.set(text === undefined ? cloneValue(value) : text);
}

/** A scalar keeps its type when its text changes: what was text stays text, a number takes no other text than a number. */
function retype(old: Value, text: string): Scalar {
  if (typeof old === 'string' || (old instanceof ScalarText && old.type === 'folded')) return text;
  const scalar = typedScalar(text);
  if (old === CREATED_SCALAR) return scalar;
  const wanted = scalarType(old);
  const found = scalarType(scalar);
  if (found !== wanted && !(wanted === 'float' && found === 'int'))
    throw kustomizeError('replacement', `cannot decode !!${found} \`${text}\` as a !!${wanted}`);
  return scalar;
}

/** Writes into JSON or YAML that is the text of a field. False when the path leads nowhere of that kind. */
function writeInsideText(
  resource: Resource,
  value: Source,
  parts: readonly string[],
  create: CreateKind | undefined,
  count: (value: Value) => void,
): boolean {
  for (let length = 1; length < parts.length; length++) {
    let slot: FieldSlot | undefined;
    try {
      slot = lookupField(resource.value, parts.slice(0, length), true);
    } catch {
      continue;
    }
    const text = slot?.get();
    if (!slot || !isScalar(text)) continue;
    const source = textOf(text);
    try {
      const [document] = readNestedValues(source);
      if (document === undefined) return false;
      const found = matchFields(document, parts.slice(length), create);
      if (found.length === 0) return false;
      for (const inner of found)
        inner.set(isScalar(inner.get()) ? retype(inner.get(), textOf(value())) : cloneValue(value()));
      slot.set(printText(document, source));
    } catch {
      return false;
    }
    count(slot.get());
    return true;
  }
  return false;
}

function printText(document: Value, original: string): string {
  if (!/^\s*[{[]/.test(original)) return printValues(document, endComments(original));
  const json = toJson(document);
  return original.includes('\n') && original.includes('  ') ? indentJson(json) : goJson(json);
}

function indentJson(value: JsonValue): string {
  return JSON.stringify(JSON.parse(goJson(value)), undefined, 2).replace(
    /[<>&]/g,
    (char) => `\\u00${char.charCodeAt(0).toString(16)}`,
  );
}
