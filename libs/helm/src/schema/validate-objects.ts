import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import { compilePattern } from '../functions/regular-expressions.js';
import { compareStrings } from '../template/go-strings.js';
import { numberText, problem, quoted, type SchemaProblem } from './schema-errors.js';
import type { Check, SubschemaChecker } from './schema-check.js';

/** The keywords that concern maps. Keys are taken in order, where the library Helm uses takes them by chance. */
export function objectProblems(check: Check, object: JsonObject, validator: SubschemaChecker): void {
  const { schema, path, problems, resource } = check;
  const names = Object.keys(object).sort(compareStrings);
  const { minProperties: min, maxProperties: max } = schema;
  if (typeof min === 'number' && names.length < min) {
    problems.push(problem(path, `minProperties: got ${numberText(names.length)}, want ${numberText(min)}`));
  }
  if (typeof max === 'number' && names.length > max) {
    problems.push(problem(path, `maxProperties: got ${numberText(names.length)}, want ${numberText(max)}`));
  }
  const missing = missingOf(object, schema['required']);
  if (missing.length === 1) problems.push(problem(path, `missing property ${quoted(missing[0] ?? '')}`));
  else if (missing.length > 1) problems.push(problem(path, `missing properties ${joined(missing)}`));
  dependencies(check, object, schema['dependencies'], validator);
  properties(check, object, names, validator);
  if (resource.draft === 4) return;
  if (schema['propertyNames'] !== undefined) propertyNames(check, names, schema['propertyNames'], validator);
  if (resource.draft < 2019) return;
  dependencies(check, object, schema['dependentSchemas'], validator);
  dependencies(check, object, schema['dependentRequired'], validator);
}

function joined(names: readonly string[]): string {
  return names.map(quoted).join(', ');
}

function missingOf(object: JsonObject, required: JsonValue | undefined): string[] {
  if (!Array.isArray(required)) return [];
  return required.filter((name): name is string => typeof name === 'string' && !Object.hasOwn(object, name));
}

function dependencies(
  check: Check,
  object: JsonObject,
  given: JsonValue | undefined,
  validator: SubschemaChecker,
): void {
  if (!isJsonObject(given)) return;
  for (const [name, dependency] of Object.entries(given)) {
    if (!Object.hasOwn(object, name)) continue;
    let found: SchemaProblem | undefined;
    if (Array.isArray(dependency)) {
      const missing = missingOf(object, dependency);
      if (missing.length > 0) {
        found = problem(check.path, `properties ${joined(missing)} required, if ${quoted(name)} exists`);
      }
    } else found = validator.self(check, dependency);
    if (found) check.problems.push(found);
  }
}

function properties(
  check: Check,
  object: JsonObject,
  names: readonly string[],
  validator: SubschemaChecker,
): void {
  const { schema, problems, path } = check;
  const known = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const patterns = isJsonObject(schema['patternProperties'])
    ? Object.entries(schema['patternProperties'])
    : [];
  const additional = schema['additionalProperties'];
  const unwanted: string[] = [];
  for (const name of names) {
    const value = object[name] ?? null;
    const applied = patterns
      .filter(([pattern]) => compilePattern(pattern).matcher(name).find())
      .map(([, inner]) => inner);
    const own = Object.hasOwn(known, name) ? known[name] : undefined;
    if (own !== undefined) applied.unshift(own);
    if (applied.length === 0 && additional !== undefined) {
      if (additional === false) unwanted.push(name);
      else applied.push(additional);
    } else if (applied.length === 0) continue;
    check.unevaluated.properties.delete(name);
    for (const inner of applied) {
      const found = validator.part(check, inner, value, name);
      if (found) problems.push(found);
    }
  }
  if (unwanted.length > 0)
    problems.push(problem(path, `additional properties ${joined(unwanted)} not allowed`));
}

function propertyNames(
  check: Check,
  names: readonly string[],
  schema: JsonValue,
  validator: SubschemaChecker,
): void {
  for (const name of names) {
    const found = validator.self(
      { ...check, value: name, path: [], unevaluated: { properties: new Set(), items: new Set() } },
      schema,
    );
    if (!found) continue;
    const causes = found.kind === 'group' ? found.causes : [found];
    check.problems.push(problem(check.path, `invalid propertyName ${quoted(name)}`, causes));
  }
}
