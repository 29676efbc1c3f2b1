import { expect, it } from 'vitest';
import { formatIpv4, parseIpv4 } from './ipv4.js';

it.each(['0.0.0.0', '10.96.0.1', '127.0.0.1', '255.255.255.255'])('reads and writes %s', (text) => {
  expect(formatIpv4(parseIpv4(text) ?? NaN)).toBe(text);
});

it.each(['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '010.0.0.1', '1.2.3.4 ', '::1', '1.2.3.x'])(
  'takes %j for no address',
  (text) => {
    expect(parseIpv4(text)).toBeUndefined();
  },
);
