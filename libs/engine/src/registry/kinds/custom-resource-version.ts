import type { FieldError } from '../../api/api-error.js';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
} from '../../types/index.js';
import { invalidValue, required } from '../field-errors.js';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
/** Characters of a deprecation warning. */
const LONGEST_WARNING = 256;

/** What is wrong with a version of a definition beside its schema (apiextensions validateCustomResourceDefinitionVersion). */
export function versionErrors(version: CustomResourceDefinitionVersion, at: string): FieldError[] {
  const { deprecated, deprecationWarning, subresources, additionalPrinterColumns = [] } = version;
  const problems: string[] = [];
  if (deprecationWarning !== undefined) {
    if (deprecated !== true) problems.push('can only be set for deprecated versions');
    else if (deprecationWarning.length > LONGEST_WARNING)
      problems.push(`must be <= ${LONGEST_WARNING} characters long`);
    else if (deprecationWarning === '') problems.push('must not be an empty string');
  }
  return [
    ...problems.map((problem) => invalidValue(`${at}.deprecationWarning`, deprecationWarning, problem)),
    ...(subresources?.scale ? scaleErrors(subresources.scale, `${at}.subresources.scale`) : []),
    ...additionalPrinterColumns.flatMap((column, index) =>
      columnErrors(column, `${at}.additionalPrinterColumns[${index}]`),
    ),
  ];
}

function columnErrors(
  { name, type, format, jsonPath }: Partial<CustomResourceColumnDefinition>,
  at: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${at}.name`));
  const oneOf = (known: readonly string[]): string => `must be one of ${known.join(',')}`;
  if (!type) errors.push(required(`${at}.type`, oneOf(COLUMN_TYPES)));
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalidValue(`${at}.type`, type, oneOf(COLUMN_TYPES)));
  if (format && !COLUMN_FORMATS.includes(format))
    errors.push(invalidValue(`${at}.format`, format, oneOf(COLUMN_FORMATS)));
  // The field's older name, by which the API server knows it.
  if (!jsonPath) errors.push(required(`${at}.JSONPath`));
  else errors.push(...pathErrors(jsonPath, `${at}.JSONPath`));
  return errors;
}

function scaleErrors(scale: Partial<CustomResourceSubresourceScale>, at: string): FieldError[] {
  const errors: FieldError[] = [];
  const under = (path: string, field: string, parts: readonly string[], text: string): void => {
    const wrong = pathErrors(path, field);
    if (wrong.length > 0) errors.push(...wrong);
    else if (!parts.some((part) => path.startsWith(part)))
      errors.push(invalidValue(field, path, `should be a json path under ${text}`));
  };
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  if (!specReplicasPath) errors.push(required(`${at}.specReplicasPath`));
  else under(specReplicasPath, `${at}.specReplicasPath`, ['.spec.'], '.spec');
  if (!statusReplicasPath) errors.push(required(`${at}.statusReplicasPath`));
  else under(statusReplicasPath, `${at}.statusReplicasPath`, ['.status.'], '.status');
  if (labelSelectorPath)
    under(labelSelectorPath, `${at}.labelSelectorPath`, ['.spec.', '.status.'], 'either .spec or .status');
  return errors;
}

/** Nothing but the beginning is looked at (validateSimpleJSONPath): a table leaves out what can't be read. */
function pathErrors(path: string, field: string): FieldError[] {
  return path.startsWith('.')
    ? []
    : [invalidValue(field, path, 'must be a simple json path starting with .')];
}
