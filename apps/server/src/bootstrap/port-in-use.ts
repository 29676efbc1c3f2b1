import { once } from 'node:events';
import { createServer } from 'node:net';
import { CodedError } from '@lotse/manifests';

/** Where is listened, and the setting that says so. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly variable: string;
}

/** Nobody else listens there now; asked before anything is made. @throws CodedError `port_in_use`. */
export async function assertPortFree(listener: Listener): Promise<void> {
  if (listener.port === 0) return;
  const probe = createServer().listen(listener.port, listener.host);
  try {
    await once(probe, 'listening');
  } catch (error) {
    throw explainTakenPort(error, listener);
  }
  probe.close();
  await once(probe, 'close');
}

/** Says which setting moves a port that somebody else listens on; other failures are given back as they are. */
export function explainTakenPort(error: unknown, listener: Listener): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) return error;
  return new CodedError(
    'port_in_use',
    `Port ${listener.port} of ${listener.host} is in use, perhaps by another Lotse. Stop it, or set another ${listener.variable}.`,
    {},
    { cause: error },
  );
}
