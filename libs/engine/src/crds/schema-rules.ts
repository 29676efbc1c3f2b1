import type { CelEnvironment } from '../cel/checker.js';
import { celProblem, CelInstantiationError, compileCel, type CelProgram } from '../cel/compile.js';
import { optionalOf, type CelStatic } from '../cel/types.js';
import type { JSONSchemaProps, ValidationRule } from '../types/index.js';
import { declarationOf, declaredSize, LARGEST_REQUEST, type CelDeclaration } from './cel-declaration.js';

/** One rule of a schema, compiled against it. */
export interface SchemaRule {
  readonly rule: ValidationRule;
  readonly program: CelProgram | undefined;
  /** Why there is no program; undefined when the rule is empty. */
  readonly problem: string | undefined;
  readonly message: CelProgram | undefined;
  readonly messageProblem: string | undefined;
  readonly usesOldSelf: boolean;
  readonly worstCost: bigint;
  readonly worstMessageCost: bigint;
  /** How often the value can be in an object of the largest size. */
  readonly mostTimes: bigint;
}

const compiled = new WeakMap<JSONSchemaProps, readonly SchemaRule[]>();
const withRules = new WeakMap<JSONSchemaProps, boolean>();

/** The rules at the top of a schema; undefined when rules can't look into what it describes. Each schema is compiled once. */
export function rulesOf(schema: JSONSchemaProps, isObject: boolean): readonly SchemaRule[] | undefined {
  const known = compiled.get(schema);
  if (known) return known;
  const declaration = declarationOf(schema, isObject);
  if (!declaration) return undefined;
  const found = compileRules(schema, declaration);
  compiled.set(schema, found);
  return found;
}

/** True when there is a rule anywhere in a schema. */
export function hasRules(schema: JSONSchemaProps): boolean {
  const known = withRules.get(schema);
  if (known !== undefined) return known;
  const { items, additionalProperties: others, properties = {}, allOf = [] } = schema;
  const found =
    (schema['x-kubernetes-validations'] ?? []).length > 0 ||
    (items !== undefined && !Array.isArray(items) && hasRules(items)) ||
    (typeof others === 'object' && hasRules(others)) ||
    Object.values(properties).some(hasRules) ||
    allOf.some(hasRules);
  withRules.set(schema, found);
  return found;
}

function compileRules(schema: JSONSchemaProps, declaration: CelDeclaration): SchemaRule[] {
  const { type } = declaration;
  const plain: CelEnvironment = { variables: { self: type, oldSelf: type } };
  const optional: CelEnvironment = { variables: { self: type, oldSelf: optionalOf(type) } };
  const mostTimes = BigInt(Math.floor(LARGEST_REQUEST / (declaration.leastBytes + 1)));
  return (schema['x-kubernetes-validations'] ?? []).map((rule) => {
    const environment = rule.optionalOldSelf ? optional : plain;
    const own = compiledAs(rule.rule, environment, 'bool', 'cel expression must evaluate to a bool', '');
    const message =
      rule.messageExpression && own.program
        ? compiledAs(
            rule.messageExpression,
            environment,
            'string',
            'messageExpression must evaluate to a string',
            'messageExpression ',
          )
        : undefined;
    const cost = (program: CelProgram | undefined): bigint =>
      program?.worstCost((path) => declaredSize(declaration, path)) ?? 0n;
    return {
      rule,
      program: own.program,
      problem: own.problem,
      message: message?.program,
      messageProblem: message?.problem,
      usesOldSelf: own.program?.names('oldSelf') ?? false,
      worstCost: cost(own.program),
      worstMessageCost: cost(message?.program),
      mostTimes: own.program ? mostTimes : 0n,
    };
  });
}

function compiledAs(
  expression: string,
  environment: CelEnvironment,
  kind: CelStatic['kind'],
  otherwise: string,
  prefix: string,
): { program: CelProgram | undefined; problem: string | undefined } {
  if (expression.trim() === '') return { program: undefined, problem: undefined };
  try {
    const program = compileCel(expression, environment);
    return program.type.kind === kind
      ? { program, problem: undefined }
      : { program: undefined, problem: otherwise };
  } catch (error) {
    const problem = celProblem(error);
    if (!(error instanceof CelInstantiationError))
      return { program: undefined, problem: `${prefix}compilation failed: ${problem}` };
    return { program: undefined, problem: error.type.kind === kind ? problem : otherwise };
  }
}
