import type { ApiRequest } from './api-request.js';

/** Longest name taken from a user agent. */
const LONGEST = 128;

/**
 * Who a write is filed under in managedFields: the field manager it names, or else the first word of its user agent as far as
 * that can be printed.
 */
export function fieldManagerOf(request: ApiRequest): string {
  const named = request.query.get('fieldManager') ?? '';
  if (named !== '') return named;
  const word = (request.header('user-agent') ?? '').split('/')[0]?.replaceAll(/\p{C}/gu, '') ?? '';
  return word.slice(0, LONGEST) || 'unknown';
}
