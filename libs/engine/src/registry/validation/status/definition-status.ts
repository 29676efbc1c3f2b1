import type { FieldError } from '../../../api/api-error.js';
import type { CustomResourceDefinition } from '../../../types/index.js';
import { invalidValue } from '../../field-errors.js';
import { dns1035Problems } from '../../names.js';

const MIXED = 'may have mixed case, but should otherwise match: ';

/** Names a definition has got (ValidateCustomResourceDefinitionStatus); those of a refused one are empty. */
export function validateDefinitionStatus({ status }: CustomResourceDefinition): FieldError[] {
  const {
    plural = '',
    singular = '',
    kind = '',
    listKind = '',
    shortNames = [],
    categories = [],
  } = status?.acceptedNames ?? {};
  const at = 'status.acceptedNames';
  return [
    ...nameErrors(plural, `${at}.plural`),
    ...nameErrors(singular, `${at}.singular`),
    ...nameErrors(kind, `${at}.kind`, MIXED),
    ...nameErrors(listKind, `${at}.listKind`, MIXED),
    ...shortNames.flatMap((name, index) => listedErrors(name, `${at}.shortNames[${index}]`)),
    ...(kind && kind === listKind
      ? [invalidValue(`${at}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...categories.flatMap((name, index) => listedErrors(name, `${at}.categories[${index}]`)),
  ];
}

function nameErrors(name: string, field: string, mixed = ''): FieldError[] {
  if (!name) return [];
  const problems = dns1035Problems(mixed ? name.toLowerCase() : name);
  return problems.length > 0 ? [invalidValue(field, name, `${mixed}${problems.join(',')}`)] : [];
}

function listedErrors(name: string, field: string): FieldError[] {
  const problems = dns1035Problems(name);
  return problems.length > 0 ? [invalidValue(field, name, problems.join(','))] : [];
}
