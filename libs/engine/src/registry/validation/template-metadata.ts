import type { ObjectMeta } from '@lotse/manifests';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField } from '../field-errors.js';
import { validateAnnotations, validateLabels } from './metadata.js';

/** What a template says nothing of, in the order of Go's struct. */
const UNSUPPORTED = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const satisfies readonly (keyof ObjectMeta)[];

/** Metadata of what is made from a template: labels and annotations (ValidateTemplateObjectMeta). */
export function validateTemplateMetadata(metadata: ObjectMeta | undefined, field: string): FieldError[] {
  return [
    ...validateAnnotations(metadata?.annotations, `${field}.annotations`),
    ...validateLabels(metadata?.labels, `${field}.labels`),
    ...UNSUPPORTED.filter((key) => metadata?.[key] !== undefined).map((key) =>
      // Kubernetes makes the name of Go's field small.
      forbiddenField(`${field}.${key === 'uid' ? 'uID' : key}`, 'cannot be set'),
    ),
  ];
}
