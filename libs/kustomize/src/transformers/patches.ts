import {
  applyJsonPatch,
  asJsonPatch,
  CodedError,
  getOwn,
  type JsonPatchOperation,
  parseYamlDocuments,
} from '@lotse/manifests';
import type { PatchEntry, Selector } from '../kustomization.js';
import { kustomizeError, messageOf } from '../kustomize-error.js';
import type { Loader } from '../loader.js';
import { readResources } from '../read-resources.js';
import type { MergeSchemas } from '../merge-schema.js';
import { apiVersionOf, formatId } from '../resource-id.js';
import type { Resource } from '../resource.js';
import type { ResourceSet } from '../resource-set.js';
import { selectResources, warnOfMiss } from '../selector.js';
import { applyStrategicMerge } from '../strategic-merge.js';
import { fromJson, toJson } from '../json-values.js';
import { own } from '../shared-values.js';
import { isMap, isNull, textOf, type Value, type ValueMap } from '../values.js';
import { rememberId } from './names.js';

/** What patches need from the build. */
export interface PatchContext {
  readonly loader: Loader;
  readonly schemas: MergeSchemas;
  /** Gets a line for a target that selects nothing but is a near miss. */
  readonly warnings?: string[];
}

/** Applies one entry of `patches`: a strategic merge patch or a JSON patch, whichever its text is. */
export function applyPatch(set: ResourceSet, entry: PatchEntry, context: PatchContext): void {
  const inline = (entry.patch ?? '').trim();
  const path = entry.path ?? '';
  if (inline === '' && path === '')
    throw kustomizeError('patch', 'must specify one of patch and path in an entry of patches', {
      field: 'patches',
    });
  if (inline !== '' && path !== '')
    throw kustomizeError('patch', `patch and path can't be set at the same time (path ${path})`, {
      field: 'patches',
    });
  const source = path === '' ? `[patch: ${JSON.stringify(shorten(inline))}]` : `[path: "${path}"]`;
  const text = path === '' ? inline : new TextDecoder().decode(context.loader.read(path));
  const merge = attempt(() => readResources(text, path === '' ? undefined : path));
  const operations = attempt(() => readJsonPatch(text));
  if (merge.value && operations.value && merge.value.length > 0 && operations.value.length > 0)
    throw kustomizeError('patch', `illegally qualifies as both an SM and JSON patch: ${source}`, {
      field: 'patches',
    });
  if (merge.value) return applyMergePatches(set, merge.value, entry, source, context);
  if (operations.value === undefined) {
    const cause = text.startsWith('[') ? operations.error : merge.error;
    throw kustomizeError(
      'patch',
      `unable to parse SM or JSON patch from ${source}: ${messageOf(cause)}`,
      merge.error instanceof CodedError ? merge.error.place : { field: 'patches' },
      cause,
    );
  }
  if (!entry.target)
    throw kustomizeError('patch', `must specify a target for JSON patch ${source}`, { field: 'patches' });
  const touched = applyOperations(set, entry.target, operations.value, source, true);
  if (touched === 0) warnOfMiss(set, entry.target, 'patches', context.warnings);
}

