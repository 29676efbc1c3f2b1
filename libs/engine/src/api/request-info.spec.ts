import { describe, expect, it } from 'vitest';
import { parseRequestInfo } from './request-info.js';

const read = (method: string, target: string) => {
  const [path = '', query = ''] = target.split('?');
  const info = parseRequestInfo(method, path, new URLSearchParams(query));
  const where = [info.group, info.version, info.namespace, info.resource, info.name, info.subresource];
  return `${info.isResource ? 'resource' : 'url'} ${info.verb} ${where.map((part) => part || '-').join(' ')}`;
};

describe('parseRequestInfo', () => {
  it.each([
    ['GET', '/api/v1/pods', 'resource list - v1 - pods - -'],
    ['GET', '/api/v1/namespaces/d/pods?watch=true', 'resource watch - v1 d pods - -'],
    ['GET', '/api/v1/namespaces/d/pods?watch=0', 'resource list - v1 d pods - -'],
    ['GET', '/api/v1/namespaces/d/pods?fieldSelector=metadata.name%3Dx', 'resource list - v1 d pods x -'],
    ['GET', '/api/v1/namespaces/d', 'resource get - v1 d namespaces d -'],
    ['PUT', '/api/v1/namespaces/d/finalize', 'resource update - v1 d namespaces d finalize'],
    ['GET', '/api/v1/namespaces/d/pods/p/log', 'resource get - v1 d pods p log'],
    ['POST', '/apis/apps/v1/namespaces/d/deployments', 'resource create apps v1 d deployments - -'],
    [
      'DELETE',
      '/apis/apps/v1/namespaces/d/deployments',
      'resource deletecollection apps v1 d deployments - -',
    ],
    [
      'PATCH',
      '/apis/apps/v1/namespaces/d/deployments/w/scale',
      'resource patch apps v1 d deployments w scale',
    ],
    ['GET', '/api/v1/watch/namespaces/d/pods/p', 'resource watch - v1 d pods p -'],
    ['GET', '/apis/apps/v1', 'url get apps v1 - - - -'],
    ['GET', '/healthz', 'url get - - - - - -'],
  ])('%s %s is %s', (method, target, expected) => {
    expect(read(method, target)).toBe(expected);
  });
});
