import { isJsonObject, type JsonValue } from '@lotse/manifests';
import { DecodeError, decodeObject } from '../registry/decode-object.js';
import { invalidValue } from '../registry/field-errors.js';
import { fieldTypeOf } from '../registry/field-type.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import { invalid, isApiError, type ApiError } from './api-error.js';
import { validateFields, type FieldValidation, type GivenObject } from './field-validation.js';

/** Characters of a patch that are shown in its refusal. */
const SHOWN_CHARS = 2000;
const SHOWN_LEVELS = 20;

/** As `validateFields`, for what a strategic merge patch has made: a value that does not fit is the patch's fault. */
export function validateMerged(
  resource: ResourceInfo,
  given: GivenObject,
  validation: FieldValidation,
  patch: JsonValue,
): readonly string[] {
  try {
    return validateFields(resource, given, validation);
  } catch (error) {
    throw (isApiError(error, 'BadRequest') && misfit(resource, given.object, patch)) || error;
  }
}

function misfit(resource: ResourceInfo, object: StoredObject, patch: JsonValue): ApiError | undefined {
  try {
    decodeObject(object, fieldTypeOf(resource), resource);
    return undefined;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const shown = goText(patch).slice(0, SHOWN_CHARS);
    return invalid({ group: '', resource: '', kind: '' }, '', [
      invalidValue('patch', shown, error.converted),
    ]);
  }
}

/** A value as Go's `%+v` prints it, as far down as anyone reads. */
function goText(value: JsonValue | undefined, depth = 0): string {
  if (depth > SHOWN_LEVELS) return '...';
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map((one) => goText(one, depth + 1)).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  const entries = Object.keys(value)
    .toSorted()
    .map((key) => `${key}:${goText(value[key], depth + 1)}`);
  return `map[${entries.join(' ')}]`;
}
