import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { assertPortFree, explainTakenPort } from './port-in-use.js';

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

  it('is noticed before anything is made, and a free one is left free', async () => {
    const taker = createServer().listen(0, '127.0.0.1');
    await once(taker, 'listening');
    const address = taker.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const listener = { host: '127.0.0.1', port, variable: 'LOTSE_PORT' };
    await expect(assertPortFree(listener)).rejects.toMatchObject({ code: 'port_in_use' });
    taker.close();
    await once(taker, 'close');
    await assertPortFree(listener);
    await assertPortFree(listener);
  });

  it('is not made of other failures', () => {
    const error = Object.assign(new Error('listen EACCES'), { code: 'EACCES' });
    expect(explainTakenPort(error, { host: '127.0.0.1', port: 80, variable: 'LOTSE_PORT' })).toBe(error);
  });
});
