import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../random.js';
import { HOSTILE_TEMPLATES, type HostileTemplate } from './testing/hostile-templates.js';
import { AdminApi } from './testing/admin-api.js';

/** `LOTSE_FUZZ=seed:rounds` for a longer run by hand. */
const [seed = 'objects', rounds = '1500'] = (process.env['LOTSE_FUZZ'] ?? '').split(':').filter(Boolean);

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const PATCHES = [
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
] as const;

const STRANGE: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 63,
  '',
  'x',
  '-1',
  '100%',
  '1e400',
  '\u0000',
  '😀'.repeat(70),
  '__proto__',
  '2030-99-99T00:00:00Z',
  'a/b/c',
  '../..',
  [],
  [null],
  [[]],
  ['a', 'a'],
  [{}, {}],
  {},
  { '': '' },
  { $patch: 'delete' },
  { $patch: 'nonsense' },
  { $retainKeys: 7 },
  { $setElementOrder: [1] },
  JSON.parse('{"__proto__":{"polluted":1},"constructor":null}') as Json,
];

/** Changes values of objects by chance. */
class Spoiler {
  readonly random: SeededRandom;

  constructor(text: string) {
    this.random = new SeededRandom(text);
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random.next() * list.length)] as T;
  }

  spoiled(value: Json): Json {
    const copy = structuredClone(value);
    for (let times = 1 + Math.floor(this.random.next() * 3); times > 0; times--) this.#spoilOne(copy);
    return copy;
  }

  #spoilOne(top: Json): void {
    let at = top;
    for (;;) {
      if (typeof at !== 'object' || at === null) return;
      const map = at as { [key: string]: Json };
      const keys = Object.keys(map);
      if (keys.length === 0) return;
      const key = this.pick(keys);
      const value = map[key] as Json;
      const goesOn = typeof value === 'object' && value !== null && this.random.next() < 0.8;
      if (!goesOn) return this.#change(map, key);
      at = value;
    }
  }

  #change(map: { [key: string]: Json }, key: string): void {
    const chance = this.random.next();
    if (chance < 0.6) map[key] = structuredClone(this.pick(STRANGE));
    else if (chance < 0.75) map[key] = [map[key] ?? null, map[key] ?? null];
    else if (chance < 0.9 && !Array.isArray(map)) {
      Object.defineProperty(map, this.pick(['__proto__', 'constructor', '$patch', 'f:x', 'status']), {
        value: map[key],
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else if (!Array.isArray(map)) Reflect.deleteProperty(map, key);
  }
}

const url = ({ path }: HostileTemplate): string =>
  path.startsWith('apis/') || path.startsWith('api/') ? `/${path}` : path;

/** What Kubernetes refuses with a 500: configurations of wrong types, and strategic merge patches that can't be merged. */
const REFUSED_WITH_500 =
  /failed to create typed patch object|"message":"(unknown patch type: |list element types are not identical: |expected a \[\]interface|The order in patch list:|merging lists cannot yet be|map: .* does not contain declared merge key|no elements in any|cannot merge lists without merge key)/;

describe('objects in which anything may stand anywhere', () => {
  it(
    'are taken or refused in Kubernetes’ words, in every way to write, and no part of the cluster stumbles over them',
    () => {
      const spoiler = new Spoiler(seed);
      const stumbles: string[] = [];
      const failures: string[] = [];
      const api = new AdminApi({
        nodes: 2,
        seed,
        onError: (controller, key, error) => {
          if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)
            stumbles.push(`${controller} ${key}: ${error.stack}`);
        },
      });
      for (const template of HOSTILE_TEMPLATES) {
        const made = api.send('POST', url(template), template.object);
        expect(`${template.object.kind}: ${made.status} ${made.status === 201 ? '' : made.text}`).toMatch(
          /: 201/,
        );
      }
      api.cluster.advance('10s');
      for (let round = 0; round < Number(rounds); round++) {
        const template = spoiler.pick(HOSTILE_TEMPLATES);
        const { name } = template.object.metadata;
        const one = `${url(template)}/${name}`;
        const object = template.object as unknown as { [key: string]: Json };
        const spoiled = spoiler.spoiled(object);
        const way = spoiler.pick(['POST', 'PUT', 'status', 'json', ...PATCHES]);
        const query = spoiler.pick(['', '?dryRun=All', '?fieldValidation=Strict', '?fieldValidation=Ignore']);
        const manager = `${query ? '&' : '?'}fieldManager=m&force=true`;
        const type = (text: string) => ({ 'content-type': text });
        const send = () => {
          switch (way) {
            case 'POST': {
              const metadata = (spoiled as { metadata?: unknown }).metadata;
              if (typeof metadata === 'object' && metadata !== null && 'name' in metadata)
                if (metadata.name === name) metadata.name = `${name}-${round}`;
              return api.send('POST', `${url(template)}${query}`, spoiled);
            }
            case 'PUT':
              return api.send('PUT', `${one}${query}`, spoiled);
            case 'status':
              return api.send('PUT', `${one}/status${query}`, {
                ...(spoiled as object),
                status: spoiler.pick(STRANGE),
              });
            case 'json': {
              const paths = ['/spec', '/metadata', '/metadata/labels', '/status', '/spec/-', '/data', ''];
              const operation = (): Json => ({
                op: spoiler.pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'none']),
                path: spoiler.pick(paths),
                from: spoiler.pick(paths),
                value: spoiler.pick(STRANGE),
              });
              const patch = type('application/json-patch+json');
              return api.send('PATCH', `${one}${query}`, [operation(), operation()], patch);
            }
            default: {
              const apply = way === 'application/apply-patch+yaml';
              return api.send('PATCH', `${one}${query}${apply ? manager : ''}`, spoiled, type(way));
            }
          }
        };
        const answer = send();
        // Kubernetes, too, calls a configuration it can't type its own failure.
        if (answer.status >= 500 && !REFUSED_WITH_500.test(answer.text))
          failures.push(`${answer.status} ${answer.text} ${way} ${one}${query} ${JSON.stringify(spoiled)}`);
        if (answer.status >= 400) expect(answer.json['kind']).toBe('Status');
        if (round % 25 === 0) api.cluster.advance('2s');
      }
      api.cluster.advance('1m');
      expect(failures).toEqual([]);
      expect(stumbles).toEqual([]);
      expect(Object.prototype).not.toHaveProperty('polluted');
      for (const { path } of HOSTILE_TEMPLATES) {
        expect(api.send('GET', `/${path}`).status).toBe(200);
        const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
        const shown = api.send('GET', `/${path}`, '', table);
        if (shown.status !== 200) expect.fail(`${path} ${shown.text}`);
      }
      api.cluster.stop();
    },
    30_000 + 20 * Number(rounds),
  );
});

