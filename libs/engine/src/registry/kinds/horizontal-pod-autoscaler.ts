import type { HorizontalPodAutoscaler, HPAScalingRules } from '../../types/index.js';
import { fill, fillUnset, within } from '../fill.js';
import type { Strategy } from '../resource.js';
import { validateAutoscalerSpec } from './horizontal-pod-autoscaler-rules.js';
import { validateCounts } from '../validation/status/counts.js';

const CPU_80 = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};

const scaleUp = (rules: HPAScalingRules): HPAScalingRules =>
  fillUnset(rules, {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  });

const scaleDown = (rules: HPAScalingRules): HPAScalingRules =>
  fillUnset(rules, { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] });

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
  prepareForCreate: (autoscaler) => ({ ...autoscaler, status: { desiredReplicas: 0 } }),
  validate: ({ spec }) => validateAutoscalerSpec(spec ?? {}),
  validatesUpdateAlone: true,
  validateUpdate: ({ spec }, old) => validateAutoscalerSpec(spec ?? {}, old.spec),
  validateStatus: ({ status }) => validateCounts(status ?? {}, ['currentReplicas', 'desiredReplicas']),
};
