import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import { newMetric, oldMetric, withSource } from './autoscaling-v2beta1.js';

/* What autoscaling/v1 has no fields for, as the text of annotations (pkg/apis/autoscaling/v1/conversion.go). */

/** The fields of each source in the order in which Go writes them; `$` is `target` in what is wanted and `current` in what is seen. */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  object: ['target', 'metricName', '$Value', 'selector', 'averageValue'],
  pods: ['metricName', '$AverageValue', 'selector'],
  resource: ['name', '$AverageUtilization', '$AverageValue'],
  containerResource: ['name', '$AverageUtilization', '$AverageValue', 'container'],
  external: ['metricName', 'metricSelector', '$Value', '$AverageValue'],
};

/** Levels of a behaviour that are read; it has four. */
const DEEPEST_BEHAVIOR = 16;

/** Metrics that are wanted, as an annotation holds them. */
export function metricsText(metrics: readonly JsonObject[]): string {
  return JSON.stringify(metrics.map((metric) => inOrder(withValue(oldMetric(metric), metric), 'target')));
}

/** Metrics that were seen, as an annotation holds them. */
export function currentMetricsText(metrics: readonly JsonObject[]): string {
  return JSON.stringify(metrics.map((metric) => inOrder(oldStatus(metric), 'current')));
}

/** The metrics that an annotation asks for; none when anybody has written something else into it. */
export function readMetrics(text: string | undefined): JsonObject[] {
  return listOf(text).map((metric) => (isOld(metric) ? newMetric(metric) : metric));
}

/** The metrics that an annotation says were seen. */
export function readCurrentMetrics(text: string | undefined): JsonObject[] {
  return listOf(text).map((metric) => (isOldStatus(metric) ? newStatus(metric) : metric));
}

/** A behaviour as Go writes a type that has no names for JSON. */
export function behaviorText(behavior: JsonObject): string {
  const rules = (given: JsonValue | undefined): JsonValue => {
    if (!isJsonObject(given)) return null;
    const { stabilizationWindowSeconds = null, selectPolicy = null, policies, tolerance = null } = given;
    const written = (Array.isArray(policies) ? policies : []).filter(isJsonObject);
    return {
      StabilizationWindowSeconds: stabilizationWindowSeconds,
      SelectPolicy: selectPolicy,
      Policies: Array.isArray(policies)
        ? written.map(({ type = '', value = 0, periodSeconds = 0 }) => ({
            Type: type,
            Value: value,
            PeriodSeconds: periodSeconds,
          }))
        : null,
      Tolerance: tolerance,
    };
  };
  return JSON.stringify({ ScaleUp: rules(behavior['scaleUp']), ScaleDown: rules(behavior['scaleDown']) });
}

/** The behaviour that an annotation asks for; undefined when it holds something else. */
export function readBehavior(text: string | undefined): JsonObject | undefined {
  const value = parsed(text);
  const read = isJsonObject(value) ? withSmallNames(value) : undefined;
  return isJsonObject(read) ? read : undefined;
}

/** The items of a list that an annotation holds. */
export function listOf(text: string | undefined): JsonObject[] {
  const value = parsed(text);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function parsed(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Go reads names in any case; what holds nothing is not there. */
function withSmallNames(value: JsonValue, depth = 0): JsonValue {
  if (depth > DEEPEST_BEHAVIOR) return null;
  if (Array.isArray(value)) return value.map((one) => withSmallNames(one, depth + 1));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) =>
      one === null || one === undefined
        ? []
        : [[key.charAt(0).toLowerCase() + key.slice(1), withSmallNames(one, depth + 1)]],
    ),
  );
}

/** Here the value that is not there is nothing, not the average. */
function withValue(old: JsonObject, metric: JsonObject): JsonObject {
  const { target } = sourceOf(metric);
  const isThere = isJsonObject(target) && target['value'] !== undefined;
  return withSource(old, (source, kind) =>
    kind === 'object' && !isThere ? { ...source, targetValue: '0' } : source,
  );
}

function inOrder(metric: JsonObject, what: 'target' | 'current'): JsonObject {
  const { type = '', ...rest } = withSource(metric, (source, kind) =>
    Object.fromEntries(
      (ORDER[kind] ?? [])
        .map((name) => (name.startsWith('$') ? `${what}${name.slice(1)}` : name))
        .flatMap((name) => (source[name] === undefined ? [] : [[name, source[name]]])),
    ),
  );
  return { type, ...rest };
}

function sourceOf(metric: JsonObject): JsonObject {
  let found: JsonObject = {};
  withSource(metric, (source) => (found = source));
  return found;
}

/** Whether a metric still has its target spread over its fields. */
function isOld(metric: JsonObject): boolean {
  const { metric: measured, target } = sourceOf(metric);
  const isResource = metric['type'] === 'Resource' || metric['type'] === 'ContainerResource';
  return !isJsonObject(measured) && !(isResource && isJsonObject(target));
}

const isOldStatus = (metric: JsonObject): boolean => !isJsonObject(sourceOf(metric)['current']);

const oldStatus = (metric: JsonObject): JsonObject =>
  withSource(metric, ({ name, container, describedObject, metric: measured, current }, kind) => {
    const { averageUtilization, averageValue, value } = isJsonObject(current) ? current : {};
    const { name: metricName, selector } = isJsonObject(measured) ? measured : {};
    const isOfValue = kind === 'object' || kind === 'external';
    return {
      ...(name !== undefined && { name }),
      ...(container !== undefined && { container }),
      ...(describedObject !== undefined && { target: describedObject }),
      ...(metricName !== undefined && { metricName }),
      ...(selector !== undefined && { [kind === 'external' ? 'metricSelector' : 'selector']: selector }),
      ...(averageUtilization !== undefined && { currentAverageUtilization: averageUtilization }),
      ...(isOfValue && { currentValue: value ?? '0' }),
      ...(kind === 'object'
        ? averageValue !== undefined && { averageValue }
        : (averageValue !== undefined || !isOfValue) && { currentAverageValue: averageValue ?? '0' }),
    };
  });

const newStatus = (metric: JsonObject): JsonObject =>
  withSource(metric, (source, kind) => {
    const {
      name,
      container,
      target,
      metricName,
      metricSelector,
      selector = metricSelector,
      currentAverageUtilization: averageUtilization,
      currentAverageValue,
      averageValue = currentAverageValue,
      currentValue: value,
    } = source;
    const current = {
      ...(averageUtilization !== undefined && { averageUtilization }),
      ...(averageValue !== undefined && { averageValue }),
      ...(value !== undefined && { value }),
    };
    if (kind === 'resource' || kind === 'containerResource')
      return { name: name ?? '', ...(container !== undefined && { container }), current };
    return {
      ...(kind === 'object' && target !== undefined && { describedObject: target }),
      metric: { name: metricName ?? '', ...(selector !== undefined && { selector }) },
      current,
    };
  });
