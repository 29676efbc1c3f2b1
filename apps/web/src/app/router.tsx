import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { ApiError } from '../api/api-error.js';
import { applicationQuery, applicationsQuery, treeQuery } from '../api/applications.js';
import { onSignedOut } from '../api/http.js';
import { signIn, userInfoQuery } from '../api/system.js';
import { toApplicationSearch } from '../pages/application/application-search.js';
import { ApplicationsPage } from '../pages/applications/applications-page.js';
import { toApplicationsSearch } from '../pages/applications/applications-search.js';
import { toClusterSearch } from '../pages/cluster/cluster-search.js';
import { toNodesSearch } from '../pages/nodes/nodes-search.js';
import { toSettingsSearch } from '../pages/settings/settings-search.js';
import { ErrorPage } from './error-page.js';
import { MissingPage } from './missing-page.js';
import { queryClient } from './query-client.js';
import { Root } from './root.js';
import { compact, parseSearch, stringifySearch, textOf } from './search-params.js';
import { Shell } from './shell.js';
import { toast } from './toasts.js';

const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: MissingPage,
  validateSearch: (raw: Record<string, unknown>) => compact({ login: textOf(raw, 'login') }),
  beforeLoad: async ({ search, location }) => {
    if (!search.login) return;
    // The link works once, so its token leaves the address before anything else happens.
    await signIn({ oneTimeToken: search.login }).catch((error: unknown) => {
      toast('bad', 'This login link did not work', error instanceof Error ? error.message : undefined);
    });
    queryClient.removeQueries({ queryKey: userInfoQuery.queryKey });
    const { login: _spent, ...rest } = parseSearch(location.searchStr.replace(/^\?/, ''));
    throw redirect({ href: `${location.pathname}${stringifySearch(rest)}`, replace: true });
  },
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>) => compact({ next: textOf(raw, 'next') }),
  component: lazyRouteComponent(() => import('../pages/sign-in/sign-in-page.js'), 'SignInPage'),
});

const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  component: Shell,
  errorComponent: ErrorPage,
  beforeLoad: async ({ location }) => {
    const user = await queryClient.ensureQueryData(userInfoQuery).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) return { loggedIn: false };
      throw error;
    });
    if (!user.loggedIn) {
      const next = location.href === '/' || location.href === '/applications' ? undefined : location.href;
      throw redirect({ to: '/sign-in', search: compact({ next }) });
    }
  },
});

/** Where the server sends people whose one-time link has been used. */
const usedLinkRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/login',
  validateSearch: (raw: Record<string, unknown>) => compact({ link: textOf(raw, 'link') }),
  beforeLoad: ({ search }) => {
    if (search.link === 'used')
      toast('bad', 'This login link has been used', 'It works once. You are signed in all the same.');
    throw redirect({ to: '/applications', replace: true });
  },
});

const indexRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/applications', replace: true });
  },
});

const applicationsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/applications',
  validateSearch: toApplicationsSearch,
  loader: () => void queryClient.prefetchQuery(applicationsQuery),
  component: ApplicationsPage,
});

const applicationRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/applications/$name',
  validateSearch: toApplicationSearch,
  beforeLoad: async ({ params }) => {
    // Where many look for the form that makes one; an application that has the name comes first.
    if (params.name !== 'new') return;
    const known = await queryClient.ensureQueryData(applicationsQuery).catch(() => undefined);
    if (known?.items.some(({ metadata }) => metadata.name === 'new') === false)
      throw redirect({ to: '/applications', search: { create: true }, replace: true });
  },
  loader: ({ params }) => {
    void queryClient.prefetchQuery(applicationQuery(params.name));
    void queryClient.prefetchQuery(treeQuery(params.name));
  },
  component: lazyRouteComponent(() => import('../pages/application/application-page.js'), 'ApplicationPage'),
});

const nodesRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/nodes',
  validateSearch: toNodesSearch,
  component: lazyRouteComponent(() => import('../pages/nodes/nodes-page.js'), 'NodesPage'),
});

const clusterRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/cluster',
  validateSearch: toClusterSearch,
  component: lazyRouteComponent(() => import('../pages/cluster/cluster-page.js'), 'ClusterPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/settings',
  validateSearch: toSettingsSearch,
  component: lazyRouteComponent(() => import('../pages/settings/settings-page.js'), 'SettingsPage'),
});

export const router = createRouter({
  // Words that no page knows leave the address; otherwise pages would see them unread.
  search: { strict: true },
  routeTree: rootRoute.addChildren([
    signInRoute,
    appRoute.addChildren([
      usedLinkRoute,
      indexRoute,
      applicationsRoute,
      applicationRoute,
      nodesRoute,
      clusterRoute,
      settingsRoute,
    ]),
  ]),
  parseSearch: (text) => parseSearch(text.replace(/^\?/, '')),
  stringifySearch,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 5_000,
  defaultErrorComponent: ErrorPage,
  scrollRestoration: true,
});

onSignedOut(() => {
  queryClient.removeQueries({ queryKey: userInfoQuery.queryKey });
  void router.invalidate();
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
