import type { ObjectMeta } from '@lotse/manifests';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField, IMMUTABLE, invalidEach, invalidValue, required, tooLong } from '../field-errors.js';
import { labelValueProblems, qualifiedNameProblems } from '../names.js';

/** All annotations of an object together, in bytes (apimachinery api/validation). */
export const LARGEST_ANNOTATIONS = 256 * 1024;

/** Labels as a map field of any object: of itself, of a template, of a node selector. */
export function validateLabels(labels: Record<string, string> | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels ?? {})) {
    for (const problem of qualifiedNameProblems(key)) errors.push(invalidValue(field, key, problem));
    for (const problem of labelValueProblems(value)) errors.push(invalidValue(field, value, problem));
  }
  return errors;
}

/** Annotation keys and their total size. */
export function validateAnnotations(
  annotations: Record<string, string> | undefined,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const problem of qualifiedNameProblems(key.toLowerCase()))
      errors.push(invalidValue(field, key, problem));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > LARGEST_ANNOTATIONS) errors.push(tooLong(field, LARGEST_ANNOTATIONS));
  return errors;
}

/** What holds for the metadata of every object. */
export function validateMetadata(
  metadata: ObjectMeta,
  namespaced: boolean,
  nameProblems: (name: string) => string[],
): FieldError[] {
  const errors: FieldError[] = [];
  if (metadata.generateName) {
    // The part that will be added makes a trailing dash fine.
    for (const problem of nameProblems(metadata.generateName.replace(/(?<=.)-$/s, 'a')))
      errors.push(invalidValue('metadata.generateName', metadata.generateName, problem));
  }
  if (!metadata.name) errors.push(required('metadata.name', 'name or generateName is required'));
  else
    for (const problem of nameProblems(metadata.name))
      errors.push(invalidValue('metadata.name', metadata.name, problem));
  if (namespaced && !metadata.namespace) errors.push(required('metadata.namespace'));
  if (!namespaced && metadata.namespace)
    errors.push(forbiddenField('metadata.namespace', 'not allowed on this type'));
  if ((metadata.generation ?? 0) < 0)
    errors.push(
      invalidValue('metadata.generation', metadata.generation, 'must be greater than or equal to 0'),
    );
  errors.push(
    ...validateLabels(metadata.labels, 'metadata.labels'),
    ...validateAnnotations(metadata.annotations, 'metadata.annotations'),
    ...validateOwners(metadata),
    ...validateFinalizers(metadata),
  );
  return errors;
}

/** What may not change in the metadata of an object. */
export function validateMetadataUpdate(metadata: ObjectMeta, old: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (metadata.name !== old.name) errors.push(invalidValue('metadata.name', metadata.name, IMMUTABLE));
  if (metadata.namespace !== old.namespace)
    errors.push(invalidValue('metadata.namespace', metadata.namespace, IMMUTABLE));
  for (const key of ['deletionTimestamp', 'deletionGracePeriodSeconds'] as const)
    if (metadata[key] !== old[key]) errors.push(invalidValue(`metadata.${key}`, metadata[key], IMMUTABLE));
  if (old.deletionTimestamp) {
    const before = new Set(old.finalizers);
    const added = (metadata.finalizers ?? []).filter((finalizer) => !before.has(finalizer));
    if (added.length > 0) {
      const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
      errors.push(
        forbiddenField(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
        ),
      );
    }
  }
  return errors;
}

function validateOwners({ ownerReferences = [] }: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  const controllers: string[] = [];
  const field = 'metadata.ownerReferences';
  for (const owner of ownerReferences) {
    // A version of several slashes is none that Go can read.
    if (!owner.apiVersion || owner.apiVersion.endsWith('/') || owner.apiVersion.split('/').length > 2)
      errors.push(invalidValue(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
    for (const key of ['kind', 'name', 'uid'] as const) {
      if (!owner[key]) errors.push(invalidValue(`${field}.${key}`, owner[key] ?? '', 'must not be empty'));
    }
    if (owner.kind === 'Event' && owner.apiVersion === 'v1')
      errors.push(invalidValue(field, owner, '/v1, Kind=Event is disallowed from being an owner'));
    if (owner.controller) controllers.push(`${owner.kind}/${owner.name}`);
  }
  if (controllers.length > 1) {
    const text = `Only one reference can have Controller set to true. Found "true" in references for ${controllers[0]} and ${controllers[1]}`;
    errors.push(invalidValue(field, ownerReferences, text));
  }
  return errors;
}

/** Finalizers that need no prefix (pkg/apis/core/helper). */
const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);
/** Groups of other servers than the one that insists on prefixes, and whose kinds came later. */
const LENIENT_GROUPS = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'coordination.k8s.io',
]);

/** Finalizers of Kubernetes' own kinds are qualified or standard ones (pkg/apis/core/validation). */
export function validateQualifiedFinalizers(
  { custom, group, kind }: { readonly custom?: boolean; readonly group: string; readonly kind: string },
  { finalizers = [] }: ObjectMeta,
): FieldError[] {
  if (custom || LENIENT_GROUPS.has(group) || (group === '' && kind === 'Event')) return [];
  return finalizers.flatMap((finalizer, index) =>
    standardOrQualified(finalizer, `metadata.finalizers[${index}]`),
  );
}

/** A finalizer outside of metadata: the kind of name every one is, and a qualified or standard one. */
export function validateFinalizer(finalizer: string, field: string): FieldError[] {
  return [
    ...invalidEach(field, finalizer, qualifiedNameProblems(finalizer)),
    ...standardOrQualified(finalizer, field),
  ];
}

function standardOrQualified(finalizer: string, field: string): FieldError[] {
  return finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)
    ? []
    : [invalidValue(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
}

function validateFinalizers({ finalizers = [] }: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  for (const finalizer of finalizers) {
    for (const problem of qualifiedNameProblems(finalizer))
      errors.push(invalidValue('metadata.finalizers', finalizer, problem));
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(
      invalidValue(
        'metadata.finalizers',
        finalizers,
        'finalizer orphan and foregroundDeletion cannot be both set',
      ),
    );
  }
  return errors;
}
