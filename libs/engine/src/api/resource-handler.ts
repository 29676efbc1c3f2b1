import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import { withRequestor } from '../auth/certificate-signer.js';
import { refuseEscalation } from '../auth/escalation.js';
import { refuseForeignSigner } from '../auth/signer-permission.js';
import { RbacAuthorizer } from '../auth/rbac-authorizer.js';
import type { UserInfo } from '../auth/user-info.js';
import type { DeletionOptions, WriteOptions } from '../clients/client.js';
import { resourceKey, type ResourceInfo } from '../registry/resource.js';
import { objectName, type StoredObject } from '../store/stored-object.js';
import type { ApiContext } from './api-context.js';
import { ApiError, badRequest, isApiError } from './api-error.js';
import { isStream, type ApiRequest, type ApiResponse, type FullResponse } from './api-request.js';
import { conversionOf, storageOf } from './conversion/conversions.js';
import { apiVersionOf, asObjectOf, jsonType, unnamed, type Target } from './check-object.js';
import { fieldManagerOf } from './field-manager.js';
import { deleteCollection } from './delete-collection.js';
import { forbiddenRequest } from './forbidden.js';
import { readFieldValidation, validateApplied, validateFields } from './field-validation.js';
import { listObjects, tooLargeVersion } from './list.js';
import { readVersion } from './list-parameters.js';
import { encodingOfErrors, negotiate, negotiateStream } from './negotiation.js';
import { patchKindOf, unsupportedPatch } from './patch-kind.js';
import { patchObject } from './apply-patch.js';
import { checkPatchedIdentity } from './patched-identity.js';
import { validatePatched } from './validate-patched.js';
import { storedQuery } from './selectors/stored-query.js';
import {
  contentTypeOf,
  MAX_BODY_BYTES,
  readBody,
  readConfiguration,
  readPatch,
  requestTooLarge,
} from './read-body.js';
import { isTrue, type RequestInfo } from './request-info.js';
import { note } from './request-record.js';
import { present } from './present.js';
import { errorResponse, listResponse, objectResponse, type ResponseForm } from './respond.js';
import { checkWriteParameters, readDeletionOptions, readDryRun } from './write-parameters.js';
import { openWatch, type WatchHub } from './watch.js';
import { watchEncoder } from './watch-encoder.js';

/** How often a patch without a resourceVersion is tried against a newer object (apiserver handlers/patch.go). */
const PATCH_ATTEMPTS = 5;

/** Kinds whose delete answers the object even when it is gone at once (their storage sets ReturnDeletedObject). */
const RETURNS_DELETED = new Set([
  '/pods',
  '/services',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
]);

/** Verbs that bring an object. */
const WRITES = new Set(['create', 'update', 'patch']);

/** One request for a resource, with what is known about it. */
export interface ResourceRequest {
  readonly info: RequestInfo;
  readonly request: ApiRequest;
  readonly resource: ResourceInfo;
  readonly user: UserInfo;
}

/** The verbs of every resource, over one generic path. */
export class ResourceHandler {
  readonly #context: ApiContext;
  readonly #hub: WatchHub;
  /** What admission wants the client of a request to know. */
  readonly #told = new WeakMap<ResourceRequest, readonly string[]>();
  /** What is wrong with the fields of a request that is answered all the same. */
  readonly #findings = new WeakMap<ResourceRequest, readonly string[]>();

  constructor(context: ApiContext, hub: WatchHub) {
    this.#context = context;
    this.#hub = hub;
  }

