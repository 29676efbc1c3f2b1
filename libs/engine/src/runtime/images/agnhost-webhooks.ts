import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import type { HttpAnswer, HttpRequest } from '../container-runtime.js';
import { FileError } from '../files/container-files.js';
import { answer, pathOf, type ServerContext } from '../image-behaviour.js';
import { flagsOf } from '../programs/agnhost.js';

/** What one of agnhost's admission webhooks makes of a request; undefined when it fails over it. */
type Admit = (request: JsonObject, context: ServerContext) => JsonObject | undefined;

/** How long the slow one takes. */
const SLOW_MS = 5000;
const STABLE = 'stable.example.com';

const allowed: JsonObject = { allowed: true };
const refused = (status: JsonObject): JsonObject => ({ allowed: false, status: { metadata: {}, ...status } });
const patched = (patch: JsonValue): JsonObject => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
});
const field = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
const at = (value: JsonValue | undefined, ...names: string[]): JsonValue | undefined =>
  names.reduce(field, value);

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** The resource that is asked about, when it is the one a webhook knows. */
const isAbout = (request: JsonObject, resource: string): boolean =>
  at(request, 'resource', 'group') === '' && at(request, 'resource', 'resource') === resource;

function addLabel(request: JsonObject): JsonObject {
  const labels = at(request, 'object', 'metadata', 'labels');
  if (!isJsonObject(labels) || Object.keys(labels).length === 0)
    return patched([{ op: 'add', path: '/metadata/labels', value: { 'added-label': 'yes' } }]);
  const label = field(labels, 'added-label');
  if (label === 'yes') return allowed;
  const op = label === undefined ? 'add' : 'replace';
  return patched([{ op, path: '/metadata/labels/added-label', value: 'yes' }]);
}

/** Refuses what carries the marks of the test's data. */
function admitData(what: string, unwanted: string, request: JsonObject): JsonObject {
  const isDelete = request['operation'] === 'DELETE';
  const mark = at(request, isDelete ? 'oldObject' : 'object', 'data', 'webhook-e2e-test');
  if (isDelete && mark === 'webhook-nondeletable')
    return refused({ reason: `the ${what} cannot be deleted because it contains unwanted key and value` });
  if (!isDelete && mark === 'webhook-disallow')
    return refused({ reason: `the ${what} contains ${unwanted}` });
  return allowed;
}

/** Adds the mark of one stage to what was started, and that of the next to what has passed the first. */
function mutateData(request: JsonObject): JsonObject {
  const data = at(request, 'object', 'data');
  const stage = (mark: string): JsonObject =>
    patched([{ op: 'add', path: `/data/mutation-stage-${mark}`, value: 'yes' }]);
  if (field(data, 'mutation-stage-1') === 'yes') return stage('2');
  return field(data, 'mutation-start') === 'yes' ? stage('1') : allowed;
}

const containersOf = (request: JsonObject, list: string): readonly JsonValue[] => {
  const found = at(request, 'object', 'spec', list);
  return Array.isArray(found) ? found : [];
};
const isNamed = (container: JsonValue, name: string): boolean => field(container, 'name') === name;

function admitPods(request: JsonObject): JsonObject {
  const label = at(request, 'object', 'metadata', 'labels', 'webhook-e2e-test');
  const told: string[] = [];
  if (label === 'webhook-disallow') told.push('the pod contains unwanted label');
  if (label === 'wait-forever') told.push('the pod response should not be sent');
  for (const container of containersOf(request, 'containers'))
    if (textOf(field(container, 'name')).includes('webhook-disallow'))
      told.push('the pod contains unwanted container name');
  return told.length === 0 ? allowed : refused({ message: `${told.join('; ')};` });
}

function denyAttachment(request: JsonObject): JsonObject {
  const { object } = request;
  return request['name'] === 'to-be-attached-pod' &&
    request['subResource'] === 'attach' &&
    field(object, 'stdin') === true &&
    field(object, 'container') === 'container1'
    ? refused({ message: "attaching to pod 'to-be-attached-pod' is not allowed" })
    : allowed;
}

function mutatePods(request: JsonObject): JsonObject {
  const name = 'webhook-added-init-container';
  const isMarked = at(request, 'object', 'metadata', 'name') === 'webhook-to-be-mutated';
  if (!isMarked || containersOf(request, 'initContainers').some((one) => isNamed(one, name))) return allowed;
  const value = [{ image: 'webhook-added-image', name, resources: {} }];
  return patched([{ op: 'add', path: '/spec/initContainers', value }]);
}

function addSidecar(request: JsonObject, { words }: ServerContext): JsonObject {
  const image = flagsOf(words).get('sidecar_image') ?? '';
  if (image === '')
    return refused({
      status: 'Failure',
      message: 'No image specified by the sidecar-image parameter',
      code: 500,
    });
  const name = 'webhook-added-sidecar';
  if (containersOf(request, 'containers').some((one) => isNamed(one, name))) return allowed;
  return patched([{ op: 'add', path: '/spec/containers/-', value: { image, name, resources: {} } }]);
}

function admitDefinitions(request: JsonObject): JsonObject {
  return at(request, 'object', 'metadata', 'labels', 'webhook-e2e-test') === 'webhook-disallow'
    ? refused({ message: 'the crd contains unwanted label' })
    : allowed;
}

const only =
  (resource: string, admit: Admit): Admit =>
  (request, context) =>
    isAbout(request, resource) ? admit(request, context) : undefined;

