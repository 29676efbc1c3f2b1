import { expect, it } from 'vitest';
import { isLongRunning } from './long-running.js';
import { parseRequestInfo } from './request-info.js';

it.each([
  ['GET', '/apis/wardle.example.com/v1/flunders', '', false],
  ['GET', '/apis/wardle.example.com/v1/flunders', 'watch=true', true],
  ['GET', '/apis/wardle.example.com/v1/namespaces/a/flunders/b/log', '', true],
  ['POST', '/apis/wardle.example.com/v1/namespaces/a/flunders/b/exec', '', true],
  ['GET', '/apis/wardle.example.com/v1/namespaces/a/flunders/b/status', '', false],
  ['GET', '/openapi/v3/apis/wardle.example.com/v1', '', false],
])('tells whether %s %s?%s may go on', (method, path, query, goesOn) => {
  expect(isLongRunning(parseRequestInfo(method, path, new URLSearchParams(query)))).toBe(goesOn);
});
