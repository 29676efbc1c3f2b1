import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import { compilePattern } from '../functions/regular-expressions.js';
import { arrayProblems } from './validate-arrays.js';
import { type Check, equals, type SubschemaChecker, type Unevaluated } from './schema-check.js';
import { formatComplaint } from './schema-formats.js';
import {
  type Resource,
  SchemaDefinitionError,
  type SchemaDocument,
  type SchemaPlace,
} from './schema-document.js';
import { numberText, problem, quoted, type SchemaProblem } from './schema-errors.js';
import { circleMessage, type SchemaTrail } from './schema-trail.js';
import { objectProblems } from './validate-objects.js';

/** Schemas applied inside each other; more is no schema of values. */
const MAX_DEPTH = 400;

/** Checks a value; undefined when the schema allows it. Throws {@link SchemaDefinitionError} for a broken schema. */
export function validateSchema(
  document: SchemaDocument,
  value: JsonValue,
  onUnresolved?: (address: string) => void,
): SchemaProblem | undefined {
  document.onUnresolved = onUnresolved ?? (() => undefined);
  return new SchemaValidator(document).check(document.root, value, [], 0, [], undefined);
}

function everythingOf(value: JsonValue): Unevaluated {
  return {
    properties: new Set(isJsonObject(value) ? Object.keys(value) : []),
    items: new Set(Array.isArray(value) ? value.keys() : []),
  };
}

/** Walks a value and its schemas together. */
export class SchemaValidator implements SubschemaChecker {
  readonly #document: SchemaDocument;

  constructor(document: SchemaDocument) {
    this.#document = document;
  }

  /** What is wrong with `value` under the schema at `place`. */
  check(
    place: SchemaPlace,
    value: JsonValue,
    path: readonly string[],
    depth: number,
    scope: readonly Resource[],
    parent: SchemaTrail | undefined,
    via?: string,
    unevaluated: Unevaluated = everythingOf(value),
  ): SchemaProblem | undefined {
    const { schema, resource } = place;
    if (schema === true) return undefined;
    if (schema === false) return problem(path, 'false schema');
    if (!isJsonObject(schema)) throw new SchemaDefinitionError('a schema must be an object or a boolean');
    if (depth > MAX_DEPTH) throw new SchemaDefinitionError('the schema is applied too deeply');
    const trail: SchemaTrail = { schema, path, via, parent };
    const circle = circleMessage(trail, resource);
    if (circle !== undefined) return problem(path, circle);
    const inner = scope.includes(resource) ? scope : [...scope, resource];
    const check: Check = {
      schema,
      resource,
      value,
      path,
      unevaluated,
      depth,
      scope: inner,
      problems: [],
      trail,
    };
    const first = this.#immediate(check);
    if (first) return first;
    const reference = schema['$ref'];
    if (typeof reference === 'string') {
      const found = this.#reference(check, reference);
      // Up to draft 7 a reference stands alone.
      if (resource.draft < 2019) return found;
      if (found) check.problems.push(found);
    }
    if (isJsonObject(value)) objectProblems(check, value, this);
    else if (Array.isArray(value)) arrayProblems(check, value, this);
    else if (typeof value === 'string') stringProblems(check, value);
    else if (typeof value === 'number') numberProblems(check, value);
    if (resource.draft >= 2019) this.#laterReferences(check);
    this.#conditions(check);
    if (resource.draft >= 2019) this.#unevaluated(check);
    const { problems } = check;
    if (problems.length <= 1) return problems[0];
    return problem(path, 'validation failed', problems, 'group');
  }

  /** Checks a part of the value under a schema found in the current one. */
  part(check: Check, schema: JsonValue, value: JsonValue, token: string): SchemaProblem | undefined {
    return this.check(
      this.#document.place(schema, check.resource),
      value,
      [...check.path, token],
      check.depth + 1,
      check.scope,
      check.trail,
    );
  }

  /** Checks the same value under another schema; what that one looks at counts as looked at when it allows the value. */
  self(check: Check, place: SchemaPlace | JsonValue, via?: string): SchemaProblem | undefined {
    const target = isPlace(place) ? place : this.#document.place(place, check.resource);
    // Cousins do not see what each other looked at: every schema starts afresh.
    const copy = everythingOf(check.value);
    const { value, path, depth, scope, trail } = check;
    const found = this.check(target, value, path, depth + 1, scope, trail, via, copy);
    if (!found) {
      for (const name of check.unevaluated.properties)
        if (!copy.properties.has(name)) check.unevaluated.properties.delete(name);
      for (const index of check.unevaluated.items)
        if (!copy.items.has(index)) check.unevaluated.items.delete(index);
    }
    return found;
  }

