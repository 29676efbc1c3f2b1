import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import { validateAnnotations, validateLabels } from '../../registry/validation/metadata.js';
import type { StoredObject } from '../../store/stored-object.js';

/** Why what a webhook sent is no conversion; the words are those of the API server (conversion/webhook_converter.go). */
export class ConversionProblem extends Error {}

/** The objects an answer holds. Throws a ConversionProblem when it is no answer to this question. */
export function readConvertedObjects(body: unknown, version: string, uid: string): readonly JsonValue[] {
  const review = isJsonObject(body) ? body : {};
  const isFirst = version === 'v1';
  if (review['kind'] !== 'ConversionReview' || review['apiVersion'] !== `apiextensions.k8s.io/${version}`) {
    const got = `${textOf(review['apiVersion'])}, Kind=${textOf(review['kind'])}`;
    throw new ConversionProblem(
      `failed: expected webhook response of apiextensions.k8s.io/${version}, Kind=ConversionReview, got ${got}`,
    );
  }
  const { response } = review;
  if (!isJsonObject(response)) throw new ConversionProblem('failed: no response provided');
  if (isFirst && response['uid'] !== uid)
    throw new ConversionProblem(
      `failed: expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(textOf(response['uid']))}`,
    );
  const result = isJsonObject(response['result']) ? response['result'] : {};
  const status = textOf(result['status']);
  if (status !== 'Success') {
    const message = textOf(result['message']);
    throw new ConversionProblem(
      `failed: ${message || `response.result.status was '${status}', not 'Success'`}`,
    );
  }
  return Array.isArray(response['convertedObjects']) ? response['convertedObjects'] : [];
}

/**
 * A converted object with the metadata of the original one, but for labels and annotations: nothing else of it is the webhook's to
 * change. `where` names the object in the words of a refusal.
 */
export function acceptConverted(
  original: StoredObject,
  converted: JsonValue | undefined,
  apiVersion: string,
  where: { readonly object: string; readonly metadata: string },
): StoredObject {
  const refuse = (why: string): never => {
    throw new ConversionProblem(`returned invalid ${where.object}: ${why}`);
  };
  const given: JsonObject = isJsonObject(converted) ? converted : refuse('it is not an object');
  const differs = (what: string, expected: string, received: JsonValue | undefined): void => {
    if (textOf(received) !== expected)
      refuse(`invalid ${what} (expected ${expected}, received ${textOf(received)})`);
  };
  differs('groupVersion', apiVersion, given['apiVersion']);
  differs('kind', original.kind, given['kind']);
  const metadata = isJsonObject(given['metadata']) ? given['metadata'] : {};
  for (const [field, label] of [
    ['name', 'name'],
    ['namespace', 'namespace'],
    ['uid', 'UID'],
  ] as const) {
    const expected = original.metadata[field] ?? '';
    const received = textOf(metadata[field]);
    if (expected !== received) refuse(`must have the same ${label}: ${expected} != ${received}`);
  }
  try {
    return { ...given, metadata: restored(original, given['metadata']) } as unknown as StoredObject;
  } catch (error) {
    if (!(error instanceof MetadataProblem)) throw error;
    throw new ConversionProblem(`returned invalid ${where.metadata}: ${error.message}`);
  }
}

class MetadataProblem extends Error {}

function restored(original: StoredObject, given: JsonValue | undefined): StoredObject['metadata'] {
  if (given === undefined) throw new MetadataProblem('missing metadata in converted object');
  if (!isJsonObject(given)) throw new MetadataProblem('invalid metadata in converted object');
  const { labels: _, annotations: __, ...kept } = original.metadata;
  return { ...kept, ...textsOf('labels', given, original), ...textsOf('annotations', given, original) };
}

function textsOf(
  field: 'labels' | 'annotations',
  given: JsonObject,
  original: StoredObject,
): Pick<StoredObject['metadata'], 'labels' | 'annotations'> {
  const found = given[field];
  if (found === undefined || found === null) return {};
  if (!isJsonObject(found)) throw new MetadataProblem(`invalid metadata.${field} in converted object`);
  const texts: Record<string, string> = {};
  const before = original.metadata[field] ?? {};
  let isChanged = Object.keys(before).length !== Object.keys(found).length;
  for (const [key, value] of Object.entries(found)) {
    if (typeof value !== 'string')
      throw new MetadataProblem(`metadata.${field}[${key}] must be a string in converted object`);
    Object.defineProperty(texts, key, { value, enumerable: true, configurable: true, writable: true });
    if (!Object.hasOwn(before, key) || before[key] !== value) isChanged = true;
  }
  const errors = !isChanged
    ? []
    : field === 'labels'
      ? validateLabels(texts, 'metadata.labels')
      : validateAnnotations(texts, 'metadata.annotation');
  const [first] = errors;
  if (first) throw new MetadataProblem(`${first.field}: ${first.message}`);
  return { [field]: texts };
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
