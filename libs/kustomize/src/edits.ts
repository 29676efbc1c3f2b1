import type { ImageEntry, Kustomization, PatchEntry } from './kustomization.js';
import { kustomizeError } from './kustomize-error.js';
import { splitImage } from './transformers/images.js';

/** Changes to the top kustomization as `kustomize edit` makes them: Argo CD's `source.kustomize`. */
export interface KustomizeEdits {
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  /** `[name=]newName[:tag][@digest]`; `*` keeps what the file says. */
  readonly images?: readonly string[];
  readonly replicas?: readonly { readonly name: string; readonly count: number | string }[];
  readonly commonLabels?: Readonly<Record<string, string>>;
  /** Labels may replace those of the file. */
  readonly forceCommonLabels?: boolean;
  readonly labelWithoutSelector?: boolean;
  readonly labelIncludeTemplates?: boolean;
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly forceCommonAnnotations?: boolean;
  readonly components?: readonly string[];
  /** Components that do not exist are passed over. */
  readonly ignoreMissingComponents?: boolean;
  readonly patches?: readonly PatchEntry[];
}

/** Applies edits to a kustomization; `exists` says whether a component's folder is there. */
export function applyEdits(
  file: Kustomization,
  edits: KustomizeEdits,
  exists: (path: string) => boolean,
): Kustomization {
  let result: Kustomization = { ...file };
  if (edits.namePrefix) result = { ...result, namePrefix: edits.namePrefix };
  if (edits.nameSuffix) result = { ...result, nameSuffix: edits.nameSuffix };
  if (edits.namespace) result = { ...result, namespace: edits.namespace };
  if (edits.images?.length) result = { ...result, images: editImages(result.images ?? [], edits.images) };
  if (edits.replicas?.length) {
    const replicas = edits.replicas.map(({ name, count }) => ({ name, count: wholeNumber(count) }));
    const names = new Set(replicas.map(({ name }) => name));
    result = {
      ...result,
      replicas: [...(result.replicas ?? []).filter(({ name }) => !names.has(name ?? '')), ...replicas],
    };
  }
  if (edits.commonLabels && Object.keys(edits.commonLabels).length > 0)
    result = editLabels(result, edits, edits.commonLabels);
  if (edits.commonAnnotations) {
    const force = edits.forceCommonAnnotations ?? false;
    result = {
      ...result,
      commonAnnotations: addPairs(result.commonAnnotations, edits.commonAnnotations, force, 'annotation'),
    };
  }
  if (edits.components?.length) {
    const components = edits.ignoreMissingComponents ? edits.components.filter(exists) : edits.components;
    const known = new Set(result.components);
    result = {
      ...result,
      components: [...(result.components ?? []), ...components.filter((path) => !known.has(path))],
    };
  }
  if (edits.patches?.length) result = { ...result, patches: [...(result.patches ?? []), ...edits.patches] };
  return result;
}

function wholeNumber(count: number | string): number {
  const value = Number(count);
  if (!Number.isInteger(value) || value < 0)
    throw kustomizeError('edit', `replicas: ${JSON.stringify(count)} is not a whole number`, {
      field: 'replicas',
    });
  return value;
}

function editLabels(
  file: Kustomization,
  edits: KustomizeEdits,
  pairs: Readonly<Record<string, string>>,
): Kustomization {
  const force = edits.forceCommonLabels ?? false;
  if (!edits.labelWithoutSelector)
    return { ...file, commonLabels: addPairs(file.commonLabels, pairs, force, 'label') };
  const templates = edits.labelIncludeTemplates ?? false;
  const labels = [...(file.labels ?? [])];
  const at = labels.findIndex(
    (entry) => !entry.includeSelectors && (entry.includeTemplates ?? false) === templates && !entry.fields,
  );
  const known = labels[at];
  if (known) labels[at] = { ...known, pairs: addPairs(known.pairs, pairs, force, 'label') };
  else labels.push({ pairs, includeTemplates: templates });
  return { ...file, labels };
}

function addPairs(
  known: Readonly<Record<string, string>> | undefined,
  pairs: Readonly<Record<string, string>>,
  force: boolean,
  kind: string,
): Readonly<Record<string, string>> {
  for (const key of Object.keys(pairs))
    if (!force && known && Object.hasOwn(known, key))
      throw kustomizeError('edit', `${kind} ${key} already in kustomization file. Use --force to override.`, {
        field: key,
      });
  return { ...known, ...pairs };
}

function editImages(known: readonly ImageEntry[], edits: readonly string[]): ImageEntry[] {
  const images = new Map<string, ImageEntry>();
  for (const entry of known) images.set(entry.name ?? '', entry);
  for (const text of edits) {
    const edit = parseImageEdit(text);
    const old = images.get(edit.name ?? '');
    const keep = (value: string | undefined, previous: string | undefined): string | undefined =>
      value === '*' ? previous : value;
    const merged: Record<string, string | undefined> = {
      name: edit.name,
      newName: keep(edit.newName, old?.newName),
      newTag: keep(edit.newTag, old?.newTag),
      digest: keep(edit.digest, old?.digest),
    };
    images.set(
      edit.name ?? '',
      Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined && value !== '')),
    );
  }
  return [...images.values()].sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
}

/** Reads `[name=]newName[:tag][@digest]`. */
export function parseImageEdit(text: string): ImageEntry {
  const equals = text.indexOf('=');
  const { name, tag, digest } = splitImage(equals < 0 ? text : text.slice(equals + 1));
  if (equals < 0 && tag === '' && digest === '')
    throw kustomizeError(
      'edit',
      `image '${text}' says nothing to change; use name=newName, name:tag or name@digest`,
      { field: 'images' },
    );
  const change = { ...(tag === '' ? {} : { newTag: tag }), ...(digest === '' ? {} : { digest }) };
  return equals < 0 ? { name, ...change } : { name: text.slice(0, equals), newName: name, ...change };
}