  /** Type, const, enum and format: the first that fails is all that is said. */
  #immediate({ schema, value, path, resource }: Check): SchemaProblem | undefined {
    const types = schema['type'] === undefined ? undefined : [schema['type']].flat().map(String);
    if (types && !types.some((type) => isType(value, type))) {
      const wanted = TYPE_ORDER.filter((type) => types.includes(type));
      return problem(path, `got ${typeOf(value)}, want ${wanted.join(' or ')}`);
    }
    if (schema['const'] !== undefined && resource.draft > 4 && !equals(value, schema['const'])) {
      const shown = display(schema['const']);
      return problem(path, shown === 'value' ? "'const' failed" : `value must be ${shown}`);
    }
    const options = schema['enum'];
    if (Array.isArray(options) && !options.some((option) => equals(value, option))) {
      return problem(path, enumMessage(options));
    }
    const format = schema['format'];
    // From 2019-09 on formats are notes, not demands.
    if (typeof format === 'string' && typeof value === 'string' && this.#assertsFormats(resource)) {
      const complaint = formatComplaint(format, value);
      if (complaint !== undefined)
        return problem(path, `${quoted(value)} is not valid ${format}: ${complaint}`);
    }
    return undefined;
  }

  #assertsFormats(resource: Resource): boolean {
    return resource.draft < 2019 || this.#document.assertsFormats;
  }

  #reference(check: Check, reference: string): SchemaProblem | undefined {
    return this.#behind(check, this.#document.resolve(reference, check.resource), '$ref');
  }

  #behind(check: Check, place: SchemaPlace, via: string): SchemaProblem | undefined {
    const found = this.self(check, place, via);
    if (!found) return undefined;
    const causes = found.kind === 'group' ? found.causes : [found];
    return problem(check.path, 'validation failed', causes, 'reference');
  }

  #laterReferences(check: Check): void {
    const { schema, scope } = check;
    const recursive = schema['$recursiveRef'];
    if (typeof recursive === 'string') {
      let place = this.#document.resolve(recursive, check.resource);
      if (isJsonObject(place.schema) && place.schema['$recursiveAnchor'] === true) {
        const outermost = scope.find(
          (resource) => isJsonObject(resource.root) && resource.root['$recursiveAnchor'] === true,
        );
        if (outermost) place = { schema: outermost.root, resource: outermost };
      }
      const found = this.#behind(check, place, '$recursiveRef');
      if (found) check.problems.push(found);
    }
    const dynamic = schema['$dynamicRef'];
    if (typeof dynamic === 'string' && check.resource.draft >= 2020) {
      let place = this.#document.resolve(dynamic, check.resource);
      const name = dynamic.slice(dynamic.indexOf('#') + 1);
      if (isJsonObject(place.schema) && place.schema['$dynamicAnchor'] === name) {
        const outermost = scope.find((resource) => resource.dynamicAnchors.has(name));
        const target = outermost?.dynamicAnchors.get(name);
        if (outermost && target !== undefined) place = { schema: target, resource: outermost };
      }
      const found = this.#behind(check, place, '$dynamicRef');
      if (found) check.problems.push(found);
    }
  }

  #conditions(check: Check): void {
    const { schema, path, problems } = check;
    if (schema['not'] !== undefined && !this.self(check, schema['not']))
      problems.push(problem(path, "'not' failed"));
    const all = this.#failures(check, schema['allOf']);
    if (all && all.failed.length > 0) problems.push(problem(path, "'allOf' failed", all.failed));
    const any = this.#failures(check, schema['anyOf']);
    if (any && any.matched.length === 0) problems.push(problem(path, "'anyOf' failed", any.failed));
    const one = this.#failures(check, schema['oneOf']);
    if (one && one.matched.length === 0)
      problems.push(problem(path, "'oneOf' failed, none matched", one.failed));
    else if (one && one.matched.length > 1) {
      problems.push(problem(path, `'oneOf' failed, subschemas ${one.matched[0]}, ${one.matched[1]} matched`));
    }
    if (schema['if'] === undefined || check.resource.draft < 7) return;
    const branch = this.self(check, schema['if']) ? schema['else'] : schema['then'];
    const found = branch === undefined ? undefined : this.self(check, branch);
    if (found) problems.push(found);
  }

  #failures(
    check: Check,
    schemas: JsonValue | undefined,
  ): { failed: SchemaProblem[]; matched: number[] } | undefined {
    if (!Array.isArray(schemas) || schemas.length === 0) return undefined;
    const failed: SchemaProblem[] = [];
    const matched: number[] = [];
    for (const [index, schema] of schemas.entries()) {
      const found = this.self(check, schema);
      if (found) failed.push(found);
      else matched.push(index);
    }
    return { failed, matched };
  }

  #unevaluated(check: Check): void {
    const { schema, value, unevaluated } = check;
    const properties = schema['unevaluatedProperties'];
    if (properties !== undefined && isJsonObject(value)) {
      for (const name of [...unevaluated.properties].sort()) {
        const found = this.part(check, properties, value[name] ?? null, name);
        if (found) check.problems.push(found);
      }
      unevaluated.properties.clear();
    }
    const items = schema['unevaluatedItems'];
    if (items !== undefined && Array.isArray(value)) {
      for (const index of unevaluated.items) {
        const found = this.part(check, items, value[index] ?? null, String(index));
        if (found) check.problems.push(found);
      }
      unevaluated.items.clear();
    }
  }
}

