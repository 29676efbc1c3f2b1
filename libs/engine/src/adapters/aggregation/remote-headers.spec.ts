import { expect, it } from 'vitest';
import { bodyHeaders, forwardedHeaders } from './remote-headers.js';

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

it('leaves out what is about the connection, and who somebody says he is', () => {
  const headers = {
    connection: ['keep-alive, X-Hop'],
    'x-hop': ['1'],
    'content-length': ['5'],
    expect: ['100-continue'],
    x_remote_user: ['root'],
    'x-remote-extra-scopes': ['all'],
    'impersonate-user': ['root'],
  };
  expect(forwardedHeaders(headers, { user: 'jane', groups: [] }, undefined)).toEqual({
    'X-Remote-User': 'jane',
  });
});

it('says where a body ends', () => {
  expect(bodyHeaders({ 'transfer-encoding': 'chunked' })).toEqual({ 'transfer-encoding': 'chunked' });
  expect(bodyHeaders({ 'content-length': '5' })).toEqual({ 'content-length': '5' });
  expect(bodyHeaders({})).toEqual({});
});
