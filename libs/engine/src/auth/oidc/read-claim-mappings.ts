import type { JsonObject } from '@lotse/manifests';
import { celProblem, compileCel, type CelProgram } from '../../crds/cel.js';
import type { FieldReader } from './field-reader.js';
import type { ClaimSource, JwtAuthenticator, ValidationRule } from './jwt-authenticator.js';
import { readsField } from './reads-field.js';

/** Rules and extra values of one issuer; real configurations have a handful. */
const MOST_RULES = 64;
const CLAIMS = new Set(['claims']);
const USER = new Set(['user']);
const nothing: CelProgram = compileCel('null');

/** Reads how the claims of a token become a user, and what they have to say for that. */
export function readClaimMappings(
  read: FieldReader,
  authenticator: JsonObject,
  path: string,
): Omit<JwtAuthenticator, 'issuer'> {
  const place = `${path}.claimMappings`;
  const mappings = read.object(authenticator['claimMappings'], place, ['username', 'groups', 'uid', 'extra']);
  const username = source(read, mappings['username'], `${place}.username`, true);
  if (!username) read.required(`${place}.username`, 'claim or expression is required');
  const extra = extraOf(read, mappings, place);
  const { requiredClaims, claimRules } = claimRulesOf(read, authenticator, path);
  if (
    username &&
    'program' in username &&
    readsField(username.program.tree, 'claims', 'email') &&
    ![username, ...extra, ...claimRules].some(({ program }) =>
      readsField(program.tree, 'claims', 'email_verified'),
    )
  )
    read.invalid(
      `${place}.username.expression`,
      username.expression,
      'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression',
    );
  return {
    username: username ?? { claim: 'sub', prefix: '' },
    groups: source(read, mappings['groups'], `${place}.groups`, true),
    uid: source(read, mappings['uid'], `${place}.uid`, false),
    extra,
    requiredClaims,
    claimRules,
    userRules: userRulesOf(read, authenticator, path),
  };
}

function source(
  read: FieldReader,
  value: unknown,
  path: string,
  hasPrefix: boolean,
): ClaimSource | undefined {
  const one = read.object(value, path, ['claim', 'expression', ...(hasPrefix ? ['prefix'] : [])]);
  const claim = read.text(one, 'claim', path);
  const expression = read.text(one, 'expression', path);
  const prefix = read.text(one, 'prefix', path);
  if (claim !== '' && expression !== '') {
    read.invalid(path, '', "claim and expression can't both be set");
    return undefined;
  }
  if (expression !== '') {
    if (read.has(one, 'prefix'))
      read.invalid(`${path}.prefix`, prefix, 'may not be specified when expression is set');
    return { expression, program: compiled(read, expression, `${path}.expression`, CLAIMS) };
  }
  if (claim === '') return undefined;
  if (hasPrefix && !read.has(one, 'prefix'))
    read.required(
      `${path}.prefix`,
      'prefix is required when claim is set. It can be set to an empty string to disable prefixing',
    );
  return { claim, prefix };
}

function extraOf(read: FieldReader, mappings: JsonObject, path: string): JwtAuthenticator['extra'] {
  const seen = new Set<string>();
  return read.list(mappings, 'extra', path, MOST_RULES).map((value, index) => {
    const place = `${path}.extra[${index}]`;
    const one = read.object(value, place, ['key', 'valueExpression']);
    const key = read.text(one, 'key', place);
    const [domain = '', name = ''] = key.split('/');
    if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/i.test(domain) || name === '')
      read.invalid(`${place}.key`, key, 'must be a domain-prefixed path (such as "acme.io/foo")');
    if (key !== key.toLowerCase()) read.invalid(`${place}.key`, key, 'must be lowercase');
    if (/(^|\.)(kubernetes|k8s)\.io$/.test(domain))
      read.invalid(
        `${place}.key`,
        key,
        'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use',
      );
    if (seen.has(key)) read.duplicate(`${place}.key`, key);
    seen.add(key);
    const expression = read.text(one, 'valueExpression', place);
    if (expression === '') read.required(`${place}.valueExpression`);
    return { key, program: compiled(read, expression, `${place}.valueExpression`, CLAIMS) };
  });
}

function claimRulesOf(
  read: FieldReader,
  authenticator: JsonObject,
  path: string,
): Pick<JwtAuthenticator, 'requiredClaims' | 'claimRules'> {
  const requiredClaims = new Map<string, string>();
  const claimRules: ValidationRule[] = [];
  const rules = read.list(authenticator, 'claimValidationRules', path, MOST_RULES);
  for (const [index, value] of rules.entries()) {
    const place = `${path}.claimValidationRules[${index}]`;
    const one = read.object(value, place, ['claim', 'requiredValue', 'expression', 'message']);
    const claim = read.text(one, 'claim', place);
    const requiredValue = read.text(one, 'requiredValue', place);
    const rule = ruleOf(read, one, place, CLAIMS);
    if (claim !== '' && rule) read.invalid(place, claim, "claim and expression can't both be set");
    else if (claim === '' && !rule) read.required(place, 'claim or expression is required');
    else if (rule) {
      if (requiredValue !== '')
        read.invalid(`${place}.requiredValue`, requiredValue, 'may not be specified when expression is set');
      if (claimRules.some(({ expression }) => expression === rule.expression))
        read.duplicate(`${place}.expression`, rule.expression);
      claimRules.push(rule);
    } else {
      if (read.has(one, 'message'))
        read.invalid(
          `${place}.message`,
          read.text(one, 'message', place),
          'may not be specified when claim is set',
        );
      if (requiredClaims.has(claim)) read.duplicate(`${place}.claim`, claim);
      requiredClaims.set(claim, requiredValue);
    }
  }
  return { requiredClaims, claimRules };
}

function userRulesOf(read: FieldReader, authenticator: JsonObject, path: string): ValidationRule[] {
  const seen = new Set<string>();
  return read.list(authenticator, 'userValidationRules', path, MOST_RULES).flatMap((value, index) => {
    const place = `${path}.userValidationRules[${index}]`;
    const rule = ruleOf(read, read.object(value, place, ['expression', 'message']), place, USER);
    if (!rule) read.required(`${place}.expression`);
    else if (seen.has(rule.expression)) read.duplicate(`${place}.expression`, rule.expression);
    seen.add(rule?.expression ?? '');
    return rule ? [rule] : [];
  });
}

function ruleOf(
  read: FieldReader,
  one: JsonObject,
  path: string,
  names: ReadonlySet<string>,
): ValidationRule | undefined {
  const expression = read.text(one, 'expression', path);
  if (expression === '') return undefined;
  return {
    expression,
    message: read.text(one, 'message', path),
    program: compiled(read, expression, `${path}.expression`, names),
  };
}

function compiled(
  read: FieldReader,
  expression: string,
  path: string,
  names: ReadonlySet<string>,
): CelProgram {
  if (expression === '') return nothing;
  try {
    return compileCel(expression, names);
  } catch (error) {
    read.invalid(path, expression, `compilation failed: ${celProblem(error)}`);
    return nothing;
  }
}