  handle(call: ResourceRequest): ApiResponse {
    let response: ApiResponse;
    try {
      response = this.#answer(call);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      response = withWarnings(
        errorResponse(error, encodingOfErrors(call.request.header('accept'))),
        this.#findings.get(call) ?? [],
      );
    }
    const told = this.#told.get(call) ?? [];
    if (told.length === 0 || isStream(response)) return response;
    return withWarnings(response, [...(response.warnings ?? []), ...told]);
  }

  #answer(call: ResourceRequest): ApiResponse {
    const { info } = call;
    const { refusal } = call.resource;
    if (refusal !== undefined && WRITES.has(info.verb)) throw badRequest(refusal);
    switch (info.verb) {
      case 'get':
        return this.#get(call);
      case 'list':
        return this.#list(call);
      case 'watch':
        return this.#watch(call);
      case 'create':
        return this.#create(call);
      case 'update':
        return this.#update(call);
      case 'patch':
        return this.#patch(call);
      case 'delete':
        return this.#delete(call);
      case 'deletecollection':
        return this.#deleteCollection(call);
      default:
        throw methodNotAllowed();
    }
  }

  #get({ info, request, resource }: ResourceRequest): FullResponse {
    const form = this.#form(request, resource);
    const version = readVersion(request.query.get('resourceVersion') || '0', 'get');
    const { revision } = this.#context.store;
    if (version > revision) throw tooLargeVersion(version, revision);
    const object = this.#context.operations.get(
      this.#stored(resource),
      namespaceOf(info, resource),
      info.name,
    );
    return { ...objectResponse(200, object, form), newest: this.#newest(resource) };
  }

  #list({ info, request, resource }: ResourceRequest): FullResponse {
    const form = this.#form(request, resource);
    const { store, clock } = this.#context;
    const stored = this.#stored(resource);
    const page = listObjects(store, {
      resource: stored,
      namespace: info.namespace,
      parameters: storedQuery(resource, request.query),
      nowMs: clock.now(),
    });
    return { ...listResponse(page, form), newest: this.#newest(resource) };
  }

  /** Reads wait for what they can show, not for what happens elsewhere in the cluster. */
  #newest(resource: ResourceInfo): number {
    return this.#context.store.table(resourceKey(this.#stored(resource))).revision;
  }

  #watch({ info, request, resource }: ResourceRequest): ApiResponse {
    const accepted = negotiateStream(request.header('accept'));
    const { clock } = this.#context;
    const query = request.query;
    const shown = resource.retired && accepted.as === 'Table' ? this.#stored(resource) : resource;
    const encoder = watchEncoder(shown, accepted, query, () => clock.now());
    const singleName = /\/watch\//.test(info.path) ? info.name : '';
    const stored = this.#stored(resource);
    const parameters = storedQuery(resource, query);
    const watch = { resource: stored, namespace: info.namespace, name: singleName, parameters };
    const stream = openWatch({ ...this.#context, hub: this.#hub }, watch, encoder);
    return { status: 200, headers: { 'content-type': 'application/json' }, stream };
  }

  #create(call: ResourceRequest): FullResponse {
    const { request, resource, user } = call;
    const form = this.#form(request, resource);
    checkWriteParameters('CreateOptions', request.query);
    const { object: given, warnings } = this.#readObject(call);
    this.#refuseEscalation(call, given);
    const object = withRequestor(resource, given, user);
    if (resource.namespaced && call.info.namespace === '')
      throw badRequest('an empty namespace may not be set during creation');
    const created = this.#context.operations.create(
      this.#stored(resource),
      toStorage(resource, object),
      user,
      this.#writeOptions(call),
    );
    return withWarnings(objectResponse(201, created, form), warnings);
  }

  #update(call: ResourceRequest): FullResponse {
    const { info, request, resource, user } = call;
    const form = this.#form(request, resource);
    checkWriteParameters('UpdateOptions', request.query);
    const { object, warnings } = this.#readObject(call);
    this.#refuseEscalation(call, object);
    const { operations } = this.#context;
    const options = this.#writeOptions(call);
    const created = !this.#find(resource, info);
    if (created && this.#stored(resource).strategy.allowCreateOnUpdate) this.#demandCreate(call);
    const updated = operations.update(this.#stored(resource), toStorage(resource, object), user, options);
    return withWarnings(objectResponse(created ? 201 : 200, updated, form), warnings);
  }

  #patch(call: ResourceRequest): FullResponse {
    const { request, resource } = call;
    const form = this.#form(request, resource);
    const kind = patchKindOf(contentTypeOf(request.header('content-type')));
    if (!kind) throw unsupportedPatch(resource.custom);
    if (request.body.length > MAX_BODY_BYTES) throw requestTooLarge();
    checkWriteParameters('PatchOptions', request.query, kind);
    if (kind === 'apply') return this.#apply(call, form);
    const { value: patch, duplicates } = readPatch(request.body, kind);
    const named =
      isJsonObject(patch) && isJsonObject(patch['metadata']) && patch['metadata']['resourceVersion'];
    for (let attempt = 1; ; attempt++) {
      try {
        const { operations } = this.#context;
        const { info, user } = call;
        const namespace = namespaceOf(info, resource);
        const stored = this.#stored(resource);
        const old = present(operations.get(stored, namespace, info.name), resource);
        const object = patchObject(resource, old, kind, patch);
        const validation = readFieldValidation(request.query);
        const given = { object, duplicates };
        checkPatchedIdentity(resource, object, old);
        const warnings = validatePatched(resource, given, validation, { kind, value: patch });
        this.#findings.set(call, warnings);
        this.#refuseEscalation(call, object);
        const options = this.#writeOptions(call);
        const updated =
          stored === resource
            ? operations.patch(resource, namespace, info.name, kind, patch, user, options)
            : operations.update(stored, toStorage(resource, object), user, options);
        return withWarnings(objectResponse(200, updated, form), warnings);
      } catch (error) {
        if (!isApiError(error, 'Conflict') || named || attempt >= PATCH_ATTEMPTS) throw error;
      }
    }
  }

  /** Server-side apply. */
  #apply(call: ResourceRequest, form: ResponseForm): FullResponse {
    const { info, request, resource, user } = call;
    const manager = request.query.get('fieldManager') ?? '';
    const { value, duplicates } = readConfiguration(request.body);
    const configuration = asConfiguration(value, resource);
    const { object, warnings } = this.#check(call, configuration, duplicates, validateApplied);
    const old = this.#find(resource, info);
    const existed = old !== undefined;
    const { metadata } = configuration;
    if (!existed && !(isJsonObject(metadata) && metadata['name'])) throw unnamed(info.name);
    if (!existed) this.#demandCreate(call);
    // What the configuration leaves out stays: a binding's role counts even when only its subjects are applied.
    this.#refuseEscalation(call, { ...old, ...object });
    const applied = this.#context.operations.apply(
      this.#stored(resource),
      toStorage(resource, (old && conversionOf(resource)?.withUnsaid?.(object, old)) ?? object),
      user,
      {
        ...this.#writeOptions(call),
        fieldManager: manager,
        force: isTrue(request.query.get('force')),
      },
    );
    return withWarnings(objectResponse(existed ? 200 : 201, applied, form), warnings);
  }

  #delete(call: ResourceRequest): FullResponse {
    const { info, request, resource, user } = call;
    const form = this.#form(request, resource);
    const options = readDeletionOptions(request);
    this.#warnOfOrphans(call, options);
    const { operations } = this.#context;
    const deleted = operations.delete(this.#stored(resource), namespaceOf(info, resource), info.name, user, {
      ...options,
      ...this.#tellsOf(call),
    });
    const remains = options.dryRun
      ? Boolean(deleted.metadata.deletionGracePeriodSeconds || deleted.metadata.finalizers?.length)
      : this.#find(resource, info) !== undefined;
    if (remains || RETURNS_DELETED.has(resourceKey(resource))) return objectResponse(200, deleted, form);
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: {
        name: info.name,
        ...(resource.group && { group: resource.group }),
        kind: resource.resource,
        ...(deleted.metadata.uid !== undefined && { uid: deleted.metadata.uid }),
      },
    };
    return objectResponse(200, status, { ...form, accepted: { ...form.accepted, as: 'object' } });
  }

  #deleteCollection(call: ResourceRequest): FullResponse {
    const { info, request, resource, user } = call;
    const form = this.#form(request, resource);
    const options = { ...readDeletionOptions(request), ...this.#tellsOf(call) };
    this.#warnOfOrphans(call, options);
    const { store, operations } = this.#context;
    const stored = this.#stored(resource);
    const query = storedQuery(resource, request.query);
    const parameters = new URLSearchParams();
    // With a limit that page alone is deleted, and what is asked for goes on from its token.
    for (const name of ['labelSelector', 'fieldSelector', 'limit', 'continue']) {
      const value = query.get(name);
      if (value !== null) parameters.set(name, value);
    }
    const page = listObjects(store, { resource: stored, namespace: info.namespace, parameters });
    const deleted = deleteCollection(operations, stored, page.objects, user, options);
    return listResponse({ ...page, objects: deleted, resourceVersion: String(store.revision) }, form);
  }

  /** A write that would make the object needs the right to (apiserver withAuthorization of create on update). */
  #demandCreate({ info, user }: ResourceRequest): void {
    const { path: _, isResource: __, rest: ___, ...attributes } = info;
    const { allowed, reason } = this.#context.authorizer.authorize({ ...attributes, user, verb: 'create' });
    if (!allowed) throw forbiddenRequest(user, { ...info, verb: 'create' }, reason);
  }

  #refuseEscalation({ info, user, resource }: ResourceRequest, object: StoredObject): void {
    const { authorizer } = this.#context;
    const old = this.#find(resource, info);
    if (authorizer instanceof RbacAuthorizer) refuseEscalation(authorizer, user, resource, object, old);
    refuseForeignSigner(authorizer, user, { resource, subresource: info.subresource }, object, old);
  }

  #stored(resource: ResourceInfo): ResourceInfo {
    return storageOf(this.#context.registry, resource);
  }

  #find(resource: ResourceInfo, info: RequestInfo): StoredObject | undefined {
    const name = objectName(namespaceOf(info, resource), info.name);
    return this.#context.store.get(resourceKey(this.#stored(resource)), name);
  }

  #form(request: ApiRequest, resource: ResourceInfo): ResponseForm {
    const accepted = negotiate(request.header('accept'), true);
    return {
      // People are shown what is there; only programs need it in the words they asked in.
      resource: resource.retired && accepted.as === 'Table' ? this.#stored(resource) : resource,
      accepted,
      parameters: request.query,
      nowMs: this.#context.clock.now(),
    };
  }

  #readObject(call: ResourceRequest): { object: StoredObject; warnings: readonly string[] } {
    const { request } = call;
    const { value, duplicates } = readBody(
      request.body,
      contentTypeOf(request.header('content-type')),
      call.resource.kind,
    );
    return this.#check(call, value, duplicates);
  }

  #check(
    call: ResourceRequest,
    body: JsonObject,
    duplicates: readonly string[],
    validate = validateFields,
  ): { object: StoredObject; warnings: readonly string[] } {
    const { info, request, resource } = call;
    const target: Target = {
      resource,
      namespace: info.namespace,
      name: info.verb === 'create' ? '' : info.name,
      namesItself: info.verb === 'update',
    };
    const expected = { apiVersion: apiVersionOf(resource), kind: resource.kind };
    const object = asObjectOf(body, target, expected);
    const given = { object, duplicates, sent: body as unknown as StoredObject };
    const warnings = validate(resource, given, readFieldValidation(request.query));
    this.#findings.set(call, warnings);
    return { object, warnings };
  }

  /** Who deletes a job and does not say what becomes of its pods is told that they stay (batch/job/storage). */
  #warnOfOrphans(call: ResourceRequest, { propagationPolicy }: DeletionOptions): void {
    if (propagationPolicy !== undefined || resourceKey(call.resource) !== 'batch/jobs') return;
    this.#tellsOf(call).onWarning?.(
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
    );
  }

  /** How admission is told which version was asked for, and how the client is told what admission says. */
  #tellsOf(call: ResourceRequest): Pick<WriteOptions, 'onAudit' | 'onWarning' | 'requested'> {
    const { resource } = call;
    return {
      onAudit: (key, value) => note(call.request, key, value),
      onWarning: (text) => this.#told.set(call, [...(this.#told.get(call) ?? []), text]),
      ...(this.#stored(resource) !== resource && !resource.retired && { requested: resource }),
    };
  }

  #writeOptions(call: ResourceRequest): WriteOptions {
    const { info, request } = call;
    return {
      dryRun: readDryRun(request.query.getAll('dryRun')),
      ...this.#tellsOf(call),
      fieldManager: fieldManagerOf(request),
      ...(info.subresource !== '' && { subresource: info.subresource }),
    };
  }
}

