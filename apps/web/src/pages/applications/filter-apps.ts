import { HEALTH_STATUSES, severity, type HealthStatus } from '../../status/health.js';
import { SYNC_STATUSES, type SyncStatus } from '../../status/sync.js';
import type { AppRow } from './app-row.js';
import type { ApplicationsSearch, SortOrder } from './applications-search.js';

export type Facet = 'health' | 'sync' | 'project' | 'namespace' | 'labels';

export const FACETS: readonly Facet[] = ['health', 'sync', 'project', 'namespace', 'labels'];

const valuesOf: Record<Facet, (row: AppRow) => readonly string[]> = {
  health: (row) => [row.health],
  sync: (row) => [row.sync],
  project: (row) => [row.project],
  namespace: (row) => (row.namespace ? [row.namespace] : []),
  labels: (row) => row.labels,
};

/** Labels narrow together (all must match); the other facets offer alternatives (any may match). */
function passes(row: AppRow, facet: Facet, wanted: readonly string[] | undefined): boolean {
  if (!wanted || wanted.length === 0) return true;
  const values = valuesOf[facet](row);
  return facet === 'labels'
    ? wanted.every((value) => values.includes(value))
    : wanted.some((value) => values.includes(value));
}

function matcher(search: ApplicationsSearch, except?: Facet): (row: AppRow) => boolean {
  const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const facets = FACETS.filter((facet) => facet !== except && search[facet]?.length);
  return (row) =>
    words.every((word) => row.text.includes(word)) &&
    facets.every((facet) => passes(row, facet, search[facet]));
}

/** The rows a search lets through, sorted. */
export function filterApps(rows: readonly AppRow[], search: ApplicationsSearch): AppRow[] {
  return rows.filter(matcher(search)).sort(comparators[search.sort ?? 'name']);
}

const byName = (a: AppRow, b: AppRow) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const comparators: Record<SortOrder, (a: AppRow, b: AppRow) => number> = {
  name: byName,
  worst: (a, b) =>
    severity(b.health) - severity(a.health) ||
    Number(b.sync === 'OutOfSync') - Number(a.sync === 'OutOfSync') ||
    byName(a, b),
  recent: (a, b) => (b.deployedAt ?? '').localeCompare(a.deployedAt ?? '') || byName(a, b),
};

export interface FacetCount {
  value: string;
  count: number;
}

/** How many rows each value of a facet would give, with all other filters in force. */
export function facetCounts(rows: readonly AppRow[], search: ApplicationsSearch, facet: Facet): FacetCount[] {
  const matches = matcher(search, facet);
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (!matches(row)) continue;
    for (const value of valuesOf[facet](row)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  for (const value of search[facet] ?? []) if (!counts.has(value)) counts.set(value, 0);
  const order: readonly string[] =
    facet === 'health' ? HEALTH_STATUSES : facet === 'sync' ? SYNC_STATUSES : [];
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value) || (a.value < b.value ? -1 : 1));
}

/** How many rows have each health, with every filter but health in force. */
export function healthCounts(
  rows: readonly AppRow[],
  search: ApplicationsSearch,
): { health: HealthStatus; count: number }[] {
  const counts = new Map(facetCounts(rows, search, 'health').map(({ value, count }) => [value, count]));
  return HEALTH_STATUSES.map((health) => ({ health, count: counts.get(health) ?? 0 }));
}

/** How many rows have each sync status, with every filter but that in force. */
export function syncCounts(
  rows: readonly AppRow[],
  search: ApplicationsSearch,
): { sync: SyncStatus; count: number }[] {
  const counts = new Map(facetCounts(rows, search, 'sync').map(({ value, count }) => [value, count]));
  return SYNC_STATUSES.map((sync) => ({ sync, count: counts.get(sync) ?? 0 }));
}

/** True when anything narrows the list. */
export function isFiltered(search: ApplicationsSearch): boolean {
  return Boolean(search.q) || FACETS.some((facet) => search[facet]?.length);
}
