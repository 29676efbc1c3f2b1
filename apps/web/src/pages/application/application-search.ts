import { compact, countOf, flagOf, textOf, wordOf, wordsOf } from '../../app/search-params.js';
import { HEALTH_STATUSES } from '../../status/health.js';

export const APPLICATION_VIEWS = [
  'tree',
  'list',
  'pods',
  'network',
  'diff',
  'history',
  'events',
  'settings',
] as const;
export type ApplicationView = (typeof APPLICATION_VIEWS)[number];

export const NODE_TABS = ['summary', 'live', 'desired', 'diff', 'events', 'logs'] as const;
export type NodeTab = (typeof NODE_TABS)[number];

export const APPLICATION_DIALOGS = ['sync', 'delete', 'operation'] as const;

/** View state of an application's page; everything one can see there has an address. */
export const toApplicationSearch = (raw: Record<string, unknown>) =>
  compact({
    view: wordOf(raw, 'view', APPLICATION_VIEWS),
    q: textOf(raw, 'q'),
    health: wordsOf(raw, 'health', HEALTH_STATUSES),
    kind: textOf(raw, 'kind'),
    /** The open object, as `group/Kind/namespace/name`. */
    node: textOf(raw, 'node'),
    tab: wordOf(raw, 'tab', NODE_TABS),
    dialog: wordOf(raw, 'dialog', APPLICATION_DIALOGS),
    split: flagOf(raw, 'split'),
    from: countOf(raw, 'from'),
    to: countOf(raw, 'to'),
    pod: textOf(raw, 'pod'),
    container: textOf(raw, 'container'),
    tail: countOf(raw, 'tail'),
    find: textOf(raw, 'find'),
    wrap: flagOf(raw, 'wrap'),
    times: flagOf(raw, 'times'),
    still: flagOf(raw, 'still'),
    previous: flagOf(raw, 'previous'),
  });

export type ApplicationSearch = ReturnType<typeof toApplicationSearch>;
