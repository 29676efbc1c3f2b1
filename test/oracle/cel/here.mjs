/** Asks the engine what main.go asks Kubernetes, and answers in the same form. */
import { compileCel } from '../../../libs/engine/dist/cel/compile.js';
import { Budget } from '../../../libs/engine/dist/cel/budget.js';
import { PolicyExpressions } from '../../../libs/engine/dist/cel/policy-environment.js';
import { optionalOf, typeText } from '../../../libs/engine/dist/cel/types.js';
import {
  CelDuration,
  CelOptional,
  CelTimestamp,
  CelType,
  CelUint,
  entriesOf,
  isMap,
  NONE,
  typeOf,
} from '../../../libs/engine/dist/cel/values.js';
import {
  declarationOf,
  declaredSize,
  withObjectFields,
} from '../../../libs/engine/dist/crds/cel-declaration.js';
import { celTyped } from '../../../libs/engine/dist/crds/cel-typed.js';
import { estimateCost } from '../../../libs/engine/dist/cel/cost/estimate.js';
import { checkCel } from '../../../libs/engine/dist/cel/checker.js';
import { parseCel } from '../../../libs/engine/dist/cel/parser.js';

const NANO = 1_000_000_000n;

function bits(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return Number.isNaN(value) ? '7ff8000000000001' : view.getBigUint64(0).toString(16);
}

export function show(value) {
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof CelUint) return `${value.value}u`;
  if (typeof value === 'number') return `double(${bits(value)})`;
  if (typeof value === 'string') return `s${JSON.stringify(Array.from(value, (one) => one.codePointAt(0)))}`;
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('hex')}`;
  if (value === null) return 'null';
  if (value instanceof CelDuration) return `duration(${value.nano})`;
  if (value instanceof CelTimestamp) {
    const nano = ((value.nano % NANO) + NANO) % NANO;
    return `timestamp(${(value.nano - nano) / NANO}.${String(nano).padStart(9, '0')})`;
  }
  if (value instanceof CelType) return `type(${value.name})`;
  if (value instanceof CelOptional) return value.isPresent ? `optional(${show(value.value)})` : 'none';
  if (Array.isArray(value)) return `[${value.map(show).join(',')}]`;
  if (isMap(value))
    return `{${entriesOf(value)
      .map(([key, one]) => `${show(key)}:${show(one)}`)
      .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .join(',')}}`;
  return `opaque(${typeOf(value)})`;
}

const environments = new WeakMap();

function environmentOf(schema, root, optional) {
  const known = environments.get(schema) ?? new Map();
  environments.set(schema, known);
  const key = `${root}/${optional}`;
  if (!known.has(key)) {
    const declaration = declarationOf(schema, root);
    const { type } = declaration;
    known.set(key, {
      declaration,
      environment: { variables: { self: type, oldSelf: optional ? optionalOf(type) : type } },
    });
  }
  return known.get(key);
}

export function evaluate({ expr, schema, root = false, self, oldSelf, optionalOldSelf = false }) {
  const { declaration, environment } = environmentOf(schema, root, optionalOldSelf);
  const answer = {};
  let program;
  try {
    program = compileCel(expr, environment);
  } catch (error) {
    return { error: error.message };
  }
  answer.type = typeText(program.type);
  const checked = checkCel(parseCel(expr), expr, environment);
  const { min, max } = estimateCost(checked, (path) => declaredSize(declaration, path));
  answer.min = String(min);
  answer.max = String(max);
  const typed = root ? withObjectFields(schema) : schema;
  const before = oldSelf === undefined ? undefined : celTyped(oldSelf, typed);
  const variables = {
    self: celTyped(self, typed),
    ...(optionalOldSelf
      ? { oldSelf: before === undefined ? NONE : new CelOptional(before) }
      : before !== undefined && { oldSelf: before }),
  };
  const budget = new Budget();
  try {
    answer.value = show(program(variables, budget));
  } catch (error) {
    answer.evalError = error.message;
  }
  answer.runtimeCost = String(budget.spent);
  return answer;
}

const policies = new Map();

export function policy({ expr, kind, params = false }) {
  const expressions = policies.get(params) ?? new PolicyExpressions(params ? { paramKind: {} } : {});
  policies.set(params, expressions);
  try {
    return { type: typeText(expressions.compile(expr, kind).type) };
  } catch (error) {
    return { error: error.message };
  }
}
