import type { FieldError } from '../../api/api-error.js';
import type { Event } from '../../types/index.js';
import { IMMUTABLE, invalidEach, invalidValue, required } from '../field-errors.js';
import { jsonEqual } from '../json-equal.js';
import { dnsSubdomainProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { labelName } from '../validation/paths.js';

/** Longest texts of an event that says when it happened (core/validation/events.go). */
const LONGEST = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

const elsewhere = (namespace: string): FieldError =>
  invalidValue('involvedObject.namespace', namespace, 'does not match event.namespace');

/** An event is kept where what it is about is; events about the cluster itself in the default namespace. */
function namespaceErrors({ metadata, involvedObject }: Event): FieldError[] {
  const namespace = involvedObject?.namespace ?? '';
  const expected = namespace || 'default';
  return metadata.namespace === expected ? [] : [elsewhere(namespace)];
}

/** Events that say when they happened also say who tells it, and what was done. */
function completeErrors(event: Event, reporter: Reporter): FieldError[] {
  const { metadata, involvedObject, reportingComponent = '' } = event;
  const namespace = involvedObject?.namespace ?? '';
  const isPlaced = namespace !== '' || ['default', 'kube-system'].includes(metadata.namespace ?? '');
  const errors = isPlaced ? [] : [elsewhere(namespace)];
  if (!reportingComponent) errors.push(required(reporter));
  errors.push(...labelName(reportingComponent, reporter));
  for (const [name, longest] of Object.entries(LONGEST) as [keyof typeof LONGEST, number][]) {
    const text = event[name] ?? '';
    if (!text && name !== 'message') errors.push(required(name));
    if (Buffer.byteLength(text) > longest)
      errors.push(invalidValue(name, '', `can have at most ${longest} characters`));
  }
  return errors;
}

/** What the two versions of events call who tells of them. */
type Reporter = 'reportingComponent' | 'reportingController';

const validateEvent = (event: Event, reporter: Reporter): FieldError[] => [
  ...(event.eventTime ? completeErrors(event, reporter) : namespaceErrors(event)),
  ...invalidEach(
    'namespace',
    event.metadata.namespace ?? '',
    dnsSubdomainProblems(event.metadata.namespace ?? ''),
  ),
];

function validateSeries({ series }: Event): FieldError[] {
  if (!series) return [];
  return [
    ...((series.count ?? 0) < 2 ? [invalidValue('series.count', '', 'should be at least 2')] : []),
    ...(series.lastObservedTime ? [] : [required('series.lastObservedTime')]),
  ];
}

/** What events were once told by, and newer ones are not. */
function validateUnset({ firstTimestamp, lastTimestamp, count, source }: Event): FieldError[] {
  const set = { firstTimestamp, lastTimestamp, count, source: source?.component ?? source?.host };
  return Object.entries(set).flatMap(([field, value]) =>
    value ? [invalidValue(field, '', 'needs to be unset')] : [],
  );
}

/** Of an event that was told through the newer version only its series goes on. */
const FIXED = [
  'involvedObject reason message source firstTimestamp lastTimestamp count reason type eventTime action related',
  'reportingComponent reportingInstance',
].flatMap((line) => line.split(' ') as (keyof Event)[]);
const REFERENCE = ['Kind', 'Namespace', 'Name', 'UID', 'APIVersion', 'ResourceVersion', 'FieldPath'];

function validateFixed(event: Event, old: Event): FieldError[] {
  return FIXED.flatMap((key) => {
    const [now, before] = [event[key] ?? '', old[key] ?? ''];
    const field = key === 'reportingComponent' ? 'reportingController' : key;
    return jsonEqual(now, before) ? [] : [invalidValue(field, shownAs(key, event[key]), IMMUTABLE)];
  });
}

/** Go shows all fields of a reference, and times that are missing as nothing. */
function shownAs(key: keyof Event, value: unknown): unknown {
  if (key === 'count') return value ?? 0;
  if (key !== 'involvedObject' && key !== 'related') return key === 'eventTime' ? value : (value ?? '');
  if (value === undefined) return key === 'related' ? undefined : shownAs(key, {});
  const fields = value as Readonly<Record<string, string>>;
  const nameOf = (name: string) =>
    name === 'APIVersion' ? 'apiVersion' : name === 'UID' ? 'uid' : small(name);
  return Object.fromEntries(REFERENCE.map((name) => [name, fields[nameOf(name)] ?? '']));
}

const small = (name: string): string => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;

/** v1 Event. */
export const eventStrategy: Strategy<Event> = {
  generation: false,
  allowCreateOnUpdate: true,
  // Events are named after what they are about, whatever its rules are.
  nameProblems: () => [],
  validate: (event) => validateEvent(event, 'reportingComponent'),
  selectableFields({ involvedObject: about, reason, type, source, reportingComponent }) {
    return {
      'involvedObject.kind': about?.kind ?? '',
      'involvedObject.namespace': about?.namespace ?? '',
      'involvedObject.name': about?.name ?? '',
      'involvedObject.uid': about?.uid ?? '',
      'involvedObject.apiVersion': about?.apiVersion ?? '',
      'involvedObject.resourceVersion': about?.resourceVersion ?? '',
      'involvedObject.fieldPath': about?.fieldPath ?? '',
      reason: reason ?? '',
      reportingComponent: reportingComponent ?? '',
      source: source?.component || (reportingComponent ?? ''),
      type: type ?? '',
    };
  },
};

/** events.k8s.io/v1 Event: who tells it this way says all there is to say at once (core/validation/events.go). */
export const newEventStrategy: Strategy<Event> = {
  ...eventStrategy,
  nameProblems: dnsSubdomainProblems,
  validate: (event) => [
    ...validateEvent(event, 'reportingController'),
    ...validateSeries(event),
    ...(event.eventTime ? [] : [required('eventTime')]),
    ...(event.type === 'Normal' || event.type === 'Warning'
      ? []
      : [invalidValue('type', '', `has invalid value: ${event.type ?? ''}`)]),
    ...validateUnset(event),
  ],
  validatesUpdateAlone: true,
  validateUpdate: (event, old) => [
    ...validateEvent(event, 'reportingController'),
    ...(jsonEqual(event.series, old.series) ? [] : validateSeries(event)),
    ...validateFixed(event, old),
  ],
};
