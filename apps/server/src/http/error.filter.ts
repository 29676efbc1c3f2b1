import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import type { Request, Response } from 'express';
import { Logger } from '../logging/logger.js';
import { redactText } from '../logging/redact.js';
import { HttpCodedError, grpcCode, httpStatusOf } from './status-codes.js';
import { requestId } from './request-id.js';

/** The body of every error answer: a stable word, a text for people, and gRPC's number for it. */
export interface ErrorBody {
  readonly error: string;
  readonly message: string;
  readonly code: number;
  /** Where it was found, when that is known. */
  readonly place?: CodedError['place'];
}

const WORDS: Readonly<Record<number, string>> = {
  400: 'request_invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_unsupported',
  413: 'request_too_large',
  415: 'media_type_unsupported',
  429: 'too_many',
};

/** Turns whatever was thrown into `{error, message, code}`; the inside of unexpected errors goes to the log only. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const { status, body, headers } = this.#describe(error, request);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(status).set(headers).json(body);
  }

  #describe(
    error: unknown,
    request: Request,
  ): { status: number; body: ErrorBody; headers: Readonly<Record<string, string>> } {
    if (error instanceof CodedError) {
      const status = httpStatusOf(error);
      const place = Object.keys(error.place).length > 0 ? { place: error.place } : {};
      const body = {
        error: error.code,
        message: redactText(error.message),
        code: grpcCode(status),
        ...place,
      };
      return { status, body, headers: error instanceof HttpCodedError ? error.headers : {} };
    }
    const status = error instanceof HttpException ? error.getStatus() : clientStatus(error);
    if (status !== undefined && status < 500) {
      const message =
        error instanceof HttpException
          ? textOf(error)
          : error instanceof Error
            ? error.message
            : 'The request is wrong.';
      return {
        status,
        body: {
          error: WORDS[status] ?? 'request_invalid',
          message: redactText(message),
          code: grpcCode(status),
        },
        headers: {},
      };
    }
    const id = requestId(request);
    this.logger.error('A request failed unexpectedly', {
      method: request.method,
      path: request.path,
      requestId: id,
      error,
    });
    return {
      status: 500,
      body: {
        error: 'internal',
        message: `Something went wrong inside; the log has the reason under request id ${id}.`,
        code: grpcCode(500),
      },
      headers: {},
    };
  }
}

/** What Nest's own exceptions say, validation messages joined. */
function textOf(error: HttpException): string {
  const response = error.getResponse();
  if (typeof response === 'object' && 'message' in response) {
    const { message } = response;
    return Array.isArray(message) ? message.map(String).join('; ') : String(message);
  }
  return error.message;
}

/** Errors of body parsers and routers carry a status of their own. */
function clientStatus(error: unknown): number | undefined {
  return error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status >= 400 &&
    error.status < 500
    ? error.status
    : undefined;
}
