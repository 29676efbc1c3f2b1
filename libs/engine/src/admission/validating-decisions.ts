import type { AdmissionRequest } from './admission-request.js';
import type { PolicyExpressions } from '../cel/policy-environment.js';
import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import type { ValidatingAdmissionPolicySpec, Validation } from '../types/index.js';
import { admissionVariables } from './cel-variables.js';
import type { AdmissionContext } from './plugin.js';
import { conditionsMatch, PolicyBudgetSpent, PolicyRun } from './policy-run.js';

/** Longest text a messageExpression may make (apiserver apis/cel/config.go). */
const LONGEST_MESSAGE = 5 * 1024;

/** Why a policy is against a request. */
export interface PolicyDecision {
  readonly problem: string;
  readonly reason?: string;
}

/** What a policy thinks of a request, with one of its parameters. */
export interface Judgement {
  /** One for each validation, in their order; undefined where it has nothing against the request. */
  readonly decisions: readonly (PolicyDecision | undefined)[];
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
  /** Annotations that could not be made although they must. */
  readonly annotationProblems: readonly string[];
}

const SILENT: Judgement = { decisions: [], annotations: [], annotationProblems: [] };

/** Evaluates all expressions of a policy (policy/validating/validator.go). */
export function judge(
  spec: ValidatingAdmissionPolicySpec,
  expressions: PolicyExpressions,
  request: AdmissionRequest,
  context: AdmissionContext,
  params: StoredObject | null,
  version: ResourceInfo,
): Judgement {
  const { validations = [], matchConditions = [], auditAnnotations = [] } = spec;
  const failing = (problem: string): PolicyDecision | undefined =>
    spec.failurePolicy === 'Ignore' ? undefined : { problem };
  const variables = admissionVariables(request, context, params, version);
  const matched = conditionsMatch(matchConditions, expressions, variables);
  if (matched === false) return SILENT;
  if (matched !== true) return { ...SILENT, decisions: [failing(matched.problem)] };
  const run = new PolicyRun(expressions, variables);
  let decisions: (PolicyDecision | undefined)[];
  try {
    decisions = validations.map((validation) => decision(validation, run, expressions, variables, failing));
  } catch (error) {
    if (!(error instanceof PolicyBudgetSpent)) throw error;
    return { ...SILENT, decisions: [failing(error.message)] };
  }
  const annotations: { key: string; value: string }[] = [];
  const annotationProblems: string[] = [];
  const audit = new PolicyRun(expressions, variables);
  for (const { key, valueExpression } of auditAnnotations) {
    try {
      const value = audit.value(valueExpression, 'audit');
      if (typeof value === 'string' && value.trim() !== '') annotations.push({ key, value: value.trim() });
    } catch (error) {
      if (error instanceof PolicyBudgetSpent) return { ...SILENT, decisions: [failing(error.message)] };
      const problem = failing(error instanceof Error ? error.message : String(error));
      if (problem) annotationProblems.push(problem.problem);
    }
  }
  return { decisions, annotations, annotationProblems };
}

function decision(
  { expression, message, messageExpression, reason = 'Invalid' }: Validation,
  run: PolicyRun,
  expressions: PolicyExpressions,
  variables: Readonly<Record<string, unknown>>,
  failing: (problem: string) => PolicyDecision | undefined,
): PolicyDecision | undefined {
  try {
    if (run.value(expression, 'validation') === true) return undefined;
  } catch (error) {
    if (error instanceof PolicyBudgetSpent) throw error;
    return failing(error instanceof Error ? error.message : String(error));
  }
  let problem: string | undefined;
  try {
    if (messageExpression)
      problem = messageOf(new PolicyRun(expressions, variables, run.left), messageExpression);
  } catch (error) {
    if (error instanceof PolicyBudgetSpent) return failing(`failed messageExpression: ${error.message}`);
    // A message that can't be made gives way to the plain one.
  }
  return { problem: problem ?? (message?.trim() || `failed expression: ${expression.trim()}`), reason };
}

function messageOf(run: PolicyRun, expression: string): string | undefined {
  const text = run.value(expression, 'message');
  const trimmed = typeof text === 'string' ? text.trim() : '';
  const isFit = trimmed !== '' && Buffer.byteLength(trimmed) <= LONGEST_MESSAGE && !trimmed.includes('\n');
  return isFit ? trimmed : undefined;
}
