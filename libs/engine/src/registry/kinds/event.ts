import type { FieldError } from '../../api/api-error.js';
import type { Event } from '../../types/index.js';
import { invalidEach, invalidValue, required } from '../field-errors.js';
import { dnsSubdomainProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { labelName } from '../validation/paths.js';

/** Longest texts of an event that says when it happened (core/validation/events.go). */
const LONGEST = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

const elsewhere = (namespace: string): FieldError =>
  invalidValue('involvedObject.namespace', namespace, 'does not match event.namespace');

/** An event is kept where what it is about is; events about the cluster itself in the default namespace. */
function namespaceErrors({ metadata, involvedObject }: Event): FieldError[] {
  const namespace = involvedObject?.namespace ?? '';
  const expected = namespace || 'default';
  return metadata.namespace === expected ? [] : [elsewhere(namespace)];
}

/** Events that say when they happened also say who tells it, and what was done. */
function completeErrors(event: Event): FieldError[] {
  const { metadata, involvedObject, reportingComponent = '' } = event;
  const namespace = involvedObject?.namespace ?? '';
  const isPlaced = namespace !== '' || ['default', 'kube-system'].includes(metadata.namespace ?? '');
  const errors = isPlaced ? [] : [elsewhere(namespace)];
  if (!reportingComponent) errors.push(required('reportingComponent'));
  errors.push(...labelName(reportingComponent, 'reportingComponent'));
  for (const [name, longest] of Object.entries(LONGEST) as [keyof typeof LONGEST, number][]) {
    const text = event[name] ?? '';
    if (!text && name !== 'message') errors.push(required(name));
    if (Buffer.byteLength(text) > longest)
      errors.push(invalidValue(name, '', `can have at most ${longest} characters`));
  }
  return errors;
}

/** v1 Event. */
export const eventStrategy: Strategy<Event> = {
  generation: false,
  allowCreateOnUpdate: true,
  // Events are named after what they are about, whatever its rules are.
  nameProblems: () => [],
  validate: (event) => [
    ...(event.eventTime ? completeErrors(event) : namespaceErrors(event)),
    ...invalidEach(
      'namespace',
      event.metadata.namespace ?? '',
      dnsSubdomainProblems(event.metadata.namespace ?? ''),
    ),
  ],
  selectableFields({ involvedObject: about, reason, type, source, reportingComponent }) {
    return {
      'involvedObject.kind': about?.kind ?? '',
      'involvedObject.namespace': about?.namespace ?? '',
      'involvedObject.name': about?.name ?? '',
      'involvedObject.uid': about?.uid ?? '',
      'involvedObject.apiVersion': about?.apiVersion ?? '',
      'involvedObject.resourceVersion': about?.resourceVersion ?? '',
      'involvedObject.fieldPath': about?.fieldPath ?? '',
      reason: reason ?? '',
      reportingComponent: reportingComponent ?? '',
      source: source?.component || (reportingComponent ?? ''),
      type: type ?? '',
    };
  },
};
