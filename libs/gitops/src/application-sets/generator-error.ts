import { CodedError } from '@lotse/manifests';

/** Why nothing was generated: where in the specification, and what to do. */
export function generatorError(where: string, message: string): CodedError {
  return new CodedError('applicationset_generator_invalid', `${where}: ${message}`);
}