function attempt<T>(read: () => T): { value?: T; error?: unknown } {
  try {
    return { value: read() };
  } catch (error) {
    return { error };
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

/** Reads a JSON patch written as JSON or YAML. */
export function readJsonPatch(text: string): JsonPatchOperation[] {
  if (text === '') throw kustomizeError('patch', 'empty json patch operations');
  // What begins as JSON must be JSON to its end; the reader of YAML keeps large numbers as they are.
  if (text.startsWith('[')) checkJson(text);
  return asJsonPatch(parseYamlDocuments(text, { duplicateKeys: 'last', bigints: true })[0] ?? null);
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw kustomizeError(
      'patch',
      `a JSON patch that begins with [ must be JSON: ${messageOf(error)}; quote its keys, or write it as YAML with a dash per operation`,
    );
  }
}

function applyMergePatches(
  set: ResourceSet,
  patches: readonly Resource[],
  entry: PatchEntry,
  source: string,
  context: PatchContext,
): void {
  for (const patch of patches) {
    patch.allowNameChange = entry.options?.allowNameChange ?? false;
    patch.allowKindChange = entry.options?.allowKindChange ?? false;
    // The original notes these options in annotations, which makes all of them text, null as well.
    if (patch.allowNameChange || patch.allowKindChange) normalizeAnnotations(patch);
  }
  if (entry.target) {
    const [patch] = patches;
    if (!patch) return;
    if (patches.length > 1)
      throw kustomizeError(
        'patch',
        `Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`,
        { field: 'patches' },
      );
    const selected = selectResources(set, entry.target);
    if (selected.length === 0) warnOfMiss(set, entry.target, 'patches', context.warnings);
    return patchSelected(set, new Set(selected), patch, context);
  }
  for (const patch of patches) {
    const target = set.byAnyId(patch.originalId);
    mergeInto(target, patch, context);
  }
  set.touch();
}

/** Applies a patch to chosen resources; they keep their names and kinds unless the patch may change them. */
export function patchSelected(
  set: ResourceSet,
  selected: ReadonlySet<Resource>,
  patch: Resource,
  context: PatchContext,
): void {
  for (const resource of set.list) {
    if (!selected.has(resource)) continue;
    const copy = patch.clone();
    for (const field of ['labels', 'annotations'] as const)
      copy.setMetadataMap(field, patch.metadataMap(field));
    copy.value['apiVersion'] = apiVersionOf(resource.id);
    mergeInto(resource, copy, context);
  }
  const kept = set.list.filter((resource) => !resource.isEmpty);
  set.list = [];
  set.touch();
  set.appendAll(kept);
}

function mergeInto(target: Resource, patch: Resource, context: PatchContext): void {
  const { name, namespace, kind } = target;
  if (patch.allowNameChange || patch.allowKindChange) rememberId(target);
  try {
    const merged = applyStrategicMerge(target.value, patch.value, context.schemas);
    if (merged) target.value = merged;
    else target.deleted = true;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new CodedError(
      error.code,
      `${error.message}; patching ${formatId(target.id)}`,
      { ...error.place, object: `${kind} ${name}` },
      { cause: error },
    );
  }
  if (target.isEmpty) return;
  const annotations = patch.metadata && getOwn(patch.metadata, 'annotations');
  if (takesAll(annotations)) target.forgetNotes();
  if (!patch.allowKindChange) target.value['kind'] = kind;
  if (!patch.allowNameChange) target.ensureMetadata()['name'] = name;
  target.setNamespace(namespace);
}

/** True for annotations of a patch that leave none of the old ones: the notes of the original were among those. */
function takesAll(annotations: Value | undefined): boolean {
  if (annotations === undefined) return false;
  if (!isMap(annotations)) return isNull(annotations);
  const directive = textOf(getOwn(annotations, '$patch') ?? null);
  return directive === 'replace' || directive === 'delete';
}

/** Applies the documents of `patchesStrategicMerge`: file names, or patches written in place. */
export function applyStrategicMergeFiles(
  set: ResourceSet,
  paths: readonly string[],
  context: PatchContext,
): void {
  const patches: Resource[] = [];
  for (const path of paths) {
    const inline = attempt(() => readResources(path, undefined));
    patches.push(...(inline.value ?? readResources(context.loader.read(path), path)));
  }
  if (patches.length === 0)
    throw kustomizeError('patch', `patch appears to be empty; files=${paths.map(shorten).join(', ')}`, {
      field: 'patchesStrategicMerge',
    });
  for (const patch of patches) patchSelected(set, new Set([set.byAnyId(patch.originalId)]), patch, context);
}

/** Applies one entry of `patchesJson6902`. */
export function applyJson6902(
  set: ResourceSet,
  entry: { target?: Selector; path?: string; patch?: string },
  loader: Loader,
): void {
  const { target, path = '', patch = '' } = entry;
  const field = 'patchesJson6902';
  if (!target?.name)
    throw kustomizeError('patch', `must specify the target name of the JSON patch ${path}`, { field });
  if (path === '' && patch === '')
    throw kustomizeError('patch', 'empty file path and empty jsonOp', { field });
  if (path !== '' && patch !== '')
    throw kustomizeError('patch', 'must specify a file path or jsonOp, not both', { field });
  const text = path === '' ? patch : new TextDecoder().decode(loader.read(path));
  const operations = readJsonPatch(text);
  if (operations.length === 0)
    throw kustomizeError('patch', `patch appears to be empty; file=${path}`, { field });
  applyOperations(set, target, operations, path === '' ? '[inline]' : `[path: "${path}"]`, false);
}

function applyOperations(
  set: ResourceSet,
  target: Selector,
  operations: readonly JsonPatchOperation[],
  source: string,
  remember: boolean,
): number {
  const selected = selectResources(set, target);
  for (const resource of selected) {
    if (remember) rememberId(resource);
    // The original keeps its notes in annotations, so that a patch finds a map of them wherever anything happened before.
    if (resource.hasNotes && getOwn(resource.ensureMetadata(), 'annotations') === undefined)
      resource.ensureMetadata()['annotations'] = {};
    try {
      // fromJson copies: values of the patch would be shared by all targets, and later steps change in place.
      const patched = fromJson(applyJsonPatch(toJson(resource.value), operations));
      if (!isMap(patched)) throw kustomizeError('patch', 'it leaves no map', { object: resource.name });
      resource.value = own(patched);
    } catch (error) {
      throw kustomizeError(
        'patch',
        `JSON patch ${source} does not fit ${formatId(resource.id)}: ${messageOf(error)}`,
        { object: `${resource.kind} ${resource.name}`, ...(error instanceof CodedError ? error.place : {}) },
        error,
      );
    }
    normalizeAnnotations(resource);
    if (operations.some(replacesAnnotations)) {
      resource.origin = undefined;
      resource.transformations.length = 0;
    }
  }
  set.touch();
  return selected.length;
}

/** The origin of a resource is an annotation in the original, and gone when all of them are replaced. */
function replacesAnnotations({ op, path, from }: JsonPatchOperation): boolean {
  return (op !== 'test' && holdsNotes(path)) || (op === 'move' && from !== undefined && holdsNotes(from));
}

function holdsNotes(path: string): boolean {
  return path === '/metadata/annotations' || path === '/metadata';
}

/** Annotations are text whatever was written. */
export function normalizeAnnotations(resource: Resource): void {
  const metadata: ValueMap | undefined = resource.metadata;
  const annotations = metadata && getOwn(metadata, 'annotations');
  if (annotations === undefined) return;
  resource.setMetadataMap('annotations', resource.metadataMap('annotations'));
}
