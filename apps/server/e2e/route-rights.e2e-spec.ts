import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Delivery } from './support/delivery.js';
import { GitHost } from './support/git-host.js';
import { CALLERS, ROUTE_RIGHTS, type Caller, type Outcome, type Target } from './support/route-rights.js';
import { startServer, type TestServer } from './support/start-server.js';

const PASSWORD = 'one password for all';
const CSV = `
g, ro, role:readonly
p, lim, *, *, mine/*, allow
p, lim, projects, get, mine, allow
p, bot, applications, get, mine/*, allow
`;
/** Deeper paths first, deletions last and signing out at the very end: what is gone can't be asked for. */
const WEIGHT = { GET: 0, POST: 1, PATCH: 2, PUT: 2, DELETE: 3 } as const;

let server: TestServer;
let host: GitHost;
const tokens = new Map<Caller, string | undefined>();
const targets = new Map<'mine' | 'theirs', Omit<Target, 'caller'>>();

/** Every route the running server has, from its router. */
function routesOf({ app }: TestServer): string[] {
  const express = app.getHttpAdapter().getInstance() as unknown as {
    router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
  };
  return express.router.stack.flatMap(({ route }) =>
    route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : [],
  );
}

beforeAll(async () => {
  host = await new GitHost().start();
  server = await startServer({ LOTSE_ADMIN_PASSWORD: PASSWORD });
  const delivery = new Delivery(server, host);
  await server.call('put', '/api/v1/settings/rbac').send({ csv: CSV }).expect(200);
  for (const name of ['nobody', 'ro', 'lim', 'bot', 'victim'])
    await server.call('post', '/api/v1/account').send({ name, password: PASSWORD }).expect(200);
  for (const project of ['mine', 'theirs'] as const) {
    const revision = host.create(project, {
      'app/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n',
      'app/b.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n',
    });
    const repository = host.url(project);
    const spec = { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] };
    await server
      .call('post', '/api/v1/projects')
      .send({
        project: {
          metadata: { name: project },
          spec: { ...spec, clusterResourceWhitelist: [{ group: '*', kind: '*' }] },
        },
      })
      .expect(200);
    await server.call('post', '/api/v1/repositories').send({ repo: repository, project }).expect(200);
    const manifest = delivery.manifest(`${project}-app`, { repository: project, namespace: project }) as {
      spec: Record<string, unknown>;
    };
    manifest.spec['project'] = project;
    await server.call('post', '/api/v1/applications').send(manifest).expect(200);
    await delivery.refresh(`${project}-app`);
    await delivery.sync(`${project}-app`);
    expect((await delivery.untilOperation(`${project}-app`)).phase).toBe('Succeeded');
    const history = await server.call('get', `/api/v1/applications/${project}-app/history`).expect(200);
    const set = ROUTE_RIGHTS['PUT /api/v1/applicationsets/:name']?.body;
    const target = {
      project,
      repository,
      revision,
      historyId: history.body.items[0].id as number,
      password: PASSWORD,
      csv: CSV,
    };
    targets.set(project, target);
    await server
      .call('post', '/api/v1/applicationsets')
      .send(set?.({ ...target, caller: 'admin' }))
      .expect(200);
  }
  for (const [caller, username] of [
    ['nobody', 'nobody'],
    ['readonly', 'ro'],
    ['foreign', 'lim'],
    ['own', 'lim'],
  ] as const) {
    const answer = await fetch(`${server.localUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: PASSWORD }),
    });
    tokens.set(caller, ((await answer.json()) as { token: string }).token);
  }
  const made = await server.call('post', '/api/v1/account/bot/token').send({}).expect(200);
  tokens.set('bot', made.body.token as string);
  tokens.set('admin', server.token);
});
afterAll(async () => {
  await server?.stop();
  await host?.stop();
});

function targetOf(caller: Caller): Target {
  const target = targets.get(caller === 'own' || caller === 'bot' ? 'mine' : 'theirs');
  if (!target) throw new Error('The projects were not made.');
  return { ...target, caller };
}

function pathOf(route: string, { project, repository, historyId, revision }: Target): string {
  const [, path = ''] = route.split(' ');
  const name = path.startsWith('/api/v1/applicationsets')
    ? `${project}-set`
    : path.startsWith('/api/v1/applications')
      ? `${project}-app`
      : path.startsWith('/api/v1/projects')
        ? project
        : 'victim';
  const values: Record<string, string> = {
    ':name': name,
    ':project': project,
    ':role': 'none',
    ':iat': '1',
    ':repo': encodeURIComponent(repository),
    ':url': encodeURIComponent(`https://${project}.example.org`),
    ':revision': revision,
    ':id': path.includes('history') ? String(historyId) : '00000000-0000-4000-8000-000000000000',
    ':server': 'in-cluster',
    ':token': 'none',
    ':chart': 'none',
    ':keyID': 'A'.repeat(16),
    ':resource': 'applications',
    ':action': 'get',
    '*object': `${project}/x`,
  };
  return path.replace(/[:*]\w+/g, (name_) => {
    const value = values[name_];
    if (value === undefined) throw new Error(`The test has no value for ${name_} of ${route}.`);
    return value;
  });
}

/** Asks as somebody; answers in the words of the table. */
async function ask(route: string, caller: Caller, wanted: Outcome): Promise<Outcome> {
  const right = ROUTE_RIGHTS[route];
  const target = targetOf(caller);
  const token = tokens.get(caller);
  const [method = 'GET'] = route.split(' ');
  const stop = new AbortController();
  const response = await fetch(server.localUrl + pathOf(route, target) + (right?.query?.(target) ?? ''), {
    method,
    redirect: 'manual',
    signal: stop.signal,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(right?.body && { 'content-type': 'application/json' }),
    },
    ...(right?.body && { body: JSON.stringify(right.body(target)) }),
  });
  const text = right?.streams === true && response.ok ? '' : await response.text();
  stop.abort();
  const { status } = response;
  if (status === 401 || status === 403 || status === 404) return String(status) as Outcome;
  expect(status, `${caller} ${route}: ${text.slice(0, 500)}`).toBeLessThan(500);
  if (status !== 200 || !['all', 'some', 'none'].includes(wanted)) return 'ok';
  return text.includes('theirs') ? 'all' : text.includes('mine') ? 'some' : 'none';
}

describe('the rights to routes', () => {
  it('are declared for every route there is, and for no other', () => {
    expect(Object.keys(ROUTE_RIGHTS).sort()).toEqual(routesOf(server).sort());
  });

  const order = Object.keys(ROUTE_RIGHTS).sort((a, b) => weight(a) - weight(b));
  it.each(order)('%s', async (route) => {
    const wanted = (ROUTE_RIGHTS[route]?.outcomes ?? '').split(' ') as Outcome[];
    expect(wanted).toHaveLength(CALLERS.length);
    const found: string[] = [];
    for (const [index, caller] of CALLERS.entries())
      found.push(`${caller}: ${await ask(route, caller, wanted[index] ?? 'ok')}`);
    expect(found).toEqual(CALLERS.map((caller, index) => `${caller}: ${wanted[index] ?? ''}`));
  });
});

function weight(route: string): number {
  if (route === 'DELETE /api/v1/session') return 1_000;
  const [method = 'GET', path = ''] = route.split(' ');
  // projects go after what is in them
  const late = path.startsWith('/api/v1/projects') ? 50 : 0;
  return WEIGHT[method as keyof typeof WEIGHT] * 100 + late - path.split('/').length;
}
