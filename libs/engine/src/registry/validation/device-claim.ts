import type { FieldError } from '../../api/api-error.js';
import type {
  DeviceClaim,
  DeviceClassConfiguration,
  DeviceConstraint,
  DeviceRequest,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
} from '../../types/index.js';
import { invalidEach, invalidValue, notSupported, required, tooLong } from '../field-errors.js';
import { dnsSubdomainProblems, labelValueProblems } from '../names.js';
import { isJsonObject } from '@lotse/manifests';
import { validateList, validateSet } from './bounded-lists.js';
import { deviceLabel, validateFullDeviceKey } from './device-names.js';
import { validateDeviceSelectors } from './device-selectors.js';
import { labelName } from './paths.js';
import type { Sent } from './sent.js';
import { validateDriverName } from './volume-sources.js';

const MOST_REQUESTS = 32;
const MOST_ALTERNATIVES = 8;
const LONGEST_PARAMETERS = 10 * 1024;
const MODES = ['All', 'ExactCount'];
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const OPERATORS = ['Equal', 'Exists'];
const UNION = 'exactly one of `exactly` or `firstAvailable` is required';

/** Devices a claim asks for (pkg/apis/resource/validation). */
export function validateDeviceClaim(
  { requests = [], constraints = [], config = [] }: DeviceClaim,
  field: string,
): FieldError[] {
  const names = namesOf(requests);
  const refer = (list: readonly string[] | undefined, at: string) =>
    validateSet(list ?? [], MOST_REQUESTS, `${at}.requests`, String, (name, place) =>
      validateReference(name, place, names),
    );
  return [
    ...validateSet(requests, MOST_REQUESTS, `${field}.requests`, nameOf, validateRequest),
    ...validateList(constraints, MOST_REQUESTS, `${field}.constraints`, (one, at) => [
      ...refer(one.requests, at),
      ...validateConstraint(one, at),
    ]),
    ...validateList(config, MOST_REQUESTS, `${field}.config`, (one, at) => [
      ...refer(one.requests, at),
      ...validateDeviceConfiguration(one, at),
    ]),
  ];
}

/** Parameters for a driver, which only that understands. */
export function validateDeviceConfiguration(
  { opaque }: DeviceClassConfiguration,
  field: string,
): FieldError[] {
  if (!opaque) return [required(`${field}.opaque`)];
  const { driver, parameters } = opaque as Sent<typeof opaque>;
  return [
    ...validateDriverName(driver, `${field}.opaque.driver`),
    ...validateParameters(parameters, `${field}.opaque.parameters`),
  ];
}

/** A JSON object that is not too large. */
export function validateParameters(parameters: unknown, field: string): FieldError[] {
  if (parameters === undefined || parameters === null) return [required(field)];
  if (Buffer.byteLength(JSON.stringify(parameters)) > LONGEST_PARAMETERS)
    return [tooLong(field, LONGEST_PARAMETERS)];
  return isJsonObject(parameters)
    ? []
    : [invalidValue(field, '<value omitted>', 'must be a valid JSON object')];
}

const nameOf = ({ name }: { readonly name?: string }): string => name ?? '';

/** Names that can be referred to: of requests, and `request/alternative`. */
export function namesOf(requests: readonly DeviceRequest[]): ReadonlySet<string> {
  return new Set(
    requests.flatMap((request) => [
      nameOf(request),
      ...(request.firstAvailable ?? []).map((one) => `${nameOf(request)}/${nameOf(one)}`),
    ]),
  );
}

/** The name of a request, or of one of its alternatives. */
export function validateReference(name: string, field: string, names: ReadonlySet<string>): FieldError[] {
  const unknown = invalidValue(
    field,
    name,
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
  );
  const segments = name.split('/');
  if (segments.length > 2) return [unknown];
  return [
    ...segments.flatMap((segment) => deviceLabel(segment, field)),
    ...(names.has(name) ? [] : [unknown]),
  ];
}

function validateRequest(request: Sent<DeviceRequest>, field: string): FieldError[] {
  const { name, exactly, firstAvailable = [] } = request;
  const errors = deviceLabel(name, `${field}.name`);
  const hasAlternatives = firstAvailable.length > 0;
  if (exactly && hasAlternatives)
    return [...errors, invalidValue(field, null, `${UNION}, but multiple fields are set`)];
  if (exactly) return [...errors, ...validateExact(exactly, `${field}.exactly`)];
  if (!hasAlternatives) return [...errors, required(field, UNION)];
  const check = (one: DeviceSubRequest, at: string) => [
    ...deviceLabel(nameOf(one), `${at}.name`),
    ...validateExact(one, at),
  ];
  return [
    ...errors,
    ...validateSet(firstAvailable, MOST_ALTERNATIVES, `${field}.firstAvailable`, nameOf, check),
  ];
}

function validateExact(request: Sent<ExactDeviceRequest>, field: string): FieldError[] {
  const { deviceClassName, selectors, allocationMode = '', count = 0, tolerations = [] } = request;
  const at = `${field}.deviceClassName`;
  return [
    ...(deviceClassName
      ? invalidEach(at, deviceClassName, dnsSubdomainProblems(deviceClassName))
      : [required(at)]),
    ...validateDeviceSelectors(selectors, `${field}.selectors`),
    ...validateCount(allocationMode, count, field),
    ...tolerations.flatMap((one, index) => validateToleration(one, `${field}.tolerations[${index}]`)),
  ];
}

function validateCount(mode: string, count: number, field: string): FieldError[] {
  if (!MODES.includes(mode)) return [notSupported(`${field}.allocationMode`, mode, MODES)];
  if (mode === 'All')
    return count === 0
      ? []
      : [invalidValue(`${field}.count`, count, `must not be specified when allocationMode is '${mode}'`)];
  return count > 0 ? [] : [invalidValue(`${field}.count`, count, 'must be greater than zero')];
}

function validateToleration(
  { key = '', operator = '', value = '', effect = '' }: DeviceToleration,
  field: string,
): FieldError[] {
  const errors: FieldError[] = key === '' ? [] : labelName(key, `${field}.key`);
  if (operator === '') errors.push(required(`${field}.operator`));
  else if (!OPERATORS.includes(operator)) errors.push(notSupported(`${field}.operator`, operator, OPERATORS));
  else if (operator === 'Equal')
    errors.push(...invalidEach(`${field}.value`, value, labelValueProblems(value)));
  else if (value !== '')
    errors.push(invalidValue(`${field}.value`, value, 'must be empty for operator `Exists`'));
  if (effect !== '' && !EFFECTS.includes(effect))
    errors.push(notSupported(`${field}.effect`, effect, EFFECTS));
  return errors;
}

function validateConstraint(
  { matchAttribute, distinctAttribute }: DeviceConstraint,
  field: string,
): FieldError[] {
  if (matchAttribute !== undefined) return validateFullDeviceKey(matchAttribute, `${field}.matchAttribute`);
  if (distinctAttribute !== undefined)
    return validateFullDeviceKey(distinctAttribute, `${field}.distinctAttribute`);
  return [
    required(
      field,
      'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set',
    ),
  ];
}
