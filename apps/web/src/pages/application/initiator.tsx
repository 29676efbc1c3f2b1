import type { Initiator as Who } from '../../api/types.js';

/** Who began something: a person by name, or the automation. */
export function Initiator({ by }: { by: Who | undefined }) {
  return <>{by?.automated ? 'auto-sync' : (by?.username ?? 'unknown')}</>;
}
