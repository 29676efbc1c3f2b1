import type { DeviceClass } from '../../types/index.js';
import { invalidValue } from '../field-errors.js';
import type { Strategy } from '../resource.js';
import { validateList } from '../validation/bounded-lists.js';
import { validateDeviceConfiguration } from '../validation/device-claim.js';
import { validateDeviceSelectors } from '../validation/device-selectors.js';
import { isExtended } from '../validation/resources.js';

const MOST_CONFIGURATIONS = 32;

/** resource.k8s.io/v1 DeviceClass (pkg/apis/resource/validation). */
export const deviceClassStrategy: Strategy<DeviceClass> = {
  validate({ spec }) {
    const { selectors, config = [], extendedResourceName: name } = spec ?? {};
    return [
      ...validateDeviceSelectors(selectors, 'spec.selectors'),
      ...validateList(config, MOST_CONFIGURATIONS, 'spec.config', validateDeviceConfiguration),
      ...(name === undefined || isExtended(name)
        ? []
        : [invalidValue('spec.extendedResourceName', name, 'must be a valid extended resource name')]),
    ];
  },
};
