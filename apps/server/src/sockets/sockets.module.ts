import { Global, Module } from '@nestjs/common';
import { TopicRegistry } from './topic-source.port.js';

/** Live updates. Sources announce themselves to the `TopicRegistry`, which can be injected everywhere. */
@Global()
@Module({ providers: [TopicRegistry], exports: [TopicRegistry] })
export class SocketsModule {}
