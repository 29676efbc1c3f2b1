import { compact, flagOf, listOf, textOf, wordOf, wordsOf } from '../../app/search-params.js';
import { HEALTH_STATUSES } from '../../status/health.js';
import { SYNC_STATUSES } from '../../status/sync.js';

export const SORT_ORDERS = ['name', 'worst', 'recent'] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** View state of the applications page. */
export const toApplicationsSearch = (raw: Record<string, unknown>) =>
  compact({
    view: wordOf(raw, 'view', ['table']),
    q: textOf(raw, 'q'),
    health: wordsOf(raw, 'health', HEALTH_STATUSES),
    sync: wordsOf(raw, 'sync', SYNC_STATUSES),
    project: listOf(raw, 'project'),
    namespace: listOf(raw, 'namespace'),
    labels: listOf(raw, 'labels'),
    sort: wordOf(raw, 'sort', SORT_ORDERS),
    create: flagOf(raw, 'create'),
  });

export type ApplicationsSearch = ReturnType<typeof toApplicationsSearch>;

let last: ApplicationsSearch = {};

/** The list as it was left, so that going back keeps its filters. */
export const lastApplicationsSearch = {
  get: (): ApplicationsSearch => last,
  set: (search: ApplicationsSearch): void => {
    const { create: _create, ...rest } = search;
    last = rest;
  },
};
