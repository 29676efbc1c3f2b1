import type { JsonObject, JsonValue } from '@lotse/manifests';
import type { PatchKind } from '../clients/client.js';
import { DecodeError } from '../registry/decode-object.js';
import type { ResourceInfo } from '../registry/resource.js';
import { isApiError } from './api-error.js';
import { checkTypes } from './decode-given.js';
import { validateFields, type FieldValidation, type GivenObject } from './field-validation.js';
import { misfitPatch } from './patch-errors.js';

/** A patch and the kind it is of. */
export interface GivenPatch {
  readonly kind: PatchKind;
  readonly value: JsonValue;
}

/** As `validateFields`, for what a patch has made: a value that does not fit, and in strict mode an unknown field, is the patch's fault. */
export function validatePatched(
  resource: ResourceInfo,
  given: GivenObject,
  validation: FieldValidation,
  { kind, value }: GivenPatch,
): readonly string[] {
  const patched = given.object as unknown as JsonObject;
  try {
    checkTypes(resource, given.object);
    return validateFields(resource, given, validation);
  } catch (error) {
    if (error instanceof DecodeError)
      throw misfitPatch(kind, value, patched, kind === 'strategic' ? error.converted : error.message);
    const strict = isApiError(error, 'BadRequest') && /strict decoding error: .*/s.exec(error.message);
    throw strict ? misfitPatch(kind, value, patched, strict[0]) : error;
  }
}
