import type { FieldError } from '../../api/api-error.js';
import type { RuntimeClass, Toleration } from '../../types/index.js';
import { duplicate, IMMUTABLE, invalidEach, invalidValue, required } from '../field-errors.js';
import { dnsLabelProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { validateLabels } from '../validation/metadata.js';
import { validateResources } from '../validation/resources.js';
import { validateTolerations } from '../validation/tolerations.js';

/** node.k8s.io/v1 RuntimeClass (pkg/apis/node/validation). */
export const runtimeClassStrategy: Strategy<RuntimeClass> = {
  generation: false,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  validate({ handler, overhead, scheduling }) {
    const errors: FieldError[] = handler
      ? invalidEach('handler', handler, dnsLabelProblems(handler))
      : [required('handler')];
    if (overhead) errors.push(...validateResources({ limits: overhead.podFixed ?? {} }, 'overhead'));
    const { nodeSelector, tolerations = [] } = scheduling ?? {};
    return [
      ...errors,
      ...validateLabels(nodeSelector, 'scheduling.nodeSelector'),
      ...validateTolerations(tolerations, 'scheduling.tolerations'),
      ...repeatedTolerations(tolerations),
    ];
  },
  validateUpdate: ({ handler }, old) =>
    handler === old.handler ? [] : [invalidValue('handler', handler, IMMUTABLE)],
};

function repeatedTolerations(tolerations: readonly Toleration[]): FieldError[] {
  const seen = new Set<string>();
  return tolerations.flatMap((toleration, index) => {
    const { key, operator, value, effect } = toleration;
    const identity = JSON.stringify([key, operator, value, effect]);
    const isRepeated = seen.has(identity);
    seen.add(identity);
    return isRepeated ? [duplicate(`scheduling.tolerations[${index}]`, toleration)] : [];
  });
}
