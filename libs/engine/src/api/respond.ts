import type { ResourceInfo } from '../registry/resource.js';
import type { StoredObject } from '../store/stored-object.js';
import type { FullResponse } from './api-request.js';
import { ApiError } from './api-error.js';
import type { ListPage } from './list.js';
import type { Accepted } from './negotiation.js';
import { present, presentAll } from './present.js';
import { printerFor } from './printers/index.js';
import { internalType } from './internal-type.js';
import { jsonBytes } from './json-bytes.js';
import { encode, jsonText, mediaType } from './serialize.js';
import { readIncludeObject, toPartial, toTable } from './table.js';

/** How the client wants objects of a resource. */
export interface ResponseForm {
  readonly resource: ResourceInfo;
  readonly accepted: Accepted;
  readonly parameters: URLSearchParams;
  readonly nowMs: number;
}

/** One object. Kinds that are not the resource's own (Scale, Status) are shown as they are. */
export function objectResponse(
  status: number,
  object: StoredObject,
  { resource, accepted, parameters, nowMs }: ResponseForm,
): FullResponse {
  const headers = contentHeaders(accepted);
  const own = object.kind === resource.kind;
  const shown = own ? present(object, resource) : object;
  if (accepted.as === 'object') {
    if (accepted.encoding === 'yaml') return { status, headers, body: encode(shown, 'yaml') };
    return { status, headers, body: `${jsonText(shown)}\n` };
  }
  const value =
    accepted.as === 'Table'
      ? toTable(
          [shown],
          { resourceVersion: shown.metadata.resourceVersion },
          {
            printer: printerFor(resource, own ? undefined : shown.kind),
            metaVersion: accepted.metaVersion,
            includeObject: readIncludeObject(parameters),
          },
          { nowMs },
        )
      : toPartial(shown, accepted.metaVersion);
  if (accepted.isList)
    throw notAcceptable('PartialObjectMetadataList', 'is not a list', internalType(resource, shown.kind));
  return { status, headers, body: encode(value, accepted.encoding) };
}

/** `{"kind":"Status","status":"Success"}`, for what answers with no object. */
export function success(code: number): FullResponse {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code };
  return { status: code, headers: { 'content-type': 'application/json' }, body: encode(status, 'json') };
}

/** A page of a list. */
export function listResponse(page: ListPage, form: ResponseForm): FullResponse {
  const { resource, accepted, parameters, nowMs } = form;
  const headers = contentHeaders(accepted);
  const metadata = {
    resourceVersion: page.resourceVersion,
    ...(page.continue !== undefined && { continue: page.continue }),
    ...(page.remainingItemCount !== undefined && { remainingItemCount: page.remainingItemCount }),
  };
  const apiVersion = resource.group ? `${resource.group}/${resource.version}` : resource.version;
  const objects = presentAll(page.objects, resource);
  if (accepted.as === 'Table') {
    const table = toTable(
      objects,
      metadata,
      {
        printer: printerFor(resource),
        metaVersion: accepted.metaVersion,
        includeObject: readIncludeObject(parameters),
      },
      { nowMs },
    );
    return { status: 200, headers, ...encodeList(table, accepted.encoding) };
  }
  if (accepted.as === 'PartialObjectMetadata') {
    if (accepted.isList === false)
      throw notAcceptable(
        'PartialObjectMetadata',
        'is a list',
        internalType(resource, `${resource.kind}List`),
      );
    const items = objects.map((object) => toPartial(object, accepted.metaVersion));
    const list = {
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${accepted.metaVersion}`,
      metadata,
      items,
    };
    return { status: 200, headers, ...encodeList(list, accepted.encoding) };
  }
  const list = { kind: `${resource.kind}List`, apiVersion, metadata, items: objects };
  return { status: 200, headers, ...encodeList(list, accepted.encoding) };
}

/** 406: what was asked for is of the other sort. */
function notAcceptable(asked: string, what: string, type: string): ApiError {
  return new ApiError(
    406,
    'NotAcceptable',
    `you requested ${asked}, but the requested object ${what} (*${type})`,
  );
}

function encodeList(list: object, encoding: 'json' | 'yaml'): Pick<FullResponse, 'body' | 'release'> {
  if (encoding === 'yaml') return { body: encode(list, 'yaml') };
  const { bytes, release } = jsonBytes(list);
  return { body: bytes, release };
}

/** A refusal as the Status object of Kubernetes; anything that is no ApiError is a 500 that hides its text from nobody. */
export function errorResponse(error: unknown, encoding: 'json' | 'yaml' = 'json'): FullResponse {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(
          500,
          'InternalError',
          `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`,
          { causes: [{ message: error instanceof Error ? error.message : String(error) }] },
        );
  const retry = known.status.details?.retryAfterSeconds;
  return {
    status: known.code,
    headers: {
      'content-type': mediaType(encoding),
      ...(retry !== undefined && { 'retry-after': String(retry) }),
    },
    body: encode(known.status, encoding),
  };
}

function contentHeaders(accepted: Accepted): Record<string, string> {
  return { 'content-type': mediaType(accepted.encoding) };
}
