import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.js';

/** Refusals do not change by asking again; outages do. */
const isWorthRetrying = (error: unknown) =>
  !(error instanceof ApiError) || error.status === 0 || error.status >= 500;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 600_000,
      refetchOnWindowFocus: false,
      // Our own reachability is what counts, not the browser's guess about the network.
      networkMode: 'always',
      retry: (failures, error) => failures < 1 && isWorthRetrying(error),
      retryDelay: 600,
    },
    mutations: { networkMode: 'always' },
  },
});