const ADMISSION: Readonly<Record<string, Admit>> = {
  '/always-allow-delay-5s': () => ({
    allowed: true,
    status: { metadata: {}, message: 'this webhook allows all requests' },
  }),
  '/always-deny': () => refused({ message: 'this webhook denies all requests' }),
  '/add-label': addLabel,
  '/pods': only('pods', admitPods),
  '/pods/attach': only('pods', denyAttachment),
  '/mutating-pods': only('pods', mutatePods),
  '/mutating-pods-sidecar': only('pods', addSidecar),
  '/configmaps': only('configmaps', (request) => admitData('configmap', 'unwanted key and value', request)),
  '/mutating-configmaps': only('configmaps', mutateData),
  '/custom-resource': (request) => admitData('custom resource', 'unwanted data', request),
  '/mutating-custom-resource': mutateData,
  '/crd': admitDefinitions,
};

/** Servers of agnhost that answer with the certificate their flags name. */
export function overTls(
  serve: (request: HttpRequest, context: ServerContext) => HttpAnswer,
): (request: HttpRequest, context: ServerContext) => HttpAnswer {
  return (request, context) => {
    const certificate = certificateOf(context);
    const reply = serve(request, context);
    return certificate === undefined ? reply : { ...reply, certificate };
  };
}

function certificateOf({ words, files }: ServerContext): string | undefined {
  const path = flagsOf(words).get('tls_cert_file');
  if (path === undefined) return undefined;
  try {
    return Buffer.from(files().read(path)).toString('utf8');
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** `agnhost webhook`: answers admission reviews. */
export function admissionWebhook(request: HttpRequest, context: ServerContext): HttpAnswer {
  const path = pathOf(request);
  if (path === '/readyz') return answer(200, 'ok');
  const admit = Object.hasOwn(ADMISSION, path) ? ADMISSION[path] : undefined;
  if (!admit) return answer(404, '404 page not found\n');
  const review = reviewOf(request, 'AdmissionReview', 'admission.k8s.io');
  if (typeof review === 'string') return answer(400, `Request could not be decoded: ${review}\n`);
  const asked = review['request'];
  const response = isJsonObject(asked) ? admit(asked, context) : undefined;
  if (!response) return answer(500, '');
  const waits = at(asked, 'object', 'metadata', 'labels', 'webhook-e2e-test') === 'wait-forever';
  const { kind, apiVersion } = review;
  const body = {
    kind: kind ?? '',
    apiVersion: apiVersion ?? '',
    response: { uid: at(asked, 'uid') ?? '', ...response },
  };
  const reply = answer(200, JSON.stringify(body), 'application/json');
  if (path === '/pods' && waits) return { ...reply, delayMs: Infinity };
  return path === '/always-allow-delay-5s' ? { ...reply, delayMs: SLOW_MS } : reply;
}

/** `agnhost crd-conversion-webhook`: between an address in one piece (v1) and in two (v2). */
export function conversionWebhook(request: HttpRequest): HttpAnswer {
  const path = pathOf(request);
  if (path === '/readyz') return answer(200, 'ok');
  if (path !== '/crdconvert') return answer(404, '404 page not found\n');
  const review = reviewOf(request, 'ConversionReview', 'apiextensions.k8s.io');
  if (typeof review === 'string') return answer(400, `failed to deserialize body with error ${review}\n`);
  const asked = review['request'];
  const objects = field(asked, 'objects');
  const to = textOf(field(asked, 'desiredAPIVersion'));
  const convertedObjects: JsonObject[] = [];
  let result: JsonObject = { metadata: {}, status: 'Success' };
  for (const object of Array.isArray(objects) ? objects : []) {
    const converted = isJsonObject(object) ? convertedTo(object, to) : 'not an object';
    if (typeof converted === 'string') result = { metadata: {}, status: 'Failure', message: converted };
    else convertedObjects.push({ ...converted, apiVersion: to });
  }
  const isDone = result['status'] === 'Success';
  const response = { uid: at(asked, 'uid') ?? '', convertedObjects: isDone ? convertedObjects : [], result };
  const { kind, apiVersion } = review;
  return answer(
    200,
    JSON.stringify({ kind: kind ?? '', apiVersion: apiVersion ?? '', response }),
    'application/json',
  );
}

/** The object in the other version; a text says why it has none. */
function convertedTo(object: JsonObject, to: string): JsonObject | string {
  const from = object['apiVersion'];
  if (from === to) return `conversion from a version to itself should not call the webhook: ${to}`;
  const unexpected = (version: unknown): string =>
    `unexpected conversion version ${JSON.stringify(version ?? '')}`;
  if (from === `${STABLE}/v1`) {
    if (to !== `${STABLE}/v2`) return unexpected(to);
    const { hostPort, ...rest } = object;
    if (hostPort === undefined) return object;
    const parts = String(hostPort as string).split(':');
    const [host = '', port = ''] = parts;
    return parts.length === 2
      ? { ...rest, host, port }
      : `invalid hostPort value \`${String(hostPort as string)}\``;
  }
  if (from !== `${STABLE}/v2`) return unexpected(from);
  if (to !== `${STABLE}/v1`) return unexpected(to);
  const { host, port, ...rest } = object;
  if (host === undefined && port === undefined) return object;
  return { ...rest, hostPort: `${String((host ?? '') as string)}:${String((port ?? '') as string)}` };
}

function reviewOf({ body }: HttpRequest, kind: string, group: string): JsonObject | string {
  try {
    const review = JSON.parse(Buffer.from(body ?? []).toString('utf8')) as JsonValue;
    const isKnown = isJsonObject(review) && review['kind'] === kind;
    const version = textOf(field(review, 'apiVersion'));
    return isKnown && (version === `${group}/v1` || version === `${group}/v1beta1`)
      ? review
      : `no kind ${JSON.stringify(field(review, 'kind') ?? '')} is registered for version ${JSON.stringify(version)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
