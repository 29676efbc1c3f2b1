import type { PodTemplate } from '../../types/index.js';
import { defaultPodTemplate } from '../defaults/pod-spec.js';
import { within } from '../fill.js';
import type { Strategy } from '../resource.js';
import { validateTemplate } from '../validation/pod-spec.js';

/** v1 PodTemplate. */
export const podTemplateStrategy: Strategy<PodTemplate> = {
  allowCreateOnUpdate: true,
  defaults: (object) => within(object, 'template', defaultPodTemplate),
  validate: ({ template }) => validateTemplate(template, 'template'),
};
