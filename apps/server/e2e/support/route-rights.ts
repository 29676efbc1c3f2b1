/** Who asks. `foreign` and `own` are one account that may do everything in the project `mine`, and nothing else. */
export const CALLERS = ['anonymous', 'nobody', 'readonly', 'foreign', 'bot', 'own', 'admin'] as const;
export type Caller = (typeof CALLERS)[number];

/**
 * What a caller gets: `401`, `403`, `404` as such; `ok` is any other answer; of lists `all`, `some` (of the project
 * `mine` alone) or `none` of the entries that there are.
 */
export type Outcome = '401' | '403' | '404' | 'ok' | 'all' | 'some' | 'none';

/** What is asked for: things of the project `mine` or `theirs`. */
export interface Target {
  readonly project: 'mine' | 'theirs';
  readonly repository: string;
  readonly historyId: number;
  readonly revision: string;
  readonly caller: Caller;
  readonly password: string;
  readonly csv: string;
}

export interface RouteRight {
  /** In the order of CALLERS: anonymous, nobody, readonly, foreign, bot (may only get applications of `mine`), own, admin. */
  readonly outcomes: string;
  /** What comes after the path. */
  readonly query?: (target: Target) => string;
  readonly body?: (target: Target) => object;
  /** Never ends on its own: only its status counts. */
  readonly streams?: true;
}

const OPEN = 'ok ok ok ok ok ok ok';
const SIGNED_IN = '401 ok ok ok ok ok ok';
const LIST = '401 none all some none some all';
const APP_READ = '401 404 ok 404 ok ok ok';
const APP_WRITE = '401 404 403 404 403 ok ok';
const READERS = '401 403 ok 403 403 403 ok';
const ADMIN_ONLY = '401 403 403 403 403 403 ok';
/** Denied and unknown are told apart where the name itself is no secret. */
const OWN_WRITE = '401 403 403 403 403 ok ok';

const source = ({ repository }: Target): object => ({
  repoURL: repository,
  path: 'app',
  targetRevision: 'main',
});
const application = (target: Target, name = `${target.project}-app`): object => ({
  metadata: { name },
  spec: {
    project: target.project,
    source: source(target),
    destination: { server: 'https://kubernetes.default.svc', namespace: target.project },
  },
});
const set = (target: Target, name = `${target.project}-set`): object => ({
  metadata: { name },
  spec: {
    generators: [{ list: { elements: [] } }],
    template: { metadata: { name: 'x' }, spec: { project: target.project, source: source(target) } },
  },
});
const project = (name: string): object => ({
  project: {
    metadata: { name },
    spec: { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] },
  },
});
const object = (): string => '?version=v1&kind=ConfigMap&resourceName=m';
const app = (outcomes: string): RouteRight => ({ outcomes });

