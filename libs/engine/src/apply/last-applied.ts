import { isJsonObject } from '@lotse/manifests';
import type { FieldType } from '../registry/field-type.js';
import type { StoredObject } from '../store/stored-object.js';
import { compareFields } from './compare-fields.js';
import { FieldSet } from './field-set.js';
import { fieldsOf } from './fields-of.js';

/** The manager under which `kubectl apply --server-side` writes: it takes over from client-side apply. */
export const KUBECTL = 'kubectl';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** All annotations of an object together may be this long (apimachinery TotalAnnotationSizeLimitB). */
const LONGEST_ANNOTATION = 256 * 1024;

/**
 * The fields that the last client-side apply set and that are still as it set them: kubectl may change them although
 * another manager has them, because that was kubectl too (fieldmanager/lastappliedmanager.go). None when that is not known.
 */
export function lastAppliedFields(live: StoredObject, type: FieldType): FieldSet {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (!text) return FieldSet.EMPTY;
  let applied: unknown;
  try {
    applied = JSON.parse(text);
  } catch {
    return FieldSet.EMPTY;
  }
  if (!isJsonObject(applied) || applied['apiVersion'] !== live.apiVersion) return FieldSet.EMPTY;
  const { added, modified, removed } = compareFields(applied, live, type);
  return fieldsOf(applied, type).difference(modified).difference(added).difference(removed);
}

/** Keeps the record of client-side apply up to date where there is one, so that going back to it is safe. */
export function withLastApplied(object: StoredObject, configuration: StoredObject): StoredObject {
  const { annotations } = object.metadata;
  if (annotations?.[LAST_APPLIED] === undefined) return object;
  const { managedFields: _, annotations: given, ...metadata } = configuration.metadata;
  const { [LAST_APPLIED]: __, ...others } = given ?? {};
  const record = `${JSON.stringify({ ...configuration, metadata: { ...metadata, annotations: others } })}\n`;
  const next = record.length > LONGEST_ANNOTATION ? '' : record;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: next } },
  };
}
