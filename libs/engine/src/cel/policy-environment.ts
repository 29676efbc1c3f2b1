import type { CelEnvironment } from './checker.js';
import { celProblem, CelInstantiationError, compileCel, type CelProgram } from './compile.js';
import { AUTHORIZER, RESOURCE_CHECK } from './declarations.js';
import {
  BOOL,
  DYN,
  INT,
  NULL,
  STRING,
  TIMESTAMP,
  listOf,
  mapTypeOf,
  objectOf,
  partsOf,
  sameType,
  type CelStatic,
} from './types.js';

/** An expression of a policy or webhook, what it is there for and so what it must give. */
export type PolicyExpression =
  'condition' | 'validation' | 'message' | 'audit' | 'variable' | 'apply' | 'patch';

/** What of a policy decides what its expressions may name. */
export interface PolicyShape {
  readonly paramKind?: unknown;
  readonly variables?: readonly { readonly name?: string; readonly expression?: string }[];
}

/** Types of what expressions are about, where they are known; else anything goes. */
export interface PolicyTypes {
  readonly object?: CelStatic | undefined;
  readonly params?: CelStatic | undefined;
}

const texts = (...names: string[]): Record<string, CelStatic> =>
  Object.fromEntries(names.map((name) => [name, STRING]));
const TEXTS = listOf(STRING);
const LABELS = mapTypeOf(STRING, STRING);
const KIND = objectOf('kubernetes.GroupVersionKind', texts('group', 'version', 'kind'));
const RESOURCE = objectOf('kubernetes.GroupVersionResource', texts('group', 'version', 'resource'));

/** What admission says about a request (apiserver admission/plugin/cel/compile.go). */
const REQUEST = objectOf('kubernetes.AdmissionRequest', {
  ...texts('subResource', 'requestSubResource', 'name', 'namespace', 'operation'),
  kind: KIND,
  resource: RESOURCE,
  requestKind: KIND,
  requestResource: RESOURCE,
  userInfo: objectOf('kubernetes.UserInfo', {
    ...texts('username', 'uid'),
    groups: TEXTS,
    extra: mapTypeOf(STRING, TEXTS),
  }),
  dryRun: BOOL,
  options: DYN,
});

const NAMESPACE = objectOf('kubernetes.Namespace', {
  metadata: objectOf('kubernetes.NamespaceMetadata', {
    ...texts('name', 'generateName', 'namespace', 'UID', 'resourceVersion'),
    labels: LABELS,
    annotations: LABELS,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    finalizers: TEXTS,
  }),
  spec: objectOf('kubernetes.NamespaceSpec', { finalizers: TEXTS }),
  status: objectOf('kubernetes.NamespaceStatus', {
    conditions: listOf(
      objectOf('kubernetes.NamespaceCondition', {
        ...texts('status', 'type', 'message', 'reason'),
        lastTransitionTime: TIMESTAMP,
      }),
    ),
    phase: STRING,
  }),
});

const anything = (name: string): CelStatic => objectOf(name, () => DYN);
const PATCH = objectOf('JSONPatch', { ...texts('op', 'from', 'path'), value: DYN });
const made = (type: string): CelStatic | undefined =>
  type === 'JSONPatch' ? PATCH : /^Object(?:\..+)?$/.test(type) ? anything(type) : undefined;

const WANTED: Readonly<Record<PolicyExpression, readonly CelStatic[]>> = {
  condition: [BOOL],
  validation: [BOOL],
  message: [STRING],
  audit: [STRING, NULL],
  variable: [],
  apply: [anything('Object')],
  patch: [listOf(PATCH)],
};

/** An expression of a policy that is no CEL, or gives what is not wanted. */
export class PolicyExpressionError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'PolicyExpressionError';
  }
}

/** The expressions of one policy: what is compiled once is not compiled again. */
export class PolicyExpressions {
  readonly #shape: PolicyShape;
  readonly #types: PolicyTypes;
  readonly variables: NonNullable<PolicyShape['variables']>;
  readonly #environments = new Map<string, CelEnvironment>();
  readonly #variables: Record<string, CelStatic> = {};
  readonly #programs = new Map<string, CelProgram>();
  readonly #problems = new Map<string, PolicyExpressionError>();
  #areVariablesTyped = false;

  constructor(shape: PolicyShape, types: PolicyTypes = {}) {
    this.#shape = shape;
    this.variables = shape.variables ?? [];
    this.#types = types;
  }

