import type { Pod } from '../../types/index.js';
import type { Rejection, SchedulerPlugin } from '../plugin.js';

const NAME = 'VolumeRestrictions';
const ONE_POD = 'ReadWriteOncePod';
const IN_USE: Rejection = {
  plugin: NAME,
  reasons: [
    'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  ],
  unresolvable: false,
};

const claimNames = (pod: Pod): string[] =>
  (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => (claim ? [claim.claimName] : []));

/** Keeps a claim that is for one pod from being used by two, wherever they are. */
export const volumeRestrictions: SchedulerPlugin = {
  name: NAME,
  weight: 0,
  filter: ({ pod, namespace }, view) => {
    const alone = claimNames(pod).filter((name) =>
      view.claim(namespace, name)?.spec?.accessModes?.includes(ONE_POD),
    );
    if (alone.length === 0) return undefined;
    let users = alone.reduce((sum, name) => sum + view.claimUsers(namespace, name).length, 0);
    return {
      check: () => (users > 0 ? IN_USE : undefined),
      adjust: (other, _, sign) => {
        if (other.namespace !== namespace) return;
        users += sign * claimNames(other.pod).filter((name) => alone.includes(name)).length;
      },
    };
  },
  wakes: (event) =>
    (event.type === 'PodGone' && claimNames(event.pod).length > 0) ||
    (event.type === 'OtherChanged' && event.resource === 'persistentvolumeclaims'),
};
