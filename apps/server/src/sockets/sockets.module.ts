import { Global, Module } from '@nestjs/common';
import { LiveGateway } from './live.gateway.js';
import { TopicRegistry } from './topic-source.port.js';

/** Live updates. Sources announce themselves to the `TopicRegistry`, which can be injected everywhere. */
@Global()
@Module({ providers: [LiveGateway, TopicRegistry], exports: [TopicRegistry] })
export class SocketsModule {}
