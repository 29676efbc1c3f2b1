import type { FieldError } from '../../api/api-error.js';
import { invalidEach, invalidValue, notSupported, required } from '../field-errors.js';
import { dnsSubdomainProblems, qualifiedNameProblems } from '../names.js';

const LARGEST_MODE = 0o777;
const MODE_TEXT = 'must be a number between 0 and 0777 (octal), both inclusive';

/** No step back out of a folder. */
export function noBacksteps(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : [];
}

/** A path below some folder. */
export function descendingPath(path: string, field: string): FieldError[] {
  return [
    ...(path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : []),
    ...noBacksteps(path, field),
  ];
}

/** A path below a folder whose names with two leading dots are the kubelet's own. */
export function unreservedPath(path: string, field: string): FieldError[] {
  const errors = descendingPath(path, field);
  if (path.startsWith('..') && !path.startsWith('../'))
    errors.push(invalidValue(field, path, "must not start with '..'"));
  return errors;
}

/** The permission bits of a file. */
export function fileMode(mode: number | undefined, field: string): FieldError[] {
  return mode !== undefined && (mode > LARGEST_MODE || mode < 0)
    ? [invalidValue(field, mode, MODE_TEXT)]
    : [];
}

/** One of the words listed; required unless it may be missing. */
export function oneOf(value: string | undefined, field: string, words: readonly string[]): FieldError[] {
  if (!value) return [required(field)];
  return words.includes(value) ? [] : [notSupported(field, value, words)];
}

/** One of the words listed, or nothing at all. */
export function noneOrOneOf(
  value: string | undefined,
  field: string,
  words: readonly string[],
): FieldError[] {
  return value === undefined || words.includes(value) ? [] : [notSupported(field, value, words)];
}

/** A key of a label. */
export function labelName(name: string | undefined, field: string): FieldError[] {
  return invalidEach(field, name ?? '', qualifiedNameProblems(name ?? ''));
}

/** A domain and a path, `example.com/controller` (IsDomainPrefixedPath). */
export function validatePrefixedPath(name: string, field: string): FieldError[] {
  if (!name) return [required(field)];
  const slash = name.indexOf('/');
  const [domain, path] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  if (slash < 0 || !domain || !path)
    return [invalidValue(field, name, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors: FieldError[] = invalidEach(field, domain, dnsSubdomainProblems(domain));
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path))
    errors.push(
      invalidValue(
        field,
        path,
        "Invalid path (e.g. 'file/path', regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
      ),
    );
  return errors;
}
