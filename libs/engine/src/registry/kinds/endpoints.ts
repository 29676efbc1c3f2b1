import type { Endpoints, EndpointSlice } from '../../types/index.js';
import { notSupported, required } from '../field-errors.js';
import { each, fill, within } from '../fill.js';
import type { Strategy } from '../resource.js';

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
};

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];

/** discovery.k8s.io/v1 EndpointSlice. */
export const endpointSliceStrategy: Strategy<EndpointSlice> = {
  defaults: (slice) =>
    within(slice, 'ports', (ports) => each(ports, (port) => fill(port, { name: '', protocol: 'TCP' }))),
  validate({ addressType, endpoints }) {
    const errors = [];
    if (!addressType) errors.push(required('addressType'));
    else if (!ADDRESS_TYPES.includes(addressType))
      errors.push(notSupported('addressType', addressType, ADDRESS_TYPES));
    for (const [index, { addresses }] of (endpoints ?? []).entries())
      if ((addresses ?? []).length === 0)
        errors.push(required(`endpoints[${index}].addresses`, 'must contain at least 1 endpoint'));
    return errors;
  },
};
