import type { Node } from '../../types/index.js';
import type { Strategy } from '../resource.js';

/** v1 Node. Its status may come with its creation, as kubelets register. */
export const nodeStrategy: Strategy<Node> = {
  generation: false,
  keepsStatusOnCreate: true,
  selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec?.unschedulable ?? false) }),
};
