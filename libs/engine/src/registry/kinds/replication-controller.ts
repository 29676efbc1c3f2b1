import type { ReplicationController } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { invalidValue, required } from '../field-errors.js';
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
    const errors = [
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...validatePodTemplate(spec.template, 'spec.template'),
    ];
    const labels = spec.template?.metadata?.labels;
    if (Object.keys(spec.selector ?? {}).length === 0) errors.push(required('spec.selector'));
    else if (!matchesSelector({ matchLabels: spec.selector ?? {} }, labels))
      errors.push(
        invalidValue(
          'spec.template.metadata.labels',
          labels ?? null,
          '`selector` does not match template `labels`',
        ),
      );
    return errors;
  },
  defaultPropagation: 'Orphan',
  selectableFields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
  validateStatus: validateReplicationControllerStatus,
};
