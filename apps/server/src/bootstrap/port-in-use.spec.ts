import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { explainTakenPort } from './port-in-use.js';

describe('a port that is taken', () => {
  it('is told with the setting that moves it', async () => {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const address = first.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const second = createServer().listen(port, '127.0.0.1');
    const [error] = await once(second, 'error');
    first.close();
    expect(explainTakenPort(error, { host: '127.0.0.1', port, variable: 'LOTSE_KUBE_PORT' })).toMatchObject({
      code: 'port_in_use',
      message: `Port ${port} of 127.0.0.1 is in use, perhaps by another Lotse. Stop it, or set another LOTSE_KUBE_PORT.`,
      cause: error,
    });
  });

  it('is not made of other failures', () => {
    const error = Object.assign(new Error('listen EACCES'), { code: 'EACCES' });
    expect(explainTakenPort(error, { host: '127.0.0.1', port: 80, variable: 'LOTSE_PORT' })).toBe(error);
  });
});
