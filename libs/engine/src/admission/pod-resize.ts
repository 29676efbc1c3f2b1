import { forbidden } from '../api/api-error.js';
import { podRequests, readResources } from '../scheduler/resources.js';
import type { Node, Pod } from '../types/index.js';
import type { AdmissionPlugin } from './plugin.js';

/** A pod may not be resized to more than its node has at all: it would wait for ever (plugin/pkg/admission/podresize). */
export const podResize: AdmissionPlugin = {
  name: 'PodResizeValidator',
  validate({ operation, resource, subresource, object, old }, { store }) {
    if (operation !== 'UPDATE' || subresource !== 'resize' || resource.resource !== 'pods') return;
    const pod = object as Pod;
    const nodeName = pod.spec?.nodeName ?? '';
    if (nodeName === '' || old?.metadata.generation === pod.metadata.generation) return;
    const name = pod.metadata.name ?? '';
    const node = store.get('/nodes', `/${nodeName}`) as Node | undefined;
    if (!node) throw forbidden(resource, name, `node "${nodeName}" not found`);
    const allocatable = readResources(node.status?.allocatable);
    const wanted = podRequests(pod.spec);
    const short = [
      ...(wanted.milliCpu > allocatable.milliCpu
        ? [`cpu, requested: ${wanted.milliCpu}, allocatable: ${allocatable.milliCpu}`]
        : []),
      ...(wanted.memory > allocatable.memory
        ? [`memory, requested: ${wanted.memory}, allocatable: ${allocatable.memory}`]
        : []),
    ];
    if (short.length > 0)
      throw forbidden(resource, name, `node didn't have enough allocatable resources: ${short.join('; ')}`);
  },
};
