import { describe, expect, it } from 'vitest';
import { readManifests } from './read-manifests.js';

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

describe('readManifests', () => {
  it('reads several documents and passes over empty ones', () => {
    expect(readManifests(`${CONFIG_MAP}---\n---\n# x\n---\n{}\n---\n${CONFIG_MAP}`)).toHaveLength(2);
  });

  it('expands lists, and types the entries of typed lists', () => {
    const list = 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: p}}\n';
    expect(readManifests(list).map(({ kind }) => kind)).toEqual(['Pod']);
    const typed = 'apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: p}\n';
    expect(readManifests(typed)).toMatchObject([{ apiVersion: 'v1', kind: 'ConfigMap' }]);
  });

  it('reads JSON', () => {
    expect(readManifests('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}')).toHaveLength(1);
  });

  it.each([
    ['kind: Pod', /x\.yaml:1.*apiVersion is missing/],
    [`${CONFIG_MAP}---\napiVersion: v1\n`, /x\.yaml:5.*kind is missing/],
    ['apiVersion: v1\nkind: Pod\nmetadata: {name: 5}', /metadata\.name is the number 5/],
    ['apiVersion: v1\nkind: Pod\nmetadata: [a]', /metadata is a list/],
    ['- a', /not a map/],
  ])('says where and what is wrong with %j', (text, message) => {
    expect(() => readManifests(text, 'x.yaml')).toThrow(message);
  });
});
