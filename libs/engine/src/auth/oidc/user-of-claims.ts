import { Budget } from '../../cel/budget.js';
import { celValue, type CelProgram } from '../../crds/cel.js';
import type { UserInfo } from '../user-info.js';
import type { ClaimSource, JwtAuthenticator } from './jwt-authenticator.js';

/** What a verified token says. */
export type Claims = Readonly<Record<string, unknown>>;

/** Groups one token may name: more would make every decision about its user slow. */
const MOST_GROUPS = 10_000;

/** The user a verified token stands for; undefined when its claims do not make one. Never throws. */
export function userOfClaims(authenticator: JwtAuthenticator, claims: Claims): UserInfo | undefined {
  try {
    return userOf(authenticator, claims);
  } catch {
    // An expression that can't be evaluated for this token, or a claim of another type than it has to be.
    return undefined;
  }
}

function userOf(authenticator: JwtAuthenticator, claims: Claims): UserInfo | undefined {
  const seen = { claims: celValue(claims) };
  const evaluate = (program: CelProgram): unknown => program(seen, new Budget());
  const textOf = (source: ClaimSource): string => {
    if ('program' in source) return text(evaluate(source.program));
    return source.prefix + text(claimOf(claims, source.claim));
  };

  const user = textOf(authenticator.username);
  if (user === '' || !isEmailVerified(authenticator.username, claims)) return undefined;
  const groups = groupsOf(authenticator.groups, claims, evaluate);
  const uid = authenticator.uid && textOf(authenticator.uid);
  const extra: Record<string, readonly string[]> = {};
  const id = claimOf(claims, 'jti');
  if (typeof id === 'string' && id !== '')
    extra['authentication.kubernetes.io/credential-id'] = [`JTI=${id}`];
  for (const { key, program } of authenticator.extra) {
    const values = texts(evaluate(program));
    if (values.length > 0) extra[key] = values;
  }

  for (const [claim, value] of authenticator.requiredClaims)
    if (claimOf(claims, claim) !== value) return undefined;
  if (!authenticator.claimRules.every(({ program }) => evaluate(program) === true)) return undefined;
  const made = { username: user, uid: uid ?? '', groups, extra };
  const shown = { user: celValue(made) };
  if (!authenticator.userRules.every(({ program }) => program(shown, new Budget()) === true))
    return undefined;
  return {
    user,
    ...(uid !== undefined && uid !== '' && { uid }),
    groups,
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** An address that its owner has not confirmed is nobody's name. */
function isEmailVerified(source: ClaimSource, claims: Claims): boolean {
  if (!('claim' in source) || source.claim !== 'email' || !Object.hasOwn(claims, 'email_verified'))
    return true;
  return claims['email_verified'] === true;
}

function groupsOf(
  source: ClaimSource | undefined,
  claims: Claims,
  evaluate: (program: CelProgram) => unknown,
): string[] {
  if (!source) return [];
  if ('program' in source) return texts(evaluate(source.program));
  if (!Object.hasOwn(claims, source.claim)) return [];
  const value = claims[source.claim];
  const names = typeof value === 'string' ? [value] : texts(value);
  return names.map((name) => source.prefix + name);
}

function claimOf(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('not a text');
  return value;
}

/** A text, or a list of them; nothing for nothing. */
function texts(value: unknown): string[] {
  if (value === null || value === undefined || value === '') return [];
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value) || value.length > MOST_GROUPS) throw new TypeError('not a list of texts');
  return value.map(text).filter((one) => one !== '');
}
