import { CodedError, type JsonValue } from '@lotse/manifests';

/** Nothing that people write is nested deeper. */
const MAX_DEPTH = 64;
/** `scheme://user:password@`, also where the parts are placeholders of a template. */
const WITH_PASSWORD = /^(https?|ssh|git|oci):\/\/[^/\s@:]*:[^/\s@]+@/i;

/**
 * Everybody who may read an ApplicationSet or what it makes would read a password in the address of a repository.
 * @throws CodedError `applicationset_invalid` with the field.
 */
export function refusePasswords(spec: JsonValue): void {
  visit(spec, 'spec', false, 0);
}

function visit(value: JsonValue, field: string, isAddress: boolean, depth: number): void {
  if (depth > MAX_DEPTH)
    throw new CodedError('applicationset_invalid', `${field.slice(0, 200)}… is nested too deeply.`);
  if (typeof value === 'string') {
    if (isAddress && WITH_PASSWORD.test(value))
      throw new CodedError(
        'applicationset_invalid',
        `${field} contains a password. Register the repository with its credentials instead, and leave them out here.`,
      );
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const at = Array.isArray(value) ? `${field}[${key}]` : `${field}.${key}`;
    // what a generator says may end in an address of the template; values of charts are the charts' own affair
    visit(inner, at, isAddress || key === 'repoURL' || at === 'spec.generators', depth + 1);
  }
}
