import type { FieldError } from '../../api/api-error.js';
import type { CelEnvironment } from '../../cel/checker.js';
import { celProblem, CelInstantiationError, compileCel } from '../../cel/compile.js';
import { upTo, type Range } from '../../cel/cost/range.js';
import { BOOL, DYN, mapTypeOf, objectOf, STRING, typeText } from '../../cel/types.js';
import type { DeviceSelector } from '../../types/index.js';
import { forbiddenField, invalidValue, required, tooLong } from '../field-errors.js';
import { validateList } from './bounded-lists.js';

const MOST_SELECTORS = 32;
const LONGEST_EXPRESSION = 10 * 1024;
const LARGEST_COST = 1_000_000n;
const MOST_ATTRIBUTES = 32;
const LONGEST_DOMAIN = 63;
const LONGEST_IDENTIFIER = 32;
const LONGEST_VALUE = 64;

const byDomain = (value: typeof DYN) => mapTypeOf(STRING, mapTypeOf(STRING, value));

/** What a selector knows of a device: values by domain and name (dynamic-resource-allocation/cel). */
const DEVICES: CelEnvironment = {
  variables: {
    device: objectOf('kubernetes.DRADevice', {
      driver: STRING,
      allowMultipleAllocations: BOOL,
      attributes: byDomain(DYN),
      capacity: byDomain(objectOf('kubernetes.Quantity')),
    }),
  },
};

/** How large what a selector looks at can be. */
function sizeOf([variable, field, ...steps]: readonly string[]): Range | undefined {
  if (variable !== 'device') return undefined;
  if (field === 'driver') return steps.length === 0 ? upTo(LONGEST_DOMAIN) : undefined;
  if (field === 'allowMultipleAllocations') return steps.length === 0 ? upTo(1) : undefined;
  if (field !== 'attributes' && field !== 'capacity') return undefined;
  const [first, second] = steps;
  if (first === undefined) return upTo(MOST_ATTRIBUTES);
  if (first === '@keys') return steps.length === 1 ? upTo(LONGEST_DOMAIN) : undefined;
  if (second === undefined) return upTo(MOST_ATTRIBUTES);
  if (second === '@keys') return steps.length === 2 ? upTo(LONGEST_IDENTIFIER) : undefined;
  return steps.length === 2 && field === 'attributes' ? upTo(LONGEST_VALUE) : undefined;
}

/** Expressions that choose devices. */
export function validateDeviceSelectors(
  selectors: readonly DeviceSelector[] | undefined,
  field: string,
): FieldError[] {
  return validateList(selectors ?? [], MOST_SELECTORS, field, ({ cel }, at) =>
    cel
      ? validateExpression((cel as Partial<typeof cel>).expression ?? '', `${at}.cel.expression`)
      : [required(`${at}.cel`)],
  );
}

function validateExpression(expression: string, field: string): FieldError[] {
  if (Buffer.byteLength(expression) > LONGEST_EXPRESSION) return [tooLong(field, LONGEST_EXPRESSION)];
  try {
    const program = compileCel(expression, DEVICES);
    if (program.type.kind !== 'bool' && program.type.kind !== 'dyn')
      return [
        invalidValue(
          field,
          expression,
          `must evaluate to bool or the unknown type, not ${typeText(program.type)}`,
        ),
      ];
    return program.worstCost(sizeOf) > LARGEST_COST
      ? [forbiddenField(field, 'too complex, exceeds cost limit')]
      : [];
  } catch (error) {
    const problem = celProblem(error);
    const told = error instanceof CelInstantiationError ? problem : `compilation failed: ${problem}`;
    return [invalidValue(field, expression, told)];
  }
}
