import { isJsonObject, type JsonObject, type JsonValue } from '@lotse/manifests';
import { ApiError, type StatusReason } from '../../api/api-error.js';
import { parseBoundedJson } from '../../api/bounded-json.js';
import type { WebhookCall, WebhookAnswer } from './webhook-caller.js';

/** What a webhook wants to become of a request. */
export interface Verdict {
  readonly patch: JsonValue | undefined;
  readonly warnings: readonly string[];
}

/** A webhook that could not be asked or did not make sense: its failure policy decides what that means. */
export class WebhookFailure extends Error {
  constructor(name: string, problem: string) {
    super(`failed calling webhook ${JSON.stringify(name)}: ${problem}`);
    this.name = 'WebhookFailure';
  }
}

/** Reads an answer. Throws a WebhookFailure when there is none, an ApiError when the request is denied. */
export function readVerdict(
  call: WebhookCall,
  answer: WebhookAnswer,
  phase: 'mutating' | 'validating',
): Verdict {
  if (answer.kind === 'failed') throw new WebhookFailure(call.name, answer.problem);
  const isInvalid = (why: string): WebhookFailure =>
    new WebhookFailure(call.name, `received invalid webhook response: ${why}`);
  const { body } = answer;
  const response = isJsonObject(body) ? body['response'] : undefined;
  if (!isJsonObject(body) || !isJsonObject(response)) throw isInvalid('webhook response was absent');
  const asked = call.review['request'] as JsonObject;
  const isFirst = call.review['apiVersion'] === 'admission.k8s.io/v1';
  if (isFirst) {
    const uid = textOf(response['uid']);
    if (uid !== asked['uid'])
      throw isInvalid(`expected response.uid=${JSON.stringify(asked['uid'])}, got ${JSON.stringify(uid)}`);
    if (body['apiVersion'] !== 'admission.k8s.io/v1' || body['kind'] !== 'AdmissionReview')
      throw isInvalid(
        `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${textOf(body['apiVersion'])}, Kind=${textOf(body['kind'])}`,
      );
  }
  const patch = textOf(response['patch']);
  const patchType = response['patchType'] === null ? undefined : response['patchType'];
  if (phase === 'validating' && isFirst) {
    if (patch !== '') throw isInvalid('validating webhook may not return response.patch');
    if (patchType !== undefined) throw isInvalid('validating webhook may not return response.patchType');
  } else if (phase === 'mutating' && isFirst) {
    if (patch !== '' && patchType === undefined)
      throw isInvalid('webhook returned response.patch but not response.patchType');
    if (patch === '' && patchType !== undefined)
      throw isInvalid('webhook returned response.patchType but not response.patch');
    if (patchType === '') throw isInvalid('webhook returned invalid response.patchType of ""');
  }
  if (response['allowed'] !== true) throw denied(call.name, response['status']);
  const warnings = Array.isArray(response['warnings']) ? response['warnings'].map(textOf) : [];
  if (phase === 'validating' || patch === '') return { patch: undefined, warnings };
  if (isFirst && patchType !== 'JSONPatch')
    throw new WebhookFailure(call.name, `unsupported patch type ${JSON.stringify(patchType)}`);
  return { patch: decodePatch(call.name, patch), warnings };
}

/** 500 for a webhook that failed and whose policy is Fail. */
export function failedClosed(problem: string): ApiError {
  return new ApiError(500, 'InternalError', `Internal error occurred: ${problem}`, {
    causes: [{ message: problem }],
  });
}

/** The status a webhook refuses with, never one that means success (webhook/errors/statuserror.go). */
function denied(name: string, given: JsonValue | undefined): ApiError {
  const status = isJsonObject(given) ? given : {};
  const { code: told } = status;
  const isRefusal = typeof told === 'number' && Number.isInteger(told) && told >= 400 && told <= 599;
  const code = isRefusal ? told : 400;
  const deniedBy = `admission webhook ${JSON.stringify(name)} denied the request`;
  const reason = textOf(status['reason']);
  const message = textOf(status['message']);
  const why = message || reason;
  const text = why === '' ? `${deniedBy} without explanation` : `${deniedBy}: ${why}`;
  const details = isJsonObject(status['details']) ? status['details'] : undefined;
  return new ApiError(code, reason as StatusReason, text, details);
}

function decodePatch(name: string, patch: string): JsonValue {
  try {
    return parseBoundedJson(Buffer.from(patch, 'base64').toString('utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WebhookFailure(name, `received undecodable patch in webhook response: ${why}`);
  }
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
