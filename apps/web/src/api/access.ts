import { queryOptions } from '@tanstack/react-query';
import { api } from './http.js';

/** Something a person may or may not do, in the words of the policy. */
export interface Right {
  resource: 'accounts' | 'applicationsets' | 'gpgkeys' | 'projects' | 'settings';
  action: 'get' | 'create' | 'update' | 'delete';
  /** The policy's name of the thing; `*` where it has none yet. */
  object: string;
}

/** Asks the server whether the one who is signed in may do it. */
export const rightQuery = ({ resource, action, object }: Right) =>
  queryOptions({
    queryKey: ['can-i', resource, action, object],
    queryFn: async ({ signal }) => {
      const path = object.split('/').map(encodeURIComponent).join('/');
      const { value } = await api<{ value: string }>(`/api/v1/account/can-i/${resource}/${action}/${path}`, {
        signal,
      });
      return value === 'yes';
    },
    staleTime: 60_000,
  });
