import { isJsonObject, type JsonObject, type JsonValue, type SchemaNode } from '@lotse/manifests';
import type { StoredObject } from '../../store/stored-object.js';
import type { OldShape } from './conversion.js';

/** Its metrics are free of a declared shape: what they become is checked. */
const ANYTHING: SchemaNode = { type: 'object' };
const LIST: SchemaNode = { type: 'array', items: ANYTHING };

/** autoscaling/v2beta1: a metric's target was spread over its fields. */
export const AUTOSCALER_V2BETA1: OldShape = {
  schema: (current) => ({
    ...current,
    properties: {
      ...current.properties,
      spec: {
        type: 'object',
        properties: {
          scaleTargetRef: { ref: 'io.k8s.api.autoscaling.v2.CrossVersionObjectReference' },
          minReplicas: { type: 'integer', format: 'int32' },
          maxReplicas: { type: 'integer', format: 'int32' },
          metrics: LIST,
        },
      },
      status: ANYTHING,
    },
  }),
  toStorage: (object) => withMetrics(object, newMetric),
  fromStorage: (object) => withMetrics(object, oldMetric),
};

function withMetrics(object: StoredObject, change: (metric: JsonObject) => JsonObject): StoredObject {
  const { spec } = object as { spec?: JsonValue };
  if (!isJsonObject(spec) || !Array.isArray(spec['metrics'])) return object;
  const metrics = spec['metrics'].map((metric) => (isJsonObject(metric) ? change(metric) : metric));
  return { ...object, spec: { ...spec, metrics } } as StoredObject;
}

/** Changes the one source that a metric names by its type: `Resource` → `resource`. */
export function withSource(
  metric: JsonObject,
  change: (source: JsonObject, kind: string) => JsonObject,
): JsonObject {
  const type = typeof metric['type'] === 'string' ? metric['type'] : '';
  const kind = type.charAt(0).toLowerCase() + type.slice(1);
  const source = metric[kind];
  return isJsonObject(source) ? { ...metric, [kind]: change(source, kind) } : metric;
}

/** A metric in the shape of today, from the one in which its target was spread over its fields. */
export const newMetric = (metric: JsonObject): JsonObject =>
  withSource(metric, (source, kind) => {
    const {
      name,
      container,
      metricName,
      metricSelector,
      selector = metricSelector,
      target,
      targetAverageUtilization: averageUtilization,
      targetAverageValue,
      averageValue = targetAverageValue,
      targetValue: value,
    } = source;
    const goal = {
      type:
        averageUtilization === undefined
          ? averageValue === undefined
            ? 'Value'
            : 'AverageValue'
          : 'Utilization',
      ...(averageUtilization !== undefined && { averageUtilization }),
      ...(averageValue !== undefined && { averageValue }),
      // A pair of them meant the average; the value was there because it was required.
      ...(value !== undefined && averageValue === undefined && { value }),
    };
    if (kind === 'resource' || kind === 'containerResource')
      return { name: name ?? '', ...(container !== undefined && { container }), target: goal };
    return {
      ...(kind === 'object' && target !== undefined && { describedObject: target }),
      metric: { name: metricName ?? '', ...(selector !== undefined && { selector }) },
      target: goal,
    };
  });

/** The same the other way round. */
export const oldMetric = (metric: JsonObject): JsonObject =>
  withSource(metric, ({ name, container, describedObject, metric: measured, target }, kind) => {
    const { averageUtilization, averageValue, value } = isJsonObject(target) ? target : {};
    const { name: metricName, selector } = isJsonObject(measured) ? measured : {};
    const isObject = kind === 'object';
    return {
      ...(name !== undefined && { name }),
      ...(container !== undefined && { container }),
      ...(describedObject !== undefined && { target: describedObject }),
      ...(metricName !== undefined && { metricName }),
      ...(selector !== undefined && { [kind === 'external' ? 'metricSelector' : 'selector']: selector }),
      ...(averageUtilization !== undefined && { targetAverageUtilization: averageUtilization }),
      ...(averageValue !== undefined && { [isObject ? 'averageValue' : 'targetAverageValue']: averageValue }),
      ...(value !== undefined ? { targetValue: value } : isObject && { targetValue: averageValue ?? '0' }),
    };
  });
