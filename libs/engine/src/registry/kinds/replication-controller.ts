import type { ReplicationController } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { forbiddenField, invalidValue, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import type { Strategy } from '../resource.js';
import { nonNegative } from '../validation/numbers.js';
import { validatePodTemplate } from '../validation/pod-spec.js';
import { matchesSelector } from '../../selectors/label-selector.js';
import { validateReplicationControllerStatus } from '../validation/status/workload-status.js';

/** v1 ReplicationController: its selector and labels come from the template when it has none. */
export const replicationControllerStrategy: Strategy<ReplicationController> = {
  defaults(controller) {
    const labels = controller.spec?.template?.metadata?.labels;
    const filled = within(controller, 'spec', (spec) =>
      within(fill(spec, { replicas: 1, selector: labels }), 'template', defaultPodTemplate),
    );
    return labels && !filled.metadata.labels
      ? { ...filled, metadata: { ...filled.metadata, labels } }
      : filled;
  },
  prepareForCreate: (controller) => ({ ...controller, status: { replicas: 0 } }),
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const { template, selector = {} } = spec;
    const labels = template?.metadata?.labels;
    const isEmpty = Object.keys(selector).length === 0;
    const errors = [
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...(isEmpty ? [required('spec.selector')] : []),
      ...nonNegative(spec.replicas, 'spec.replicas'),
    ];
    if (!template) return [...errors, required('spec.template')];
    if (!isEmpty && !matchesSelector({ matchLabels: selector }, labels))
      errors.push(
        invalidValue(
          'spec.template.metadata.labels',
          labels ?? null,
          '`selector` does not match template `labels`',
        ),
      );
    errors.push(...validatePodTemplate(template, 'spec.template'));
    if (template.spec?.activeDeadlineSeconds !== undefined)
      errors.push(
        forbiddenField(
          'spec.template.spec.activeDeadlineSeconds',
          'activeDeadlineSeconds in ReplicationController is not Supported',
        ),
      );
    return errors;
  },
  defaultPropagation: 'Orphan',
  selectableFields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
  validateStatus: validateReplicationControllerStatus,
};
