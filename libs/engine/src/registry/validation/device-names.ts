import type { FieldError } from '../../api/api-error.js';
import { invalidEach, invalidValue, required, tooLong } from '../field-errors.js';
import { dnsLabelProblems, dnsSubdomainProblems, LONGEST_SUBDOMAIN } from '../names.js';
import { validateDriverName } from './volume-sources.js';

const LONGEST_IDENTIFIER = 32;
const IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';
const identifierPattern = new RegExp(`^${IDENTIFIER}$`);

/** A DNS label: names of devices, requests and counters. */
export const deviceLabel = (name: string | undefined, field: string): FieldError[] =>
  invalidEach(field, name ?? '', dnsLabelProblems(name ?? ''));

/** Names of one or more DNS subdomains with slashes between. */
export function validatePoolName(name: string | undefined, field: string): FieldError[] {
  if (!name) return [required(field)];
  return [
    ...(name.length > LONGEST_SUBDOMAIN ? [tooLong(field, LONGEST_SUBDOMAIN)] : []),
    ...name.split('/').flatMap((part) => invalidEach(field, part, dnsSubdomainProblems(part))),
  ];
}

/** `name`, or `domain/name`: what an attribute or capacity of a device is called. */
export function validateDeviceKey(name: string, field: string): FieldError[] {
  const [first = '', second, ...more] = name.split('/');
  if (second === undefined) return validateIdentifier(first, field);
  if (more.length > 0) return [];
  return [
    ...(first === ''
      ? [invalidValue(field, '', 'the domain must not be empty')]
      : validateDriverName(first, field)),
    ...(second === ''
      ? [invalidValue(field, '', 'the name must not be empty')]
      : validateIdentifier(second, field)),
  ];
}

/** A `domain/name`. */
export function validateFullDeviceKey(name: string, field: string): FieldError[] {
  const errors = validateDeviceKey(name, field);
  if (!name.includes('/'))
    errors.push(
      invalidValue(field, name, 'a fully qualified name must be a domain and a name separated by a slash'),
    );
  return errors;
}

function validateIdentifier(id: string, field: string): FieldError[] {
  const errors: FieldError[] = id.length > LONGEST_IDENTIFIER ? [tooLong(field, LONGEST_IDENTIFIER)] : [];
  if (!identifierPattern.test(id))
    errors.push(
      invalidValue(
        field,
        id,
        `a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '${IDENTIFIER}')`,
      ),
    );
  return errors;
}
