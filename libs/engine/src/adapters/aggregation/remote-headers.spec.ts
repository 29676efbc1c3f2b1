import { expect, it } from 'vitest';
import { forwardedHeaders } from './remote-headers.js';

it('passes no token on, in whatever header it came', () => {
  const headers = {
    authorization: ['Bearer canary'],
    'sec-websocket-protocol': ['base64url.bearer.authorization.k8s.io.canary, v5.channel.k8s.io', 'other'],
    accept: ['*/*'],
  };
  const passed = forwardedHeaders(headers, { user: 'jane', groups: [] }, undefined);
  expect(JSON.stringify(passed)).not.toContain('canary');
  expect(passed).toEqual({
    accept: ['*/*'],
    'sec-websocket-protocol': 'v5.channel.k8s.io, other',
    'X-Remote-User': 'jane',
  });
});
