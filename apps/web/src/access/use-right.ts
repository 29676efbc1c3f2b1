import { useQuery } from '@tanstack/react-query';
import { rightQuery, type Right } from '../api/access.js';

/** Whether the one who is signed in may do something, and what to say when not. */
export function useRight(right: Right): { isAllowed: boolean; reason: string | undefined } {
  const { data } = useQuery(rightQuery(right));
  return {
    isAllowed: data === true,
    reason:
      data === false
        ? `Your account may not do this. An administrator can allow it: ${right.resource}, ${right.action}, ${right.object}`
        : undefined,
  };
}
