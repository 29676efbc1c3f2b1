import { CodedError } from '@lotse/manifests';
import type { Application } from '@lotse/gitops';
import type { ListQuery } from './application.schemas.js';

/** One page, in the order of names. */
export interface ApplicationPage {
  readonly items: readonly Application[];
  /** Where the next page begins. */
  readonly next: string | undefined;
  readonly remaining: number;
}

/** Picks the applications a query asks for. @throws CodedError `selector_invalid`. */
export function filterApplications(applications: readonly Application[], query: ListQuery): ApplicationPage {
  const projects = [query.projects ?? [], query.project ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .filter(Boolean);
  const matches = query.selector ? parseSelector(query.selector) : () => true;
  const search = query.search?.toLowerCase();
  const found = applications
    .filter(({ metadata, spec }) => {
      if (projects.length > 0 && !projects.includes(spec.project)) return false;
      if (query.repo && spec.source?.repoURL !== query.repo) return false;
      if (
        search &&
        !`${metadata.name ?? ''} ${spec.source?.repoURL ?? ''} ${spec.destination.namespace ?? ''}`
          .toLowerCase()
          .includes(search)
      )
        return false;
      return matches(metadata.labels ?? {});
    })
    .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const from = query.continue;
  const rest = from === undefined ? found : found.filter(({ metadata }) => (metadata.name ?? '') > from);
  const items = query.limit === undefined ? rest : rest.slice(0, query.limit);
  const remaining = rest.length - items.length;
  return { items, next: remaining > 0 ? items.at(-1)?.metadata.name : undefined, remaining };
}

/** Label selectors as kubectl takes them: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas. */
export function parseSelector(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const parts = text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter(Boolean);
  const tests = parts.map((part): ((value: string | undefined) => boolean) & { key: string } => {
    const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
    if (set) {
      const values = (set[3] ?? '').split(',').map((value) => value.trim());
      const inside = set[2] === 'in';
      return Object.assign(
        (value: string | undefined) => (value !== undefined && values.includes(value)) === inside,
        { key: set[1] ?? '' },
      );
    }
    const equal = /^([^=!\s]+)\s*(==?|!=)\s*(\S*)$/.exec(part);
    if (equal) {
      const wanted = equal[2] !== '!=';
      return Object.assign((value: string | undefined) => (value === equal[3]) === wanted, {
        key: equal[1] ?? '',
      });
    }
    const exists = /^(!?)([^=!\s()]+)$/.exec(part);
    if (!exists)
      throw new CodedError(
        'selector_invalid',
        `The selector ${JSON.stringify(part)} is not of the form key=value, key!=value, key in (a,b) or key.`,
      );
    return Object.assign((value: string | undefined) => (value !== undefined) === (exists[1] === ''), {
      key: exists[2] ?? '',
    });
  });
  return (labels) =>
    tests.every((test) => test(Object.hasOwn(labels, test.key) ? labels[test.key] : undefined));
}
