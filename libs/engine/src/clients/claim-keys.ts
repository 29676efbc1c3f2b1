import type { Pod } from '../types/index.js';

/** The claims a pod names, as keys of the index `claim`. */
export function claimKeys({ metadata, spec }: Pod): string[] {
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
    claim ? [`${metadata.namespace}/${claim.claimName}`] : [],
  );
}