function toStorage(resource: ResourceInfo, object: StoredObject): StoredObject {
  return conversionOf(resource)?.toStorage(object) ?? object;
}

/** What server-side apply takes: an object that says which kind it is of. */
function asConfiguration(value: JsonValue, resource: ResourceInfo): JsonObject {
  const given = value ?? {};
  if (!isJsonObject(given))
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonType(given)} into Go value of type map[string]interface {}`,
    );
  const { apiVersion = '', kind = '' } = given;
  if (apiVersion === apiVersionOf(resource) && kind === resource.kind) return given;
  const shown = typeof apiVersion === 'string' ? apiVersion : '';
  throw badRequest(
    `invalid object type: ${shown.includes('/') ? shown : `/${shown}`}, Kind=${typeof kind === 'string' ? kind : ''}`,
  );
}

/** The namespace to look in; undefined for cluster-scoped resources. */
export function namespaceOf(info: RequestInfo, resource: ResourceInfo): string | undefined {
  return resource.namespaced ? info.namespace : undefined;
}

/** 405 as the API server says it. */
export function methodNotAllowed(): ApiError {
  return new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

/** The answer with warnings for whoever asked. */
export function withWarnings(response: FullResponse, warnings: readonly string[]): FullResponse {
  return warnings.length > 0 ? { ...response, warnings } : response;
}
