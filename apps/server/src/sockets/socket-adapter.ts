import type { IncomingHttpHeaders } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import type { Server, ServerOptions } from 'socket.io';
import type { Config } from '../config/config.js';
import { isSameOrigin } from '../http/origin.js';
import type { Logger } from '../logging/logger.js';

/** A subscription is a few hundred bytes; nothing larger comes from a client. */
const MAX_FRAME_BYTES = 64 * 1024;
const CONNECT_TIMEOUT_MS = 10_000;

/** socket.io with the limits of this server: no foreign pages, small frames, quick handshakes; Redis between processes. */
export class SocketAdapter extends IoAdapter {
  readonly #redis: Redis[] = [];

  constructor(
    app: INestApplicationContext,
    private readonly config: Config,
    private readonly log: Logger,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const limits: Partial<ServerOptions> = {
      serveClient: false,
      maxHttpBufferSize: MAX_FRAME_BYTES,
      connectTimeout: CONNECT_TIMEOUT_MS,
      cors: { origin: false },
      allowRequest: (request: { headers: IncomingHttpHeaders }, decide) => {
        const allowed = isSameOrigin(request.headers, this.config.publicUrl);
        if (!allowed)
          this.log.warn('A socket from another origin was refused', { origin: request.headers.origin });
        decide(allowed ? null : 'origin_forbidden', allowed);
      },
    };
    const server = super.createIOServer(port, { ...options, ...limits } as ServerOptions) as Server;
    if (this.config.redisUrl)
      server.adapter(
        createAdapter(
          this.#connect(this.config.redisUrl.reveal()),
          this.#connect(this.config.redisUrl.reveal()),
        ),
      );
    return server;
  }

  override async dispose(): Promise<void> {
    for (const client of this.#redis) client.disconnect();
    await super.dispose();
  }

  #connect(url: string): Redis {
    const client = new Redis(url, { maxRetriesPerRequest: null });
    client.on('error', (error: Error) => this.log.warn('Redis reported an error', { error }));
    this.#redis.push(client);
    return client;
  }
}
