import { MAX_NODE_SCORE, type SchedulerPlugin } from '../plugin.js';

const MEBIBYTE = 1024 * 1024;
/** Images smaller than this are no reason to prefer a node; beyond the maximum more makes no difference (image_locality.go). */
const LEAST_BYTES = 23 * MEBIBYTE;
const MOST_BYTES_PER_CONTAINER = 1000 * MEBIBYTE;

/** Prefers nodes that have the pod's images, unless only few nodes have them (which would pile pods up). */
export const imageLocality: SchedulerPlugin = {
  name: 'ImageLocality',
  weight: 1,
  score: ({ pod }, view) => {
    const images = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map(({ image }) =>
      normalizedImageName(image ?? ''),
    );
    const known = images.flatMap((image) => {
      const spread = view.imageSpread(image);
      return spread && spread.sizeBytes > 0 ? [{ image, spread }] : [];
    });
    if (known.length === 0) return undefined;
    const most = MOST_BYTES_PER_CONTAINER * images.length;
    return {
      score: (node) => {
        let sum = 0;
        for (const { image, spread } of known) {
          const size = node.images.get(image);
          if (size !== undefined) sum += Math.trunc(size * (spread.nodes / view.nodes.length));
        }
        const bounded = Math.min(Math.max(sum, LEAST_BYTES), most);
        return Math.trunc((MAX_NODE_SCORE * (bounded - LEAST_BYTES)) / (most - LEAST_BYTES));
      },
    };
  },
  wakes: () => false,
};

/** Node status names images with their tag. */
export function normalizedImageName(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}