/** Every route of the server, and what each caller gets of it. A route that isn't here fails the test. */
export const ROUTE_RIGHTS: Readonly<Record<string, RouteRight>> = {
  'GET /healthz': { outcomes: OPEN },
  'GET /readyz': { outcomes: OPEN },
  'GET /metrics': { outcomes: OPEN },
  'GET /api/version': { outcomes: OPEN },
  // whoever calls it shows a signature, not who they are
  'POST /api/webhook': { outcomes: '401 401 401 401 401 401 401', body: () => ({}) },
  'GET /auth/once/:token': { outcomes: OPEN },
  'POST /api/v1/session': { outcomes: OPEN, body: ({ password }) => ({ username: 'lim', password }) },
  'GET /api/v1/session/userinfo': { outcomes: SIGNED_IN },
  'DELETE /api/v1/session': { outcomes: SIGNED_IN },
  'GET /api/v1/settings': { outcomes: SIGNED_IN },
  'GET /api/v1/settings/rbac': { outcomes: READERS },
  'PUT /api/v1/settings/rbac': { outcomes: ADMIN_ONLY, body: ({ csv }) => ({ csv, default: '' }) },
  'GET /api/v1/audit': { outcomes: ADMIN_ONLY },
  'POST /api/v1/backup': { outcomes: ADMIN_ONLY, body: () => ({}) },
  // who may is told that this is no backup
  'POST /api/v1/restore': { outcomes: ADMIN_ONLY, body: () => ({}) },

  'GET /api/v1/account': { outcomes: SIGNED_IN },
  'POST /api/v1/account': { outcomes: ADMIN_ONLY, body: ({ caller }) => ({ name: `new-${caller}` }) },
  'PUT /api/v1/account/password': {
    outcomes: ADMIN_ONLY,
    body: ({ password, caller }) => ({
      name: 'victim',
      currentPassword: password,
      newPassword: `another password of ${caller}`,
    }),
  },
  'GET /api/v1/account/can-i/:resource/:action/*object': { outcomes: SIGNED_IN },
  'GET /api/v1/account/:name': { outcomes: READERS },
  'PUT /api/v1/account/:name': { outcomes: ADMIN_ONLY, body: () => ({ enabled: true }) },
  'DELETE /api/v1/account/:name': { outcomes: ADMIN_ONLY },
  'POST /api/v1/account/:name/token': { outcomes: ADMIN_ONLY, body: () => ({}) },
  'DELETE /api/v1/account/:name/token/:id': { outcomes: '401 403 403 403 403 403 404' },

  'GET /api/v1/repositories': { outcomes: '401 none all some none some all' },
  'POST /api/v1/repositories': {
    outcomes: OWN_WRITE,
    query: () => '?upsert=true',
    body: ({ repository, project: name }) => ({ repo: repository, project: name }),
  },
  'GET /api/v1/repositories/:repo': { outcomes: '401 403 ok 403 403 ok ok' },
  'PUT /api/v1/repositories/:repo': {
    outcomes: OWN_WRITE,
    body: ({ repository, project: name }) => ({ repo: repository, project: name }),
  },
  'DELETE /api/v1/repositories/:repo': { outcomes: OWN_WRITE },
  'GET /api/v1/repositories/:repo/refs': { outcomes: '401 403 ok 403 403 ok ok' },
  'POST /api/v1/repositories/:repo/validate': { outcomes: '401 403 ok 403 403 ok ok', body: () => ({}) },
  'GET /api/v1/repositories/:repo/helmcharts': { outcomes: '401 403 ok 403 403 ok ok' },
  'GET /api/v1/repositories/:repo/helmcharts/:chart/versions': { outcomes: '401 403 ok 403 403 ok ok' },
  'GET /api/v1/repocreds': { outcomes: READERS },
  'POST /api/v1/repocreds': {
    outcomes: ADMIN_ONLY,
    body: ({ project: name }) => ({ url: `https://${name}.example.org` }),
  },
  'DELETE /api/v1/repocreds/:url': { outcomes: ADMIN_ONLY },

  'GET /api/v1/certificates': { outcomes: READERS },
  'POST /api/v1/certificates': { outcomes: ADMIN_ONLY, body: () => ({ certData: 'none' }) },
  'DELETE /api/v1/certificates': {
    outcomes: '401 403 403 403 403 403 404',
    query: () => '?hostNamePattern=none',
  },
  'GET /api/v1/gpgkeys': { outcomes: READERS },
  'POST /api/v1/gpgkeys': { outcomes: ADMIN_ONLY, body: () => ({ keyData: 'none' }) },
  'GET /api/v1/gpgkeys/:keyID': { outcomes: '401 403 404 403 403 403 404' },
  'DELETE /api/v1/gpgkeys': {
    outcomes: '401 403 403 403 403 403 404',
    query: () => `?keyID=${'A'.repeat(16)}`,
  },

  'GET /api/v1/cluster/resources': { outcomes: READERS },
  'GET /api/v1/cluster/objects': { outcomes: READERS, query: () => '?resource=pods' },
  'GET /api/v1/cluster/nodes': { outcomes: READERS },
  'GET /api/v1/clusters': { outcomes: SIGNED_IN },
  'GET /api/v1/clusters/:server': { outcomes: READERS },

  'GET /api/v1/stream/applications': { outcomes: SIGNED_IN, streams: true },
  'GET /api/v1/applications': { outcomes: '401 none all some some some all' },
  'POST /api/v1/applications': {
    outcomes: OWN_WRITE,
    body: (target) => application(target, `${target.project}-made`),
  },
  'GET /api/v1/applications/:name': app(APP_READ),
  'PUT /api/v1/applications/:name': { outcomes: APP_WRITE, body: application },
  'PUT /api/v1/applications/:name/spec': {
    outcomes: APP_WRITE,
    body: (target) => (application(target) as { spec: object }).spec,
  },
  'PATCH /api/v1/applications/:name': {
    outcomes: APP_WRITE,
    body: () => ({ patch: '{"metadata":{"labels":{"a":"b"}}}', patchType: 'merge' }),
  },
  'DELETE /api/v1/applications/:name': app(APP_WRITE),
  'POST /api/v1/applications/:name/sync': { outcomes: APP_WRITE, body: () => ({ dryRun: true }) },
  'POST /api/v1/applications/:name/rollback': {
    outcomes: APP_WRITE,
    body: ({ historyId }) => ({ id: historyId }),
  },
  'DELETE /api/v1/applications/:name/operation': app(APP_WRITE),
  'DELETE /api/v1/applications/:name/hold': app(APP_WRITE),
  'GET /api/v1/applications/:name/resource-tree': app(APP_READ),
  'GET /api/v1/applications/:name/syncwindows': app(APP_READ),
  'GET /api/v1/applications/:name/managed-resources': app(APP_READ),
  'POST /api/v1/applications/:name/managed-resources': {
    ...app(APP_WRITE),
    body: () => ({ files: {} }),
  },
  'GET /api/v1/applications/:name/manifests': app(APP_READ),
  'GET /api/v1/applications/:name/events': app(APP_READ),
  'GET /api/v1/applications/:name/resource': {
    outcomes: APP_READ,
    query: (target) => `${object()}&namespace=${target.project}`,
  },
  'POST /api/v1/applications/:name/resource': {
    outcomes: APP_WRITE,
    query: (target) => `${object()}&namespace=${target.project}`,
    body: () => ({ patch: '{"data":{"a":"b"}}', patchType: 'merge' }),
  },
  'DELETE /api/v1/applications/:name/resource': {
    outcomes: APP_WRITE,
    query: (target) => `${object()}&namespace=${target.project}`,
  },
  'GET /api/v1/applications/:name/logs': {
    // who may read applications may not read their logs for that alone
    outcomes: '401 404 ok 404 403 ok ok',
    streams: true,
  },
  'GET /api/v1/applications/:name/revisions/:revision/metadata': app(APP_READ),
  'GET /api/v1/applications/:name/history': app(APP_READ),
  'GET /api/v1/applications/:name/history/:id/manifests': app(APP_READ),

  'GET /api/v1/applicationsets': { outcomes: LIST },
  'POST /api/v1/applicationsets': {
    outcomes: OWN_WRITE,
    body: (target) => set(target, `${target.project}-made`),
  },
  'POST /api/v1/applicationsets/generate': {
    outcomes: OWN_WRITE,
    body: (target) => ({ applicationSet: set(target) }),
  },
  'GET /api/v1/applicationsets/:name': { outcomes: '401 404 ok 404 404 ok ok' },
  'PUT /api/v1/applicationsets/:name': {
    outcomes: '401 404 403 404 404 ok ok',
    body: (target) => set(target),
  },
  'DELETE /api/v1/applicationsets/:name': { outcomes: '401 404 403 404 404 ok ok' },

  'GET /api/v1/projects': { outcomes: LIST },
  'POST /api/v1/projects': { outcomes: ADMIN_ONLY, body: () => project('made') },
  'GET /api/v1/projects/:name': { outcomes: '401 403 ok 403 403 ok ok' },
  'PUT /api/v1/projects/:name': { outcomes: ADMIN_ONLY, body: ({ project: name }) => project(name) },
  // there is no such role: who may ask is told so
  'GET /api/v1/projects/:project/roles/:role/token': { outcomes: '401 403 404 403 403 404 404' },
  'POST /api/v1/projects/:project/roles/:role/token': {
    outcomes: '401 403 403 403 403 403 404',
    body: () => ({ id: 'x' }),
  },
  'DELETE /api/v1/projects/:project/roles/:role/token/:iat': { outcomes: '401 403 403 403 403 403 404' },
  'DELETE /api/v1/projects/:project/roles/:role/token/id/:id': { outcomes: '401 403 403 403 403 403 404' },
  // the project of running applications stays, whoever asks: a refusal that isn't about rights
  'DELETE /api/v1/projects/:name': { outcomes: ADMIN_ONLY },
};
