import type {
  FlowSchema,
  MutatingAdmissionPolicy,
  MutatingWebhookConfiguration,
  PriorityLevelConfiguration,
  ResourceV1ResourceClaim,
  ResourceSlice,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '../../types/index.js';
import { age } from './age.js';
import { NONE, UNSET } from './format.js';
import { columns, printer } from './printer.js';

export const webhooksPrinter = printer<MutatingWebhookConfiguration>({
  columns: columns('Name', '#Webhooks', 'Age'),
  cells: ({ metadata, webhooks }, { nowMs }) => [
    metadata.name ?? '',
    webhooks?.length ?? 0,
    age(metadata.creationTimestamp, nowMs),
  ],
});

const paramKind = (kind: { apiVersion?: string; kind?: string } | undefined): string =>
  kind ? `${kind.apiVersion}/${kind.kind}` : UNSET;

export const validatingPolicyPrinter = printer<ValidatingAdmissionPolicy>({
  columns: columns('Name', '#Validations', 'ParamKind', 'Age'),
  cells: ({ metadata, spec }, { nowMs }) => [
    metadata.name ?? '',
    spec?.validations?.length ?? 0,
    paramKind(spec?.paramKind),
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const mutatingPolicyPrinter = printer<MutatingAdmissionPolicy>({
  columns: columns('Name', '#Mutations', 'ParamKind', 'Age'),
  cells: ({ metadata, spec }, { nowMs }) => [
    metadata.name ?? '',
    spec?.mutations?.length ?? 0,
    paramKind(spec?.paramKind),
    age(metadata.creationTimestamp, nowMs),
  ],
});

export const policyBindingPrinter = printer<ValidatingAdmissionPolicyBinding>({
  columns: columns('Name', 'PolicyName', 'ParamRef', 'Age'),
  cells({ metadata, spec }, { nowMs }) {
    const ref = spec?.paramRef;
    const param = ref
      ? ref.name
        ? `${ref.namespace ?? '*'}/${ref.name}`
        : `${ref.namespace ?? '*'}/*`
      : UNSET;
    return [metadata.name ?? '', spec?.policyName ?? '', param, age(metadata.creationTimestamp, nowMs)];
  },
});

export const flowSchemaPrinter = printer<FlowSchema>({
  columns: columns('Name', 'PriorityLevel', '#MatchingPrecedence', 'DistinguisherMethod', 'Age', 'MissingPL'),
  cells({ metadata, spec, status }, { nowMs }) {
    const dangling = (status?.conditions ?? []).find(({ type }) => type === 'Dangling');
    return [
      metadata.name ?? '',
      spec?.priorityLevelConfiguration?.name ?? '',
      spec?.matchingPrecedence ?? 0,
      spec?.distinguisherMethod?.type ?? NONE,
      age(metadata.creationTimestamp, nowMs),
      dangling?.status ?? '?',
    ];
  },
});

export const priorityLevelPrinter = printer<PriorityLevelConfiguration>({
  columns: columns(
    'Name',
    'Type',
    'NominalConcurrencyShares',
    'Queues',
    'HandSize',
    'QueueLengthLimit',
    'Age',
  ),
  cells({ metadata, spec }, { nowMs }) {
    const queuing = spec?.limited?.limitResponse?.queuing;
    const shares = spec?.limited?.nominalConcurrencyShares ?? spec?.exempt?.nominalConcurrencyShares;
    return [
      metadata.name ?? '',
      spec?.type ?? '',
      shares === undefined ? NONE : shares,
      queuing?.queues ?? NONE,
      queuing?.handSize ?? NONE,
      queuing?.queueLengthLimit ?? NONE,
      age(metadata.creationTimestamp, nowMs),
    ];
  },
});

export const resourceClaimPrinter = printer<ResourceV1ResourceClaim>({
  columns: columns('Name', 'State', 'Age'),
  cells({ metadata, status }, { nowMs }) {
    const states: string[] = [];
    if (metadata.deletionTimestamp) states.push('deleted');
    if (!status?.allocation) {
      if (!metadata.deletionTimestamp) states.push('pending');
    } else {
      states.push('allocated');
      if ((status.reservedFor ?? []).length > 0) states.push('reserved');
    }
    return [metadata.name ?? '', states.join(','), age(metadata.creationTimestamp, nowMs)];
  },
});

export const resourceSlicePrinter = printer<ResourceSlice>({
  columns: columns('Name', 'Node', 'Driver', 'Pool', 'Age'),
  cells: ({ metadata, spec }, { nowMs }) => [
    metadata.name ?? '',
    spec?.nodeName ?? UNSET,
    spec?.driver ?? '',
    spec?.pool?.name ?? '',
    age(metadata.creationTimestamp, nowMs),
  ],
});
