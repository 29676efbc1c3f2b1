import { forbiddenField, notSupported } from '../registry/field-errors.js';
import { goQuote } from '../registry/go-quote.js';
import { ApiError, badRequest, invalid, type FieldError } from './api-error.js';

const INT64_DIGITS = 18;

/** A number of a query as Go's ParseInt reads it; undefined when it is not there. Throws BadRequest for what is no number. */
export function readInteger(text: string | null): number | undefined {
  if (text === null) return undefined;
  const digits = /^[-+]?(\d+)$/.exec(text)?.[1];
  if (digits === undefined || digits.length > INT64_DIGITS)
    throw badRequest(
      `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${digits === undefined ? 'invalid syntax' : 'value out of range'}`,
    );
  return Number(text);
}

/** Refuses combinations of a list's parameters that mean nothing (apimachinery internalversion/validation). */
export function checkListParameters(query: URLSearchParams): void {
  const version = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const errors: FieldError[] = [];
  const forbid = (why: string): void => void errors.push(forbiddenField('resourceVersionMatch', why));
  if (match !== '') {
    if (version === '') forbid('resourceVersionMatch is forbidden unless resourceVersion is provided');
    if (query.get('continue')) forbid('resourceVersionMatch is forbidden when continue is provided');
    if (match !== 'Exact' && match !== 'NotOlderThan')
      errors.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
    if (match === 'Exact' && version === '0')
      forbid('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  if (query.has('sendInitialEvents'))
    errors.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  refuse(errors);
  if (query.get('continue') && version !== '' && version !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
}

/** The same for a watch. */
export function checkWatchParameters(query: URLSearchParams): void {
  const match = query.get('resourceVersionMatch') ?? '';
  const saysInitial = query.has('sendInitialEvents');
  const errors: FieldError[] = [];
  const forbid = (why: string): void => void errors.push(forbiddenField('resourceVersionMatch', why));
  if (saysInitial && match !== 'NotOlderThan')
    forbid('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  if (match !== '') {
    if (!saysInitial)
      forbid('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
    if (match !== 'NotOlderThan') errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
  }
  const version = query.get('resourceVersion') ?? '';
  // Who watches from the present is sent what is there first, as if that had been asked for.
  const isFromNow = !saysInitial && (version === '' || version === '0');
  if (query.get('continue') && (match !== '' || isFromNow))
    forbid('resourceVersionMatch is forbidden when continue is provided');
  refuse(errors);
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0)
    throw invalid({ group: 'meta.k8s.io', resource: '', kind: 'ListOptions' }, '', errors);
}

/**
 * Reads a resourceVersion parameter. Throws Kubernetes' refusal when it is not one, which says only for a list that the request is at
 * fault (apiserver storage: nobody else catches what the version's parser says).
 */
export function readVersion(text: string, verb: 'get' | 'list' | 'watch'): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const problem = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  const quoted = goQuote(text);
  const said = `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: ${problem}`;
  throw verb === 'list' ? badRequest(`invalid resource version: ${said}`) : new ApiError(500, '', said);
}
