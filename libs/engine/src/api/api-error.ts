import { goQuote } from '../registry/go-quote.js';
import type { Status, StatusCause } from '../types/index.js';

/** The machine-readable reasons of Kubernetes' Status (apimachinery meta/v1); some of its errors have none. */
export type StatusReason =
  | ''
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'ServiceUnavailable';

/** A refused request: carries the Status object that Kubernetes would answer. */
export class ApiError extends Error {
  readonly status: Status;

  constructor(
    code: number,
    reason: StatusReason,
    message: string,
    details?: Status['details'],
    metadata: Status['metadata'] = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason !== '' && { reason }),
      ...(details && { details }),
      code,
    };
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): StatusReason {
    return (this.status.reason ?? '') as StatusReason;
  }
}

/** True for an ApiError with that reason. */
export function isApiError(error: unknown, reason?: StatusReason): error is ApiError {
  return error instanceof ApiError && (reason === undefined || error.reason === reason);
}

/** What an error is about: the plural resource and its group. */
export interface ErrorSubject {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
}

const qualified = (subject: ErrorSubject): string =>
  subject.group ? `${subject.resource}.${subject.group}` : subject.resource;

const details = (subject: ErrorSubject, name: string, causes?: StatusCause[]): Status['details'] => ({
  ...(name && { name }),
  ...(subject.group && { group: subject.group }),
  kind: subject.resource,
  ...(causes && { causes }),
});

/** 404 `pods "x" not found`. */
export function notFound(subject: ErrorSubject, name: string): ApiError {
  return new ApiError(
    404,
    'NotFound',
    `${qualified(subject)} ${goQuote(name)} not found`,
    details(subject, name),
  );
}

/** 409 `pods "x" already exists`; one that is about to end is said to be. */
export function alreadyExists(subject: ErrorSubject, name: string, isEnding = false): ApiError {
  return new ApiError(
    409,
    'AlreadyExists',
    `${isEnding ? 'object is being deleted: ' : ''}${qualified(subject)} "${name}" already exists`,
    details(subject, name),
  );
}

/** 409 `Operation cannot be fulfilled on …`. */
export function conflict(subject: ErrorSubject, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(subject)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, details(subject, name));
}

/** 403 `pods "x" is forbidden: …`. */
export function forbidden(
  subject: ErrorSubject,
  name: string,
  why: string,
  causes?: StatusCause[],
): ApiError {
  const message = name
    ? `${qualified(subject)} "${name}" is forbidden: ${why}`
    : `${qualified(subject)} is forbidden: ${why}`;
  return new ApiError(403, 'Forbidden', message, details(subject, name, causes));
}

/** 422 `Deployment.apps "x" is invalid: …` from the field errors found. */
export function invalid(subject: ErrorSubject, name: string, causes: readonly FieldError[]): ApiError {
  const kind = subject.group ? `${subject.kind}.${subject.group}` : subject.kind;
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${kind} ${goQuote(name)} is invalid: ${list}`, {
    ...(name && { name }),
    ...(subject.group && { group: subject.group }),
    ...(subject.kind && { kind: subject.kind }),
    causes: causes.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

/** 400 with a message of its own. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** One field that failed validation (apimachinery util/validation/field). */
export interface FieldError {
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueNotFound'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueTypeInvalid';
  readonly field: string;
  /** Text after the field, such as `Required value` or `Invalid value: "x": must be …`. */
  readonly message: string;
}
