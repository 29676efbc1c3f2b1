import { describe, expect, it } from 'vitest';
import { forwardedPath } from './forwarded-path.js';

const FLUNDERS = '/apis/wardle.example.com/v1/namespaces/a/flunders';

describe('the path of a request that is passed on', () => {
  it.each([
    [FLUNDERS, FLUNDERS],
    [`${FLUNDERS}/one%2Ftalk`, `${FLUNDERS}/one/talk`],
    [`${FLUNDERS}//one/`, `${FLUNDERS}/one/`],
    [`${FLUNDERS}/system:one@two`, `${FLUNDERS}/system:one@two`],
    [`${FLUNDERS}/a%3Fb%23c%20d%C3%A4%25`, `${FLUNDERS}/a%3Fb%23c%20d%C3%A4%25`],
    [`${FLUNDERS}/%252e%252e`, `${FLUNDERS}/%252e%252e`],
    [`${FLUNDERS}/a\\..\\b`, `${FLUNDERS}/a%5C..%5Cb`],
  ])('makes one of %s', (path, forwarded) => {
    expect(forwardedPath(path)).toBe(forwarded);
  });

  it.each(['/../../b', '/..%2f..%2fb', '/%2e%2E/b', '/./b', '/..'])('refuses %s', (steps) => {
    expect(() => forwardedPath(`${FLUNDERS}${steps}`)).toThrow('must not contain segments');
  });
});
