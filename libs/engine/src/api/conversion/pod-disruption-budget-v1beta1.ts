import { isJsonObject, type JsonValue } from '@lotse/manifests';
import type { StoredObject } from '../../store/stored-object.js';
import type { OldShape } from './conversion.js';

/** An empty selector was no pod in v1beta1 and is every pod in v1; this one is no pod in both (policy/v1beta1/conversion.go). */
const NO_POD = { key: 'pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match', operator: 'Exists' };

/** policy/v1beta1 PodDisruptionBudget. */
export const DISRUPTION_BUDGET_V1BETA1: OldShape = {
  toStorage(object) {
    const { spec } = object as { spec?: JsonValue };
    if (!isJsonObject(spec) || !isJsonObject(spec['selector'])) return object;
    const { matchLabels, matchExpressions } = spec['selector'];
    if (isJsonObject(matchLabels) && Object.keys(matchLabels).length > 0) return object;
    if (Array.isArray(matchExpressions) && matchExpressions.length > 0) return object;
    return { ...object, spec: { ...spec, selector: { matchExpressions: [NO_POD] } } } as StoredObject;
  },

  fromStorage(object) {
    const { spec } = object as { spec?: JsonValue };
    const selector = isJsonObject(spec) ? spec['selector'] : undefined;
    const [only, ...more] =
      isJsonObject(selector) && Array.isArray(selector['matchExpressions'])
        ? selector['matchExpressions']
        : [];
    const none = isJsonObject(only) && only['key'] === NO_POD.key && more.length === 0;
    return none && isJsonObject(spec)
      ? ({ ...object, spec: { ...spec, selector: {} } } as StoredObject)
      : object;
  },
};
