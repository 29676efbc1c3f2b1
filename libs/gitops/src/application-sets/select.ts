import { getOwn, isJsonObject, type JsonValue } from '@lotse/manifests';
import { generatorError } from './generator-error.js';

/** Does a label selector (`matchLabels`, `matchExpressions`) take these labels? An absent one takes everything. */
export function selects(
  selector: JsonValue | undefined,
  labels: Readonly<Record<string, string>>,
  where: string,
): boolean {
  if (selector === undefined || selector === null) return true;
  if (!isJsonObject(selector)) throw generatorError(where, 'the selector must be an object.');
  const { matchLabels, matchExpressions } = selector;
  if (isJsonObject(matchLabels))
    for (const [key, value] of Object.entries(matchLabels)) if (getOwn(labels, key) !== value) return false;
  if (Array.isArray(matchExpressions))
    for (const [index, expression] of matchExpressions.entries())
      if (!meets(expression, labels, `${where}.matchExpressions[${index}]`)) return false;
  return true;
}

/** Does a selector ask for anything at all? */
export function isSelecting(selector: JsonValue | undefined): boolean {
  if (!isJsonObject(selector)) return false;
  const { matchLabels, matchExpressions } = selector;
  return (
    (isJsonObject(matchLabels) && Object.keys(matchLabels).length > 0) ||
    (Array.isArray(matchExpressions) && matchExpressions.length > 0)
  );
}

function meets(expression: JsonValue, labels: Readonly<Record<string, string>>, where: string): boolean {
  if (!isJsonObject(expression) || typeof expression['key'] !== 'string')
    throw generatorError(where, 'needs a key, an operator and values.');
  const label = getOwn(labels, expression['key']);
  const values = Array.isArray(expression['values']) ? expression['values'] : [];
  const operator = typeof expression['operator'] === 'string' ? expression['operator'] : '';
  switch (operator) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    default:
      throw generatorError(
        where,
        `the operator ${JSON.stringify(operator)} is not In, NotIn, Exists or DoesNotExist.`,
      );
  }
}
