import type { FieldError } from '../../api/api-error.js';
import type { FlowSchema } from '../../types/index.js';
import { invalidEach, invalidValue, notSupported, required } from '../field-errors.js';
import { within } from '../fill.js';
import { dnsSubdomainProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { validateFlowRule } from '../validation/flow-rules.js';
import { validateConditionTypes } from '../validation/status/conditions.js';
import type { Sent } from '../validation/sent.js';

const METHODS = ['ByNamespace', 'ByUser'];
const DEFAULT_PRECEDENCE = 1000;
const LAST_PRECEDENCE = 10_000;
/** Only the schema of this name comes before all others. */
const FIRST = 'exempt';

/** flowcontrol.apiserver.k8s.io/v1 FlowSchema (pkg/apis/flowcontrol/validation). */
export const flowSchemaStrategy: Strategy<FlowSchema> = {
  defaults: (schema) =>
    within(schema, 'spec', (spec) =>
      spec.matchingPrecedence ? spec : { ...spec, matchingPrecedence: DEFAULT_PRECEDENCE },
    ),
  validate: ({ metadata, spec }) => validateSpec(metadata.name ?? '', spec ?? {}),
  statusKeeps: 'metadata',
  validateStatus: ({ status }) => validateConditionTypes(status?.conditions),
};

function validateSpec(name: string, spec: Sent<NonNullable<FlowSchema['spec']>>): FieldError[] {
  // Without a specification there is nothing to fill in, but the precedence is filled in all the same.
  const { matchingPrecedence: place = DEFAULT_PRECEDENCE, distinguisherMethod: method, rules = [] } = spec;
  const level = (spec.priorityLevelConfiguration as { readonly name?: string } | undefined)?.name;
  const errors: FieldError[] = [];
  const wrong = (detail: string) => errors.push(invalidValue('spec.matchingPrecedence', place, detail));
  if (place <= 0) wrong('must be a positive value');
  if (place > LAST_PRECEDENCE) wrong(`must not be greater than ${LAST_PRECEDENCE}`);
  if (place === 1 && name !== FIRST) wrong("only the schema named 'exempt' may have matchingPrecedence 1");
  if (method && !METHODS.includes(method.type))
    errors.push(notSupported('spec.distinguisherMethod.type', { Type: method.type ?? '' }, METHODS));
  const at = 'spec.priorityLevelConfiguration.name';
  errors.push(
    ...(level
      ? invalidEach(at, level, dnsSubdomainProblems(level))
      : [required(at, 'must reference a priority level')]),
  );
  return [...errors, ...rules.flatMap((rule, index) => validateFlowRule(rule, `spec.rules[${index}]`))];
}
