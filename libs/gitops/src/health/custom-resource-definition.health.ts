import type { HealthCheck } from './check.js';
import { listAt, textAt } from './read.js';

/** CustomResourceDefinition: healthy once its names are accepted, its schema is structural and it is established. */
export const customResourceDefinitionHealth: HealthCheck = (object) => {
  const conditions = listAt(object, 'status', 'conditions');
  if (conditions.length === 0) return { status: 'Progressing', message: 'Status conditions not found' };
  let established = false;
  for (const condition of conditions) {
    const type = textAt(condition, 'type');
    const status = textAt(condition, 'status');
    if (type === 'NamesAccepted' && status === 'False') {
      return {
        status: 'Degraded',
        message: `CRD names have not been accepted: ${textAt(condition, 'message')}`,
      };
    }
    if (type === 'NonStructuralSchema' && status === 'True') {
      return { status: 'Degraded', message: `Schema violations found: ${textAt(condition, 'message')}` };
    }
    if (type === 'Established' && status === 'True') established = true;
  }
  return established
    ? { status: 'Healthy', message: 'CRD is healthy' }
    : { status: 'Degraded', message: 'CRD is not established' };
};
