import type { DownwardAPIVolumeFile, KeyToPath, Volume, VolumeProjection } from '../../types/index.js';
import type { FieldError } from '../../api/api-error.js';
import { forbiddenField, invalidValue, required } from '../field-errors.js';
import { FIELDS_OF_FILES, validateFieldRef, validateResourceFieldRef } from './environment.js';
import { fileMode, unreservedPath } from './paths.js';
import type { Sent } from './sent.js';

type Projected = NonNullable<Volume['projected']>;

const SHORTEST_TOKEN_SECONDS = 600;
const LONGEST_TOKEN_SECONDS = 2 ** 32;

/** Which keys become which files. */
export function validateItems(items: readonly KeyToPath[] = [], field = ''): FieldError[] {
  return items.flatMap(({ key, path = '', mode }: Sent<KeyToPath>, index) => [
    ...(key ? [] : [required(`${field}[${index}].key`)]),
    ...(path ? [] : [required(`${field}[${index}].path`)]),
    ...unreservedPath(path, `${field}[${index}].path`),
    ...fileMode(mode, `${field}[${index}].mode`),
  ]);
}

/** A file that tells the pod about itself. */
export function validateDownwardFile(file: DownwardAPIVolumeFile, field: string): FieldError[] {
  const { path = '', fieldRef, resourceFieldRef, mode } = file as Sent<DownwardAPIVolumeFile>;
  const errors = path ? [] : [required(`${field}.path`)];
  errors.push(...unreservedPath(path, `${field}.path`));
  if (fieldRef) {
    errors.push(...validateFieldRef(fieldRef, `${field}.fieldRef`, FIELDS_OF_FILES));
    if (resourceFieldRef)
      errors.push(
        invalidValue(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
      );
  } else if (resourceFieldRef)
    errors.push(...validateResourceFieldRef(resourceFieldRef, `${field}.resourceFieldRef`, true));
  else errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...fileMode(mode, `${field}.mode`)];
}

/** Several sources in one folder: no two files of one name (validateProjectionSources). */
export function validateProjected({ defaultMode, sources }: Projected, field: string): FieldError[] {
  const errors = fileMode(defaultMode, `${field}.defaultMode`);
  const paths = new Set<string>();
  const once = (path: string, shown: string = path) => {
    if (paths.has(path)) errors.push(invalidValue(field, shown, 'conflicting duplicate paths'));
    paths.add(path);
  };
  for (const [index, source] of (sources ?? []).entries()) {
    const at = `${field}.sources[${index}]`;
    for (const kind of ['secret', 'configMap'] as const) {
      const from = source[kind];
      if (!from) continue;
      if (!from.name) errors.push(required(`${at}.${kind}.name`));
      for (const [place, item] of (from.items ?? []).entries()) {
        errors.push(
          ...validateItems([item]).map((error) => ({
            ...error,
            field: error.field.replace('[0]', `${at}.${kind}.items[${place}]`),
          })),
        );
        if (item.path) once(item.path, from.name ?? '');
      }
    }
    for (const file of source.downwardAPI?.items ?? []) {
      errors.push(...validateDownwardFile(file, `${at}.downwardAPI`));
      if (file.path) once(file.path);
    }
    errors.push(...validateToken(source.serviceAccountToken, `${at}.serviceAccountToken`, field));
    if (Object.values(source).filter(Boolean).length > 1)
      errors.push(forbiddenField(at, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}

function validateToken(
  token: VolumeProjection['serviceAccountToken'],
  field: string,
  volume: string,
): FieldError[] {
  if (!token) return [];
  const { expirationSeconds = 0, path } = token;
  const errors: FieldError[] = [];
  const at = `${field}.expirationSeconds`;
  if (expirationSeconds < SHORTEST_TOKEN_SECONDS)
    errors.push(invalidValue(at, expirationSeconds, 'may not specify a duration less than 10 minutes'));
  if (expirationSeconds > LONGEST_TOKEN_SECONDS)
    errors.push(invalidValue(at, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'));
  return [...errors, ...(path ? unreservedPath(path, `${volume}.path`) : [required(`${volume}.path`)])];
}
