import type { FieldError } from '../api/api-error.js';
import { invalidValue, required } from '../registry/field-errors.js';
import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from '../types/index.js';

const ANNOTATION = 'api-approved.kubernetes.io';
const FIELD = `metadata.annotations[${ANNOTATION}]`;
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';
const PROTECTED = /(?:^|\.)(?:k8s|kubernetes)\.io$/;

interface Approval {
  readonly status: 'True' | 'False';
  readonly reason: 'MissingAnnotation' | 'UnapprovedAnnotation' | 'ApprovedAnnotation' | 'InvalidAnnotation';
  readonly message: string;
}

/** Whether the community has approved a definition in one of its groups, as it says itself (apihelpers GetAPIApprovalState). */
function approvalOf({ metadata }: CustomResourceDefinition): Approval {
  const value = metadata.annotations?.[ANNOTATION] ?? '';
  const needed = `protected groups must have approval annotation ${JSON.stringify(ANNOTATION)}`;
  if (value === '') return { status: 'False', reason: 'MissingAnnotation', message: `${needed}, ${SEE}` };
  if (value.startsWith('unapproved'))
    return {
      status: 'False',
      reason: 'UnapprovedAnnotation',
      message: `not approved: ${JSON.stringify(value)}`,
    };
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(value) && URL.canParse(value))
    return { status: 'True', reason: 'ApprovedAnnotation', message: `approved in ${value}` };
  const message = `${needed} with either a URL or a reason starting with "unapproved", ${SEE}`;
  return { status: 'False', reason: 'InvalidAnnotation', message };
}

/** The condition of a definition in a group of the community; undefined for all others. */
export function approvalCondition(
  definition: CustomResourceDefinition,
): (Pick<CustomResourceDefinitionCondition, 'type'> & Approval) | undefined {
  if (!PROTECTED.test(definition.spec.group)) return undefined;
  return { type: 'KubernetesAPIApprovalPolicyConformant', ...approvalOf(definition) };
}

/** Refuses a definition in a group of the community that says nothing about its approval, unless it did so before. */
export function approvalErrors(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  if (!PROTECTED.test(definition.spec?.group ?? '')) return [];
  const { reason, message } = approvalOf(definition);
  if (old && approvalOf(old).reason === reason) return [];
  if (reason === 'MissingAnnotation') return [required(FIELD, message)];
  if (reason !== 'InvalidAnnotation') return [];
  return [invalidValue(FIELD, definition.metadata.annotations?.[ANNOTATION], message)];
}
