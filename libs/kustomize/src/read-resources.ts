import { getOwn, setOwn } from '@lotse/manifests';
import { takeBuildAnnotations } from './build-annotations.js';
import { ContentCache } from './content-cache.js';
import { kustomizeError } from './kustomize-error.js';
import { readValues } from './read-values.js';
import { Resource } from './resource.js';
import { share } from './shared-values.js';
import { cloneValue, isMap, isNullOrEmpty, textOf, type Value, type ValueMap } from './values.js';

/** Reads the resources of a text: several documents, lists of resources expanded, empty documents passed over. */
export function readResources(text: string | Uint8Array, file: string | undefined): Resource[] {
  const values =
    typeof text === 'string'
      ? readResourceValues(text, file)
      : READ.get(text, file ?? '', () => share(readResourceValues(text, file)));
  return values.map((value) => takeBuildAnnotations(new Resource(value), file));
}

/** Resources of the files last read; most builds of an overlay find their bases unchanged. */
const READ = new ContentCache<readonly ValueMap[]>();

/** As `readResources`, without making resources of the values. */
function readResourceValues(text: string | Uint8Array, file: string | undefined): ValueMap[] {
  let pending: Value[] = [];
  for (const document of readValues(text, file)) {
    const items = wrappedItems(document);
    if (items) pending.push(...items);
    else pending.push(document);
  }
  const result: ValueMap[] = [];
  pending = checked(pending, file);
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    if (!isMap(next)) continue;
    const kind = textOf(getOwn(next, 'kind'));
    const items = kind.endsWith('List') ? getOwn(next, 'items') : undefined;
    if (items === undefined) {
      result.push(next);
      continue;
    }
    if (isNullOrEmpty(items)) continue;
    if (!Array.isArray(items)) throw fail(file, next, `expected array in ${kind}/items`);
    pending.push(
      ...checked(
        items.map((item) => cloneValue(item)),
        file,
      ),
    );
  }
  return result;
}

/** Objects of a `List` or `ResourceList`, which the YAML reader unwraps itself. */
function wrappedItems(document: Value): Value[] | undefined {
  if (!isMap(document)) return undefined;
  const kind = textOf(getOwn(document, 'kind'));
  const items = getOwn(document, 'items');
  if ((kind !== 'List' && kind !== 'ResourceList') || !Array.isArray(items)) return undefined;
  return kind === 'ResourceList' && textOf(getOwn(document, 'apiVersion')) !== 'config.kubernetes.io/v1'
    ? undefined
    : items;
}

function checked(values: readonly Value[], file: string | undefined): Value[] {
  const result: Value[] = [];
  for (const value of values) {
    if (isNullOrEmpty(value)) continue;
    if (!isMap(value))
      throw kustomizeError(
        'invalid-resource',
        `${place(file)}expected a resource, found ${Array.isArray(value) ? 'a list' : JSON.stringify(textOf(value))}`,
        placeOf(file),
      );
    const kind = textOf(getOwn(value, 'kind'));
    if (kind === '') throw fail(file, value, 'missing kind');
    if (!kind.endsWith('List')) {
      const metadata = getOwn(value, 'metadata');
      if (textOf(isMap(metadata) ? getOwn(metadata, 'name') : undefined) === '')
        throw fail(file, value, `missing metadata.name in a ${kind}`);
    }
    dropIndexAnnotations(value);
    result.push(value);
  }
  return result;
}

/** Annotations that tell functions where a document was; the reader drops them. */
function dropIndexAnnotations(value: ValueMap): void {
  const metadata = getOwn(value, 'metadata');
  const annotations = isMap(metadata) ? getOwn(metadata, 'annotations') : undefined;
  if (!isMap(annotations)) return;
  for (const key of BUILD_ANNOTATIONS) if (Object.hasOwn(annotations, key)) delete annotations[key];
  if (Object.keys(annotations).length === 0 && isMap(metadata)) setOwn(metadata, 'annotations', annotations);
}

const BUILD_ANNOTATIONS = [
  'config.kubernetes.io/index',
  'config.kubernetes.io/path',
  'config.k8s.io/id',
  'internal.config.kubernetes.io/index',
  'internal.config.kubernetes.io/path',
  'internal.config.kubernetes.io/seqindent',
  'internal.config.kubernetes.io/id',
  'internal.config.kubernetes.io/annotations-migration-resource-id',
] as const;

function place(file: string | undefined): string {
  return file === undefined ? '' : `${file}: `;
}

function placeOf(file: string | undefined): { file: string } | Record<string, never> {
  return file === undefined ? {} : { file };
}

function fail(file: string | undefined, value: ValueMap, problem: string): Error {
  const metadata = getOwn(value, 'metadata');
  const name = isMap(metadata) ? textOf(getOwn(metadata, 'name')) : '';
  const object = [textOf(getOwn(value, 'kind')), name].filter((part) => part !== '').join(' ');
  return kustomizeError(
    'invalid-resource',
    `${place(file)}${problem}${object === '' ? '' : ` (${object})`}`,
    {
      ...placeOf(file),
      ...(object === '' ? {} : { object }),
    },
  );
}
