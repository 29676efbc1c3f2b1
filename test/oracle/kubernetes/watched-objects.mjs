import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';

/** What watches say that is about the server and not about the work of controllers. */
const UNWATCHED = new Set(['leases', 'componentstatuses']);

/**
 * Follows every object of a server by watches, one a resource: what is there, in which order it came, and when something last changed in
 * a namespace. `kinds` tells where the objects of a kind are.
 */
export async function watchedObjects({ url, token }, ask) {
  const kinds = await discovered(ask);
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: Infinity });
  const live = new Map();
  const all = new Map();
  const changedMs = new Map();
  const follow = ({ path }) => {
    const { hostname, port } = new URL(url);
    const asked = request(
      { agent, hostname, port, path: `${path}?watch=true`, headers: { authorization: `Bearer ${token}` } },
      (answer) => createInterface({ input: answer }).on('line', (line) => note(JSON.parse(line))),
    );
    asked.on('error', () => undefined);
    asked.end();
  };
  const note = ({ type, object }) => {
    if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return;
    const { uid, namespace = '' } = object.metadata;
    const key = `${object.kind} ${uid}`;
    changedMs.set(namespace, Date.now());
    all.set(key, object);
    if (type === 'DELETED') live.delete(key);
    else live.set(key, object);
  };
  const places = [...kinds.values()].filter(
    ({ resource, isWatched }) => isWatched && !UNWATCHED.has(resource),
  );
  for (const place of places) follow(place);
  return {
    kinds,
    /** What is there; `kind` limits it. */
    list: (namespace, kind) =>
      [...live.values()].filter(
        (object) =>
          (object.metadata.namespace ?? '') === namespace && (kind === undefined || object.kind === kind),
      ),
    /** What is or was there, in the order it came. */
    everIn: (namespace) => [...all.values()].filter(({ metadata }) => metadata.namespace === namespace),
    lastChangeMs: (namespace) => changedMs.get(namespace) ?? 0,
    stop: () => agent.destroy(),
  };
}

/** Resources by kind, the core group's before others of the same name, and the preferred version of each group only. */
async function discovered(ask) {
  const kinds = new Map();
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  for (const root of ['/api', '/apis']) {
    const { body } = await ask('GET', root, undefined, { accept });
    for (const { metadata, versions } of body.items)
      for (const { resource, responseKind, scope, verbs } of versions[0].resources) {
        const version = versions[0].version;
        const apiVersion = metadata.name ? `${metadata.name}/${version}` : version;
        const path = `${metadata.name ? `/apis/${apiVersion}` : `/api/${version}`}/${resource}`;
        if (kinds.has(responseKind.kind)) continue;
        const isNamespaced = scope === 'Namespaced';
        kinds.set(responseKind.kind, {
          apiVersion,
          resource,
          path,
          isNamespaced,
          isWatched: verbs.includes('watch'),
        });
      }
  }
  return kinds;
}
