import type { FieldError } from '../../api/api-error.js';
import type {
  Counter,
  Device,
  DeviceAttribute,
  DeviceCounterConsumption,
  DeviceTaint,
} from '../../types/index.js';
import {
  duplicate,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../field-errors.js';
import { labelValueProblems } from '../names.js';
import { validateList, validateSet } from './bounded-lists.js';
import { deviceLabel, validateDeviceKey } from './device-names.js';
import { labelName } from './paths.js';
import { validateRequestPolicy } from './request-policy.js';
import type { Sent } from './sent.js';

const MOST_PROPERTIES = 32;
const MOST_TAINTS = 16;
const MOST_COUNTERS = 32;
const MOST_CONSUMPTIONS = 2;
const MOST_CONDITIONS = 4;
const LONGEST_VALUE = 64;
/** Longest key that is shown whole: a domain, a slash and a name. */
const LONGEST_SHOWN_KEY = 63 + 1 + 32;
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const NUMBER = '(0|[1-9]\\d*)';
const PRE_RELEASE = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const BUILD = '[0-9a-zA-Z-]+';
const semanticVersion = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PRE_RELEASE}(\\.${PRE_RELEASE})*)?(\\+${BUILD}(\\.${BUILD})*)?$`,
);

/** What a device is, how much it has and what it costs (pkg/apis/resource/validation). */
export function validateDevice(device: Sent<Device>, field: string, old?: Device): FieldError[] {
  const { attributes = {}, capacity = {}, taints = [], consumesCounters = [] } = device;
  const errors = deviceLabel(device.name, `${field}.name`);
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > MOST_PROPERTIES)
    errors.push(
      invalidValue(
        field,
        count,
        `the total number of attributes and capacities must not exceed ${MOST_PROPERTIES}`,
      ),
    );
  for (const [key, attribute] of Object.entries(attributes))
    errors.push(
      ...validateDeviceKey(key, `${field}.attributes`),
      ...validateAttribute(attribute, `${field}.attributes[${shownKey(key)}]`),
    );
  for (const [key, { value, requestPolicy }] of Object.entries(capacity)) {
    errors.push(...validateDeviceKey(key, `${field}.capacity`));
    const at = `${field}.capacity[${shownKey(key)}].requestPolicy`;
    if (requestPolicy && device.allowMultipleAllocations)
      errors.push(...validateRequestPolicy(value, requestPolicy, at));
    else if (requestPolicy) errors.push(forbiddenField(at, 'allowMultipleAllocations must be true'));
  }
  if (JSON.stringify(taints) !== JSON.stringify(old?.taints ?? []))
    errors.push(...validateList(taints, MOST_TAINTS, `${field}.taints`, validateTaint));
  const keyOf = ({ counterSet }: Sent<DeviceCounterConsumption>) => counterSet ?? '';
  return [
    ...errors,
    ...validateSet(consumesCounters, MOST_CONSUMPTIONS, `${field}.consumesCounters`, keyOf, (one, at) =>
      validateCounters(keyOf(one), one.counters, at, 'counterSet'),
    ),
  ];
}

/** A named group of counters, kept or used up. */
export function validateCounters(
  name: string,
  counters: Readonly<Record<string, Counter>> | undefined,
  field: string,
  key: 'counterSet' | 'name',
): FieldError[] {
  const names = Object.keys(counters ?? {});
  const at = `${field}.counters`;
  return [
    ...(name === '' ? [required(`${field}.${key}`)] : deviceLabel(name, `${field}.${key}`)),
    ...(names.length === 0
      ? [required(at)]
      : names.length > MOST_COUNTERS
        ? [tooMany(at, names.length, MOST_COUNTERS)]
        : names.flatMap((one) => deviceLabel(one, at))),
  ];
}

/** Conditions that have to hold before a pod is bound, and those that make it fail. */
export function validateBindingConditions(device: Sent<Device>, field: string): FieldError[] {
  const { bindingConditions: wanted = [], bindingFailureConditions: failed = [] } = device;
  const [first, second] = [`${field}.bindingConditions`, `${field}.bindingFailureConditions`];
  const errors = [
    ...validateList(wanted, MOST_CONDITIONS, first, labelName),
    ...validateList(failed, MOST_CONDITIONS, second, labelName),
  ];
  for (const [index, one] of wanted.entries())
    if (wanted.indexOf(one) < index) errors.push(duplicate(`${first}[${index}]`, one));
  for (const [index, one] of failed.entries()) {
    const at = `${second}[${index}]`;
    if (failed.indexOf(one) < index) errors.push(duplicate(at, one));
    if (wanted.includes(one))
      errors.push(invalidValue(at, one, 'bindingFailureConditions must not overlap with bindingConditions'));
  }
  if (wanted.length === 0 && failed.length > 0)
    errors.push(
      invalidValue(first, undefined, 'bindingConditions are required to use bindingFailureConditions'),
    );
  if (failed.length === 0 && wanted.length > 0)
    errors.push(
      invalidValue(second, undefined, 'bindingFailureConditions are required to use bindingConditions'),
    );
  return errors;
}

function validateTaint(
  { key = '', value = '', effect = '' }: Sent<DeviceTaint>,
  field: string,
): FieldError[] {
  return [
    ...labelName(key, `${field}.key`),
    ...(value === '' ? [] : invalidEach(`${field}.value`, value, labelValueProblems(value))),
    ...(effect === ''
      ? [required(`${field}.effect`)]
      : EFFECTS.includes(effect)
        ? []
        : [notSupported(`${field}.effect`, effect, EFFECTS)]),
  ];
}

function validateAttribute(attribute: DeviceAttribute, field: string): FieldError[] {
  const { string, version } = attribute;
  const errors: FieldError[] = [];
  if (string !== undefined && Buffer.byteLength(string) > LONGEST_VALUE)
    errors.push(tooLong(`${field}.string`, LONGEST_VALUE));
  if (version !== undefined && !semanticVersion.test(version))
    errors.push(
      invalidValue(`${field}.version`, version, 'must be a string compatible with semver.org spec 2.0.0'),
    );
  if (version !== undefined && Buffer.byteLength(version) > LONGEST_VALUE)
    errors.push(tooLong(`${field}.version`, LONGEST_VALUE));
  const set = (['bool', 'int', 'string', 'version'] as const).filter((key) => attribute[key] !== undefined);
  if (set.length !== 1)
    errors.push(
      invalidValue(field, set.length === 0 ? '' : attribute, 'exactly one value must be specified'),
    );
  return errors;
}

/** Keys too long to be shown lose their middle. */
function shownKey(key: string): string {
  if (key.length <= LONGEST_SHOWN_KEY) return key;
  const rest = LONGEST_SHOWN_KEY - 3;
  return `${key.slice(0, Math.ceil(rest / 2))}...${key.slice(-Math.floor(rest / 2))}`;
}
