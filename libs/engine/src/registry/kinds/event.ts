import type { Event } from '../../types/index.js';
import { forbiddenField } from '../field-errors.js';
import type { Strategy } from '../resource.js';

/** v1 Event. */
export const eventStrategy: Strategy<Event> = {
  generation: false,
  allowCreateOnUpdate: true,
  // Events are named after what they are about, whatever its rules are.
  nameProblems: () => [],
  validate({ metadata, involvedObject }) {
    const namespace = involvedObject?.namespace;
    return namespace && namespace !== metadata.namespace
      ? [forbiddenField('involvedObject.namespace', 'does not match event.namespace')]
      : [];
  },
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