function isPlace(value: SchemaPlace | JsonValue): value is SchemaPlace {
  return (
    isJsonObject(value) &&
    'resource' in value &&
    value['resource'] instanceof Object &&
    'anchors' in value['resource']
  );
}

const TYPE_ORDER = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value === 'bigint' ? 'number' : typeof value;
}

function isType(value: JsonValue, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeOf(value) === type;
}

function display(value: JsonValue): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return '<nil>';
  return typeof value === 'object' ? 'value' : String(value);
}

function enumMessage(options: readonly JsonValue[]): string {
  const shown = options.map(display);
  if (shown.includes('value')) return "'enum' failed";
  return shown.length === 1 ? `value must be ${shown[0]}` : `value must be one of ${shown.join(', ')}`;
}

function limit(schema: JsonObject, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
}

function stringProblems({ schema, path, problems }: Check, value: string): void {
  const length = Array.from(value).length;
  const [min, max] = [limit(schema, 'minLength'), limit(schema, 'maxLength')];
  if (min !== undefined && length < min)
    problems.push(problem(path, `minLength: got ${numberText(length)}, want ${numberText(min)}`));
  if (max !== undefined && length > max)
    problems.push(problem(path, `maxLength: got ${numberText(length)}, want ${numberText(max)}`));
  const pattern = schema['pattern'];
  if (typeof pattern === 'string' && !compilePattern(pattern).matcher(value).find()) {
    problems.push(problem(path, `${quoted(value)} does not match pattern ${quoted(pattern)}`));
  }
}

function numberProblems({ schema, path, problems, resource }: Check, value: number): void {
  const fails = (keyword: string, wrong: (bound: number) => boolean): void => {
    const bound = limit(schema, keyword);
    if (bound !== undefined && wrong(bound)) {
      problems.push(problem(path, `${keyword}: got ${numberText(value)}, want ${numberText(bound)}`));
    }
  };
  // In draft 4 the exclusive keywords are flags beside the bounds.
  const strictMin = resource.draft === 4 && schema['exclusiveMinimum'] === true;
  const strictMax = resource.draft === 4 && schema['exclusiveMaximum'] === true;
  const named = (
    strict: boolean,
    plain: string,
    exclusive: string,
    wrong: (bound: number) => boolean,
  ): void => {
    const bound = limit(schema, plain);
    if (bound === undefined || !wrong(bound)) return;
    problems.push(
      problem(path, `${strict ? exclusive : plain}: got ${numberText(value)}, want ${numberText(bound)}`),
    );
  };
  named(strictMin, 'minimum', 'exclusiveMinimum', (bound) => (strictMin ? value <= bound : value < bound));
  named(strictMax, 'maximum', 'exclusiveMaximum', (bound) => (strictMax ? value >= bound : value > bound));
  fails('exclusiveMinimum', (bound) => value <= bound);
  fails('exclusiveMaximum', (bound) => value >= bound);
  fails('multipleOf', (bound) => !isMultiple(value, bound));
}

/** Divides as decimals, so that 0.3 is a multiple of 0.1. */
function isMultiple(value: number, factor: number): boolean {
  const digits = (number: number): number => (String(number).split('.')[1] ?? '').length;
  const scale = 10 ** Math.max(digits(value), digits(factor));
  const [scaled, divisor] = [Math.round(value * scale), Math.round(factor * scale)];
  return divisor !== 0 && scaled % divisor === 0;
}
