import type { FieldError } from '../../api/api-error.js';
import type {
  CSIDriver,
  CSINode,
  CSINodeDriver,
  CSIStorageCapacity,
  VolumeAttachment,
  VolumeAttributesClass,
} from '../../types/index.js';
import {
  duplicate,
  forbiddenField,
  IMMUTABLE,
  invalidEach,
  invalidValue,
  notSupported,
  required,
} from '../field-errors.js';
import { fillUnset, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import { dnsSubdomainProblems, qualifiedNameProblems } from '../names.js';
import type { Strategy } from '../resource.js';
import { nonNegative } from '../validation/numbers.js';
import { noneOrOneOf } from '../validation/paths.js';
import { validateSelector } from '../validation/selectors.js';
import { validateAttachmentStatus } from '../validation/status/attachment-status.js';
import type { Sent } from '../validation/sent.js';
import { validateDriverName } from '../validation/volume-sources.js';

type Token = NonNullable<CSIDriver['spec']['tokenRequests']>[number];

const LIFECYCLE_MODES = ['Persistent', 'Ephemeral'];
const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const LONGEST_NODE_ID = 256;
const SHORTEST_TOKEN_SECONDS = 600;
const SHORTEST_PERIOD_SECONDS = 10;
const LONGEST_TOKEN_SECONDS = 2 ** 32;

/** storage.k8s.io/v1 CSIDriver: what a driver can do. */
export const csiDriverStrategy: Strategy<CSIDriver> = {
  allowUnconditionalUpdate: false,
  defaults: (driver) =>
    within(driver, 'spec', (spec) =>
      fillUnset(spec, {
        attachRequired: true,
        podInfoOnMount: false,
        storageCapacity: false,
        fsGroupPolicy: 'ReadWriteOnceWithFSType',
        volumeLifecycleModes: spec.volumeLifecycleModes?.length ? undefined : ['Persistent'],
        requiresRepublish: false,
        seLinuxMount: false,
      }),
    ),
  validate({ spec = {} }: Sent<CSIDriver>) {
    const audiences = new Set<string>();
    const period = spec.nodeAllocatableUpdatePeriodSeconds;
    const tokens = (spec.tokenRequests ?? []).flatMap(
      ({ audience = '', expirationSeconds }: Sent<Token>, index) => {
        const at = `spec.tokenRequests[${index}]`;
        const errors: FieldError[] = audiences.has(audience) ? [duplicate(`${at}.audience`, audience)] : [];
        audiences.add(audience);
        if (expirationSeconds !== undefined && expirationSeconds < SHORTEST_TOKEN_SECONDS)
          errors.push(
            invalidValue(
              `${at}.expirationSeconds`,
              expirationSeconds,
              'may not specify a duration less than 10 minutes',
            ),
          );
        if (expirationSeconds !== undefined && expirationSeconds > LONGEST_TOKEN_SECONDS)
          errors.push(
            invalidValue(
              `${at}.expirationSeconds`,
              expirationSeconds,
              'may not specify a duration larger than 2^32 seconds',
            ),
          );
        return errors;
      },
    );
    return [
      ...noneOrOneOf(spec.fsGroupPolicy, 'spec.fsGroupPolicy', GROUP_POLICIES),
      ...tokens,
      ...(spec.volumeLifecycleModes ?? []).flatMap((mode) =>
        LIFECYCLE_MODES.includes(mode)
          ? []
          : [notSupported('spec.volumeLifecycleModes', mode, LIFECYCLE_MODES)],
      ),
      ...(period !== undefined && period < SHORTEST_PERIOD_SECONDS
        ? [
            invalidValue(
              'spec.nodeAllocatableUpdatePeriodSeconds',
              period,
              'must be greater than or equal to 10 seconds',
            ),
          ]
        : []),
    ];
  },
  validateUpdate({ spec = {} }: Sent<CSIDriver>, { spec: old = {} }: Sent<CSIDriver>) {
    const fixed = (key: 'attachRequired' | 'volumeLifecycleModes', field: string) =>
      jsonEqual(spec[key], old[key]) ? [] : [invalidValue(field, spec[key], IMMUTABLE)];
    return [
      ...fixed('attachRequired', 'spec.attachedRequired'),
      ...fixed('volumeLifecycleModes', 'spec.volumeLifecycleModes'),
    ];
  },
};

/** storage.k8s.io/v1 CSINode: which drivers a node has. */
export const csiNodeStrategy: Strategy<CSINode> = {
  allowUnconditionalUpdate: false,
  generation: false,
  validate: ({ spec }) => {
    const names = new Set<string>();
    return (spec?.drivers ?? []).flatMap(
      ({ name = '', nodeID = '', allocatable, topologyKeys = [] }: Sent<CSINodeDriver>, index) => {
        const at = `spec.drivers[${index}]`;
        const errors: FieldError[] = [
          ...validateDriverName(name, `${at}.name`),
          ...(nodeID ? [] : [required(`${at}.nodeID`)]),
          ...(nodeID.length > LONGEST_NODE_ID
            ? [invalidValue(`${at}.nodeID`, nodeID, `must be ${LONGEST_NODE_ID} characters or less`)]
            : []),
          ...nonNegative(allocatable?.count, `${at}.allocatable.count`),
          ...(names.has(name) ? [duplicate(`${at}.name`, name)] : []),
        ];
        names.add(name);
        for (const [nth, key] of topologyKeys.entries()) {
          if (!key) errors.push(required(at));
          if (topologyKeys.indexOf(key) < nth) errors.push(duplicate(at, key));
          errors.push(...invalidEach(at, key, qualifiedNameProblems(key)));
        }
        return errors;
      },
    );
  },
  validateUpdate: ({ spec }: Sent<CSINode>, old: Sent<CSINode>) =>
    (old.spec?.drivers ?? []).flatMap((before) => {
      const now = (spec as Sent<CSINode['spec']> | undefined)?.drivers?.find(
        ({ name }) => name === before.name,
      );
      const { allocatable: _, ...was } = before;
      if (!now) return [];
      const { allocatable: __, ...is } = now;
      return jsonEqual(is, was) ? [] : [invalidValue('spec.drivers', is, IMMUTABLE)];
    }),
};

/** storage.k8s.io/v1 CSIStorageCapacity: how much a driver has where. */
export const csiStorageCapacityStrategy: Strategy<CSIStorageCapacity> = {
  allowUnconditionalUpdate: false,
  generation: false,
  validate: ({ storageClassName = '', nodeTopology }: Sent<CSIStorageCapacity>) => [
    ...invalidEach('storageClassName', storageClassName, dnsSubdomainProblems(storageClassName)),
    ...validateSelector(nodeTopology, 'nodeTopology'),
  ],
  validateUpdate: (object, old) =>
    (['nodeTopology', 'storageClassName'] as const).flatMap((key) =>
      jsonEqual(object[key], old[key]) ? [] : [invalidValue(key, object[key], IMMUTABLE)],
    ),
};

/** storage.k8s.io/v1 VolumeAttachment: a wish that does not change. */
export const volumeAttachmentStrategy: Strategy<VolumeAttachment> = {
  allowUnconditionalUpdate: false,
  generation: false,
  prepareForCreate: (attachment) => ({ ...attachment, status: { attached: false } }),
  validate({ spec }) {
    const { attacher, source = {}, nodeName = '' } = (spec ?? {}) as Partial<VolumeAttachment['spec']>;
    const { inlineVolumeSpec, persistentVolumeName: volume } = source;
    const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
    const errors = validateDriverName(attacher, 'spec.attacher');
    if (!inlineVolumeSpec && volume === undefined) errors.push(required('spec.source', one));
    else if (inlineVolumeSpec && volume !== undefined) errors.push(forbiddenField('spec.source', one));
    else if (volume === '')
      errors.push(
        required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'),
      );
    errors.push(...invalidEach('spec.nodeName', nodeName, dnsSubdomainProblems(nodeName)));
    if (volume !== undefined)
      errors.push(...invalidEach('spec.source.persistentVolumeName', volume, dnsSubdomainProblems(volume)));
    return errors;
  },
  validateUpdate: ({ spec }, old) =>
    jsonEqual(spec, old.spec) ? [] : [invalidValue('spec', spec, IMMUTABLE)],
  statusKeeps: 'metadata',
  validateStatus: validateAttachmentStatus,
};

/** storage.k8s.io/v1 VolumeAttributesClass: fixed once made. */
export const volumeAttributesClassStrategy: Strategy<VolumeAttributesClass> = {
  generation: false,
  validate: ({ driverName, parameters = {} }) => [
    ...validateDriverName(driverName, 'driverName'),
    ...(Object.keys(parameters).length === 0
      ? [required('parameters', 'must contain at least one key/value pair')]
      : []),
  ],
  validateUpdate: (object, old) => [
    ...(object.driverName === old.driverName
      ? []
      : [forbiddenField('driverName', 'updates to driverName are forbidden.')]),
    ...(jsonEqual(object.parameters, old.parameters)
      ? []
      : [forbiddenField('parameters', 'updates to parameters are forbidden.')]),
  ],
};
