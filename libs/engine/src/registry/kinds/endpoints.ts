import type { FieldError } from '../../api/api-error.js';
import type { Endpoints, EndpointSlice } from '../../types/index.js';
import { IMMUTABLE, invalidValue } from '../field-errors.js';
import { each, fill, fillUnset, within } from '../fill.js';
import { jsonEqual } from '../json-equal.js';
import type { Strategy } from '../resource.js';
import { validateSliceEndpoints, validateSlicePorts } from '../validation/endpoint-slices.js';
import { validateSubsets } from '../validation/endpoints.js';
import { oneOf } from '../validation/paths.js';

const subsetErrors = ({ subsets = [] }: Endpoints): FieldError[] => validateSubsets(subsets, 'subsets');

/** v1 Endpoints. */
export const endpointsStrategy: Strategy<Endpoints> = {
  generation: false,
  allowCreateOnUpdate: true,
  defaults: (endpoints) =>
    within(endpoints, 'subsets', (subsets) =>
      each(subsets, (subset) =>
        within(subset, 'ports', (ports) => each(ports, (port) => fill(port, { protocol: 'TCP' }))),
      ),
    ),
  validate: subsetErrors,
  // What an older server took may stay.
  validatesUpdateAlone: true,
  validateUpdate: (endpoints, old) =>
    jsonEqual(endpoints.subsets ?? [], old.subsets ?? []) ? [] : subsetErrors(endpoints),
};

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];

const sliceErrors = ({ addressType, ports = [] }: EndpointSlice): FieldError[] => [
  ...oneOf(addressType, 'addressType', ADDRESS_TYPES),
  ...validateSlicePorts(ports, 'ports'),
];

const endpointErrors = ({ addressType, endpoints = [] }: EndpointSlice): FieldError[] =>
  validateSliceEndpoints(endpoints, addressType, 'endpoints');

/** discovery.k8s.io/v1 EndpointSlice. */
export const endpointSliceStrategy: Strategy<EndpointSlice> = {
  defaults: (slice) =>
    within(slice, 'ports', (ports) => each(ports, (port) => fillUnset(port, { name: '', protocol: 'TCP' }))),
  validate: (slice) => [...sliceErrors(slice), ...endpointErrors(slice)],
  validatesUpdateAlone: true,
  validateUpdate: (slice, old) => [
    ...sliceErrors(slice),
    ...(jsonEqual(slice.endpoints ?? [], old.endpoints ?? []) ? [] : endpointErrors(slice)),
    ...(slice.addressType === old.addressType
      ? []
      : [invalidValue('addressType', slice.addressType, IMMUTABLE)]),
  ],
};
