import { X509Certificate } from 'node:crypto';
import type { FieldError } from '../../../api/api-error.js';
import { formatTime } from '../../../time.js';
import type { CertificateSigningRequest } from '../../../types/index.js';
import { duplicate, forbiddenField, invalidValue, notSupported, required } from '../../field-errors.js';
import { goQuote } from '../../go-quote.js';
import { jsonEqual } from '../../json-equal.js';
import { CONDITION_STATUSES } from './conditions.js';

type Condition = NonNullable<NonNullable<CertificateSigningRequest['status']>['conditions']>[number];

const CONDITIONS = 'status.conditions';
const CERTIFICATE = 'status.certificate';
/** What only the approval decides. */
const DECISIONS = ['Approved', 'Denied'];
/** What is so or is not said. */
const FINAL = [...DECISIONS, 'Failed'];
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n(.*?)-----END \1-----/gs;

const conditionsOf = ({ status }: CertificateSigningRequest): readonly Condition[] =>
  status?.conditions ?? [];
const ofType = (request: CertificateSigningRequest, wanted: string): Condition[] =>
  conditionsOf(request).filter(({ type }) => type === wanted);

/** The conditions of a status, its decisions as they were: an older signer may have changed their shape. */
export function keptDecisions(
  given: CertificateSigningRequest,
  old: CertificateSigningRequest,
): readonly Condition[] {
  let conditions = conditionsOf(given);
  for (const decision of DECISIONS) {
    const before = ofType(old, decision);
    if (before.length !== ofType(given, decision).length) continue;
    conditions = conditions.map((one) => (one.type === decision ? (before.shift() ?? one) : one));
  }
  return conditions;
}

/** The status with conditions that say when each was said, and since when it is so (populateConditionTimestamps). */
export function withTimes(
  status: CertificateSigningRequest['status'],
  given: readonly Condition[],
  old: CertificateSigningRequest,
  nowMs: number,
): NonNullable<CertificateSigningRequest['status']> {
  const now = formatTime(nowMs);
  const conditions = given.map((one) => {
    const before = conditionsOf(old).find(
      (known) => known.type === one.type && known.status === one.status && known.lastTransitionTime,
    );
    return {
      ...one,
      lastUpdateTime: one.lastUpdateTime || now,
      lastTransitionTime: one.lastTransitionTime || before?.lastTransitionTime || now,
    };
  });
  const { conditions: _, ...rest } = status ?? {};
  return { ...rest, ...(conditions.length > 0 && { conditions }) };
}

/** A write of the status: a certificate, or why there is none (ValidateCertificateSigningRequestStatusUpdate). */
export function validateIssue(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
): FieldError[] {
  const [certificate, before] = [request.status?.certificate ?? '', old.status?.certificate ?? ''];
  const isNew = certificate !== before;
  const problem = isNew && !certificateProblem(before) ? certificateProblem(certificate) : undefined;
  return [
    ...conditionErrors(request, old),
    ...(problem === undefined ? [] : [invalidValue(CERTIFICATE, '<certificate data>', problem)]),
    ...removalErrors(request, old),
    ...DECISIONS.flatMap((decision) => decisionErrors(decision, request, old)),
    ...(isNew && before
      ? [forbiddenField(CERTIFICATE, 'updates may not modify existing certificate content')]
      : []),
  ];
}

/** A write of the approval (ValidateCertificateSigningRequestApprovalUpdate). */
export function validateDecision(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
): FieldError[] {
  return [...conditionErrors(request, old), ...removalErrors(request, old)];
}

/** What an older object has already may stay wrong. */
function conditionErrors(request: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] {
  const types = conditionsOf(old).map(({ type }) => type);
  const mayBeEmpty = types.some((type) => !type);
  const mayRepeat = new Set(types).size < types.length;
  const mayBeBoth = DECISIONS.every((decision) => types.includes(decision));
  const seen = new Set<string>();
  return conditionsOf(request).flatMap((condition, index) => {
    const { type = '', status = '' } = condition as Partial<Condition>;
    const at = `${CONDITIONS}[${index}]`;
    const allowed = FINAL.includes(type) ? ['True'] : CONDITION_STATUSES;
    const isOther =
      !mayBeBoth && DECISIONS.includes(type) && DECISIONS.some((d) => d !== type && seen.has(d));
    const isRepeated = !mayRepeat && seen.has(type);
    seen.add(type);
    return [
      ...(type || mayBeEmpty ? [] : [required(`${at}.type`)]),
      ...(status === ''
        ? [required(`${at}.status`)]
        : allowed.includes(status)
          ? []
          : [notSupported(`${at}.status`, status, allowed)]),
      ...(isOther
        ? [invalidValue(CONDITIONS, type, 'Approved and Denied conditions are mutually exclusive')]
        : []),
      ...(isRepeated ? [duplicate(`${at}.type`, type)] : []),
    ];
  });
}

function removalErrors(request: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] {
  return FINAL.filter((type) => ofType(request, type).length < ofType(old, type).length).map((type) =>
    forbiddenField(CONDITIONS, `updates may not remove a condition of type ${goQuote(type)}`),
  );
}

function decisionErrors(
  type: string,
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
): FieldError[] {
  const [now, before] = [ofType(request, type), ofType(old, type)];
  if (now.length < before.length || jsonEqual(now, before)) return [];
  const what = now.length > before.length ? 'add' : 'modify';
  return [forbiddenField(CONDITIONS, `updates may not ${what} a condition of type ${goQuote(type)}`)];
}

/** Why a certificate (base64 of PEM) is none; undefined for one, and for nothing. */
function certificateProblem(certificate: string): string | undefined {
  if (certificate === '') return undefined;
  const text = Buffer.from(certificate, 'base64').toString('latin1');
  let found = 0;
  for (const [whole, label = '', inside = ''] of text.matchAll(BLOCK)) {
    if (label !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${goQuote(label)}`;
    if (inside.includes(':')) return 'no PEM block headers are permitted';
    found++;
    if (!isCertificate(whole)) return 'x509: malformed certificate';
  }
  return found === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
