import { isJsonObject, type JsonObject } from '@lotse/manifests';
import type { HttpAnswer, HttpRequest } from '../container-runtime.js';
import { jsonAnswer } from '../image-behaviour.js';

/** A yes to an admission review, as most webhooks say most of the time; undefined for every other request. */
export function admitted({ method, body }: HttpRequest): HttpAnswer | undefined {
  if (method !== 'POST' || !body) return undefined;
  const review = objectOf(new TextDecoder().decode(body));
  if (review?.['kind'] !== 'AdmissionReview' || !isJsonObject(review['request'])) return undefined;
  const { uid = '' } = review['request'];
  const { apiVersion = 'admission.k8s.io/v1' } = review;
  return jsonAnswer(200, { apiVersion, kind: 'AdmissionReview', response: { uid, allowed: true } });
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
