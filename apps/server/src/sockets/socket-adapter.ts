import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { ServerOptions, Server as SocketServer } from 'socket.io';
import type { Config } from '../config/config.js';
import { isSameOrigin } from '../http/origin.js';
import type { Logger } from '../logging/logger.js';

/** A subscription is a few hundred bytes; nothing larger comes from a client. */
const MAX_FRAME_BYTES = 64 * 1024;
const CONNECT_TIMEOUT_MS = 10_000;

/** socket.io with the limits of this server: no foreign pages, small frames, quick handshakes. */
export class SocketAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly config: Config,
    private readonly log: Logger,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): SocketServer {
    const server = super.createIOServer(port, {
      ...options,
      serveClient: false,
      maxHttpBufferSize: MAX_FRAME_BYTES,
      connectTimeout: CONNECT_TIMEOUT_MS,
      cors: { origin: false },
      allowRequest: (
        request: { headers: import('node:http').IncomingHttpHeaders },
        decide: (error: string | null, allowed: boolean) => void,
      ) => {
        const allowed = isSameOrigin(request.headers, this.config.publicUrl);
        if (!allowed)
          this.log.warn('A socket from another origin was refused', { origin: request.headers.origin });
        decide(allowed ? null : 'origin_forbidden', allowed);
      },
    } as ServerOptions);
    return server;
  }
}
