import { CodedError } from '@lotse/manifests';

/** gRPC's numbers, which clients of Argo CD's API look at. */
const GRPC_CODE: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  405: 12,
  406: 3,
  408: 4,
  409: 6,
  410: 9,
  412: 9,
  413: 3,
  415: 3,
  422: 3,
  429: 8,
  500: 13,
  501: 12,
  503: 14,
  504: 4,
};

/** The number for `code` in an answer. */
export function grpcCode(status: number): number {
  return GRPC_CODE[status] ?? (status < 500 ? 9 : 2);
}

/** Endings of error codes and the HTTP status they stand for: a code says what it is, no table has to be kept. */
const BY_ENDING: readonly (readonly [string, number])[] = [
  ['_not_found', 404],
  ['_already_exists', 409],
  ['_conflict', 409],
  ['_in_progress', 409],
  ['_forbidden', 403],
  ['_denied', 403],
  ['_unauthenticated', 401],
  ['_too_many', 429],
  ['_too_large', 413],
  ['_invalid', 400],
  ['_unsupported', 400],
  ['_failed_precondition', 412],
  ['_unavailable', 503],
  ['_unreachable', 502],
  ['_timeout', 504],
];

/**
 * The HTTP status of an error: `HttpCodedError` says it itself; otherwise the ending of its code does
 * (`repository_not_found` is 404). Codes without such an ending are requests that can't be done: 400.
 */
export function httpStatusOf(error: CodedError): number {
  if (error instanceof HttpCodedError) return error.status;
  return BY_ENDING.find(([ending]) => error.code.endsWith(ending))?.[1] ?? 400;
}

/** A coded error with an HTTP status of its own, and headers for the answer. */
export class HttpCodedError extends CodedError {
  constructor(
    readonly status: number,
    code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message);
    this.name = 'HttpCodedError';
  }
}
