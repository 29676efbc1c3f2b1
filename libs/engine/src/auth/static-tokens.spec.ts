import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../api/api-request.js';
import { StaticTokens } from './static-tokens.js';

const request = (token: string): ApiRequest => ({
  method: 'GET',
  path: '/',
  query: new URLSearchParams(),
  header: (name) => (name === 'authorization' ? `Bearer ${token}` : undefined),
  headers: () => [],
  headerNames: () => ['authorization'],
  body: new Uint8Array(),
});

describe('a file of tokens', () => {
  it('names users, their ids and groups', () => {
    const tokens = new StaticTokens('aaa,jane,u-1,"dev,ops"\r\n\nbbb,joe,,one\nccc,"Smith, ""J""",u-3\n');
    expect(tokens.authenticate(request('aaa'))).toEqual({ user: 'jane', uid: 'u-1', groups: ['dev', 'ops'] });
    expect(tokens.authenticate(request('bbb'))).toEqual({ user: 'joe', groups: ['one'] });
    expect(tokens.authenticate(request('ccc'))).toEqual({ user: 'Smith, "J"', uid: 'u-3', groups: [] });
    expect(tokens.authenticate(request('aa'))).toBeUndefined();
    expect(tokens.authenticate(request('__proto__'))).toBeUndefined();
  });

  it.each([
    ['canary', 'line 1 must be token,user,uid'],
    ['a,jane,1\n,canary,2', 'line 2 must be token,user,uid'],
    ['canary,jane,1,dev,ops', 'line 1 has more than four columns'],
    ['canary,jane,1,"dev', 'line 1 must be'],
    ['canary,a,1\ncanary,b,2', 'line 2 repeats a token'],
  ])('%j is refused, without a word of what is in it', (file, problem) => {
    expect(() => new StaticTokens(file)).toThrow(problem);
    expect(() => new StaticTokens(file)).not.toThrow('canary');
  });
});
