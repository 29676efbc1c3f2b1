import type { FieldError } from '../../api/api-error.js';
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  QueuingConfiguration,
} from '../../types/index.js';
import { forbiddenField, invalidValue, notSupported, required } from '../field-errors.js';
import { fill, within } from '../fill.js';
import type { Strategy } from '../resource.js';
import { inRange } from '../validation/numbers.js';
import { validateConditionTypes } from '../validation/status/conditions.js';
import type { Sent } from '../validation/sent.js';

const TYPES = ['Exempt', 'Limited'];
const RESPONSES = ['Queue', 'Reject'];
const MOST_QUEUES = 10_000_000;
/** Bits of the hash a hand of queues is dealt by (apiserver util/shufflesharding). */
const HASH_BITS = 60;
/** The level whose requests never wait. */
const EXEMPT = 'exempt';
const KEPT_FOR_OLD_VERSION = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';
const QUEUING: Required<QueuingConfiguration> = { handSize: 8, queues: 64, queueLengthLimit: 50 };

/** Zero says as little as nothing. */
const fillQueuing = (queuing: QueuingConfiguration): Required<QueuingConfiguration> => ({
  handSize: queuing.handSize || QUEUING.handSize,
  queueLengthLimit: queuing.queueLengthLimit || QUEUING.queueLengthLimit,
  queues: queuing.queues || QUEUING.queues,
});

const defaultLimited = (limited: LimitedPriorityLevelConfiguration): LimitedPriorityLevelConfiguration =>
  within(fill(limited, { nominalConcurrencyShares: 30, lendablePercent: 0 }), 'limitResponse', (response) =>
    within(response, 'queuing', fillQueuing),
  );

/** flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration (pkg/apis/flowcontrol/validation). */
export const priorityLevelStrategy: Strategy<PriorityLevelConfiguration> = {
  defaults: (level) =>
    within(level, 'spec', (spec) =>
      within(within(spec, 'limited', defaultLimited), 'exempt', (exempt) =>
        fill(exempt, { nominalConcurrencyShares: 0, lendablePercent: 0 }),
      ),
    ),
  validate: ({ metadata, spec }) => [
    ...(metadata.annotations?.[KEPT_FOR_OLD_VERSION] === undefined
      ? []
      : [forbiddenField('metadata.annotations', `annotation '${KEPT_FOR_OLD_VERSION}' is forbidden`)]),
    ...validateSpec(metadata.name ?? '', spec ?? {}),
  ],
  statusKeeps: 'metadata',
  validateStatus: ({ status }) => validateConditionTypes(status?.conditions),
};

function validateSpec(
  name: string,
  { type = '', limited, exempt }: Sent<NonNullable<PriorityLevelConfiguration['spec']>>,
): FieldError[] {
  const errors: FieldError[] = [];
  if ((name === EXEMPT) !== (type === 'Exempt'))
    errors.push(invalidValue('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  if (type === 'Exempt') {
    if (limited) errors.push(forbiddenField('spec.limited', 'must be nil if the type is not Limited'));
    return exempt ? [...errors, ...validateExempt(exempt, 'spec.exempt')] : errors;
  }
  if (type === 'Limited') {
    if (exempt) errors.push(forbiddenField('spec.exempt', 'must be nil if the type is Limited'));
    return limited
      ? [...errors, ...validateLimited(limited, 'spec.limited')]
      : [...errors, required('spec.limited', 'must not be empty when type is Limited')];
  }
  return [...errors, type === '' ? required('spec.type') : notSupported('spec.type', type, TYPES)];
}

function validateShares(shares: number | undefined, field: string): FieldError[] {
  return shares !== undefined && shares < 0
    ? [invalidValue(`${field}.nominalConcurrencyShares`, shares, 'must be a non-negative integer')]
    : [];
}

function validateExempt(exempt: ExemptPriorityLevelConfiguration, field: string): FieldError[] {
  return [
    ...validateShares(exempt.nominalConcurrencyShares, field),
    ...percentage(exempt.lendablePercent, field),
  ];
}

const percentage = (percent: number | undefined, field: string): FieldError[] =>
  percent === undefined ? [] : inRange(percent, `${field}.lendablePercent`, 0, 100);

function validateLimited(limited: LimitedPriorityLevelConfiguration, field: string): FieldError[] {
  const borrowed = limited.borrowingLimitPercent;
  return [
    ...validateShares(limited.nominalConcurrencyShares, field),
    ...validateResponse(limited.limitResponse ?? {}, `${field}.limitResponse`),
    ...percentage(limited.lendablePercent, field),
    ...(borrowed !== undefined && borrowed < 0
      ? [
          invalidValue(
            `${field}.borrowingLimitPercent`,
            borrowed,
            'if specified, must be a non-negative integer',
          ),
        ]
      : []),
  ];
}

function validateResponse({ type = '', queuing }: Sent<LimitResponse>, field: string): FieldError[] {
  const at = `${field}.queuing`;
  if (type === '') return [required(`${field}.type`)];
  if (type === 'Reject')
    return queuing ? [forbiddenField(at, 'must be nil if limited.limitResponse.type is not Limited')] : [];
  if (type !== 'Queue') return [notSupported(`${field}.type`, type, RESPONSES)];
  return queuing
    ? validateQueuing(queuing, at)
    : [required(at, 'must not be empty if limited.limitResponse.type is Limited')];
}

function validateQueuing(queuing: QueuingConfiguration, field: string): FieldError[] {
  const { handSize, queueLengthLimit, queues } = fillQueuing(queuing);
  const errors: FieldError[] = [];
  const wrong = (key: keyof QueuingConfiguration, value: number, detail: string) =>
    errors.push(invalidValue(`${field}.${key}`, value, detail));
  if (queueLengthLimit <= 0) wrong('queueLengthLimit', queueLengthLimit, 'must be positive');
  if (queues <= 0) wrong('queues', queues, 'must be positive');
  else if (queues > MOST_QUEUES) wrong('queues', queues, `must not be greater than ${MOST_QUEUES}`);
  if (handSize <= 0) wrong('handSize', handSize, 'must be positive');
  else if (handSize > queues) wrong('handSize', handSize, `should not be greater than queues (${queues})`);
  else if (entropyBits(queues, handSize) > HASH_BITS)
    wrong(
      'handSize',
      handSize,
      `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`,
    );
  return errors;
}

/** Bits needed to deal a hand from a deck. */
const entropyBits = (deck: number, hand: number): number => Math.ceil(Math.log2(deck) * hand);
