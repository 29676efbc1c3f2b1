import type { HorizontalPodAutoscaler, HPAScalingRules } from '../../types/index.js';
import { invalidValue, notSupported, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import type { Strategy } from '../resource.js';

const CPU_80 = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};
const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

const scaleUp = (rules: HPAScalingRules): HPAScalingRules =>
  fill(rules, {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  });

const scaleDown = (rules: HPAScalingRules): HPAScalingRules =>
  fill(rules, { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] });

/** autoscaling/v2 HorizontalPodAutoscaler. */
export const horizontalPodAutoscalerStrategy: Strategy<HorizontalPodAutoscaler> = {
  generation: false,
  defaults: (autoscaler) =>
    within(autoscaler, 'spec', (spec) => {
      const metrics = (spec.metrics ?? []).length === 0 ? { ...spec, metrics: [CPU_80] } : spec;
      return within(fill(metrics, { minReplicas: 1 }), 'behavior', (behavior) =>
        within(
          within(fill(behavior, { scaleUp: {}, scaleDown: {} }), 'scaleUp', scaleUp),
          'scaleDown',
          scaleDown,
        ),
      );
    }),
  validate({ spec }) {
    if (!spec) return [required('spec')];
    const errors = [];
    // A client may have left out what the types say is always there.
    const { minReplicas = 1, maxReplicas = 0, scaleTargetRef } = spec as Partial<typeof spec>;
    if (!scaleTargetRef?.kind) errors.push(required('spec.scaleTargetRef.kind'));
    if (!scaleTargetRef?.name) errors.push(required('spec.scaleTargetRef.name'));
    if (minReplicas < 1)
      errors.push(invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
    if (maxReplicas < 1) errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
    if (maxReplicas < minReplicas)
      errors.push(
        invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'),
      );
    for (const [index, { type = '' }] of (spec.metrics ?? []).entries())
      if (!METRIC_TYPES.includes(type))
        errors.push(notSupported(`spec.metrics[${index}].type`, type, METRIC_TYPES));
    return errors;
  },
};
