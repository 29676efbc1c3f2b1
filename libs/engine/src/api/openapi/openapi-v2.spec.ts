import { expect, it } from 'vitest';
import { createCluster, type Cluster } from '../../cluster.js';
import type { ApiRequest, FullResponse } from '../api-request.js';
import { Discovery } from '../discovery.js';
import { MoreToDo } from '../more-to-do.js';
import { OpenApiV2, toOpenApiV2 } from './openapi-v2.js';

const PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

function ask(accept: string, takesTurns: boolean): ApiRequest {
  return {
    method: 'GET',
    path: '/openapi/v2',
    query: new URLSearchParams(),
    header: (name) => (name === 'accept' ? accept : undefined),
    headers: () => [],
    headerNames: () => [],
    body: new Uint8Array(),
    takesTurns,
  };
}

function define({ registry, operations }: Cluster, from: number, to: number): void {
  const definitions = registry.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions');
  if (!definitions) throw new Error('there are no definitions');
  for (let index = from; index < to; index++) {
    const plural = `things${index}`;
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.example.com` },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural, singular: `thing${index}`, kind: `Thing${index}`, listKind: `Thing${index}List` },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: { type: 'object', properties: { spec: { type: 'string' } } },
            },
          },
        ],
      },
    };
    operations.create(definitions, definition, { user: 'admin', groups: ['system:masters'] });
  }
}

/** Asks until the answer is there; how often that was. */
function asked(
  document: OpenApiV2,
  accept: string,
): { readonly answer: FullResponse; readonly turns: number } {
  for (let turns = 1; ; turns++) {
    try {
      const answer = document.answer(ask(accept, true));
      if (answer) return { answer, turns };
    } catch (error) {
      if (!(error instanceof MoreToDo)) throw error;
    }
  }
}

it.each(['application/json', PROTOBUF])('is made in turns by who takes them: %s', (accept) => {
  const cluster = createCluster({ controllers: [] });
  define(cluster, 0, 35);
  const discovery = new Discovery(cluster.registry);
  const { answer, turns } = asked(new OpenApiV2(discovery), accept);
  expect(turns).toBe(4);
  const atOnce = new OpenApiV2(discovery).answer(ask(accept, false));
  expect(atOnce?.headers).toEqual(answer.headers);
  expect(Buffer.compare(Buffer.from(atOnce?.body ?? ''), Buffer.from(answer.body))).toBe(0);
});

it('makes only the part of a definition that is new', () => {
  const cluster = createCluster({ controllers: [] });
  define(cluster, 0, 35);
  const discovery = new Discovery(cluster.registry);
  const document = new OpenApiV2(discovery);
  const before = asked(document, 'application/json').answer;
  define(cluster, 35, 36);
  const { answer, turns } = asked(document, 'application/json');
  expect(turns).toBe(1);
  expect(answer.headers['etag']).not.toBe(before.headers['etag']);
  expect(JSON.parse(Buffer.from(answer.body).toString())).toEqual(toOpenApiV2(discovery.groups));
});