  /** Throws a PolicyExpressionError that says what is wrong. */
  compile(expression: string, kind: PolicyExpression): CelProgram {
    if (kind !== 'condition') this.#typeVariables();
    const wanted = WANTED[kind];
    const isFit = (found: CelStatic): boolean =>
      wanted.length === 0 || wanted.some((type) => sameType(type, found));
    let type: CelStatic;
    try {
      const program = compileCel(expression, this.#environmentFor(kind));
      if (isFit(program.type)) return program;
      type = program.type;
    } catch (error) {
      if (!(error instanceof CelInstantiationError) || isFit(error.type)) throw problemOf(error);
      type = error.type;
    }
    const found = plainText(type);
    throw new PolicyExpressionError(
      wanted.length === 1
        ? `must evaluate to ${wanted.map(plainText).join('')} but got ${found}`
        : `must evaluate to one of [${wanted.map(plainText).join(' ')}] but got ${found}`,
    );
  }

  /** The same without a wish for what it gives. */
  compileAny(expression: string): CelProgram {
    this.#typeVariables();
    return this.#compiled(expression, this.#environmentFor('validation'));
  }

  /** A variable, which sees those before it. Throws a PolicyExpressionError. */
  compileVariable(name: string): CelProgram {
    this.#typeVariables();
    const program = this.#programs.get(name);
    if (program) return program;
    throw this.#problems.get(name) ?? new PolicyExpressionError(`there is no variable ${name}`);
  }

  #compiled(expression: string, environment: CelEnvironment): CelProgram {
    try {
      return compileCel(expression, environment);
    } catch (error) {
      throw problemOf(error);
    }
  }

  /** Each variable sees those before it. */
  #typeVariables(): void {
    if (this.#areVariablesTyped) return;
    this.#areVariablesTyped = true;
    for (const { name = '', expression = '' } of this.variables) {
      const seen = { ...this.#variables };
      try {
        const program = this.#compiled(expression, this.#environment(seen, 'variable'));
        this.#programs.set(name, program);
        this.#variables[name] = program.type;
      } catch (error) {
        if (!(error instanceof PolicyExpressionError)) throw error;
        this.#problems.set(name, error);
        this.#variables[name] = DYN;
      }
    }
  }

  #environmentFor(kind: PolicyExpression): CelEnvironment {
    const form =
      kind === 'apply' || kind === 'patch'
        ? 'patch'
        : kind === 'message'
          ? 'message'
          : kind === 'condition'
            ? 'condition'
            : 'plain';
    const known = this.#environments.get(form) ?? this.#environment(this.#variables, kind);
    this.#environments.set(form, known);
    return known;
  }

  #environment(seen: Readonly<Record<string, CelStatic>>, kind: PolicyExpression): CelEnvironment {
    const { object = DYN, params = DYN } = this.#types;
    const { variables } = this;
    const { paramKind } = this.#shape;
    return {
      variables: {
        object,
        oldObject: object,
        namespaceObject: NAMESPACE,
        request: REQUEST,
        ...(paramKind !== undefined && { params }),
        ...(kind !== 'message' && {
          authorizer: AUTHORIZER,
          'authorizer.requestResource': RESOURCE_CHECK,
        }),
        ...(kind !== 'condition' &&
          variables.length > 0 && { variables: objectOf('kubernetes.variables', seen) }),
      },
      ...((kind === 'apply' || kind === 'patch') && { makes: made }),
    };
  }
}

const shapes = new WeakMap<PolicyShape, PolicyExpressions>();
/** Where there are no parameters and no variables: webhooks. */
const WEBHOOK = new PolicyExpressions({});

/** The expressions of a policy as it is stored, or of a webhook. */
export function policyExpressions(shape?: PolicyShape): PolicyExpressions {
  if (!shape) return WEBHOOK;
  const known = shapes.get(shape) ?? new PolicyExpressions(shape);
  shapes.set(shape, known);
  return known;
}

function problemOf(error: unknown): PolicyExpressionError {
  const problem = celProblem(error);
  return new PolicyExpressionError(
    error instanceof CelInstantiationError ? problem : `compilation failed: ${problem}`,
  );
}

const PLAIN: Partial<Record<CelStatic['kind'], string>> = {
  null: 'null_type',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
};

/** A type as Go prints it. */
function plainText(type: CelStatic): string {
  const parts = partsOf(type);
  const name = 'name' in type ? type.name : (PLAIN[type.kind] ?? type.kind);
  return parts.length === 0 ? name : `${name}(${parts.map(plainText).join(', ')})`;
}