it.each<[string, string, object, RegExp]>([
  [
    'a secret whose type names a prototype',
    'api/v1/namespaces/default/secrets',
    { metadata: { name: 'a' }, type: '__proto__' },
    /^201 /,
  ],
  [
    'a pod of nothing',
    'api/v1/namespaces/default/pods',
    { metadata: { name: 'a' }, spec: {} },
    /^422 .*spec\.containers: Required value/,
  ],
  [
    'a pod with a volume of nothing',
    'api/v1/namespaces/default/pods',
    { metadata: { name: 'a' }, spec: { volumes: [{}], containers: [{ name: 'a', image: 'a' }] } },
    /^422 .*spec\.volumes\[0\]\.name: Required value/,
  ],
  [
    'a policy with a variable of nothing',
    'apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
    { metadata: { name: 'a' }, spec: { variables: [{ name: 'x' }] } },
    /^422 .*spec\.variables\[0\]\.expression: Required value/,
  ],
])('%s is answered', (_, path, object, expected) => {
  const api = new AdminApi();
  const { status, text } = api.send('POST', `/${path}`, object);
  expect(`${status} ${text}`).toMatch(expected);
  api.cluster.stop();
});

it('a patch that makes a list of the version of an object is refused', () => {
  const api = new AdminApi();
  const definition = HOSTILE_TEMPLATES.find(({ object }) => object.kind === 'CustomResourceDefinition');
  expect(api.send('POST', `/${definition?.path}`, definition?.object).status).toBe(201);
  for (const path of [
    '/api/v1/namespaces/default/configmaps',
    '/apis/example.com/v1/namespaces/default/widgets',
  ]) {
    expect(api.send('POST', path, { metadata: { name: 'a' } }).status).toBe(201);
    const patch = { 'content-type': 'application/merge-patch+json' };
    const { status, text } = api.send('PATCH', `${path}/a`, { apiVersion: ['v1'] }, patch);
    expect(`${status} ${text}`).toMatch(
      /^422 .*cannot unmarshal array into Go struct field .*apiVersion of type string/,
    );
  }
  api.cluster.stop();
});
