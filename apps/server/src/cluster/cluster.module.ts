import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ClusterController } from './cluster.controller.js';
import { ClusterHost } from './cluster-host.js';
import { ClusterTopic } from './cluster-topic.js';
import { DurableAnswers } from './durable-answers.interceptor.js';
import { JournalRepository } from './journal.repository.js';
import { SnapshotRepository } from './snapshot.repository.js';

/** The built-in cluster, available everywhere. */
@Global()
@Module({
  controllers: [ClusterController],
  providers: [
    JournalRepository,
    SnapshotRepository,
    ClusterHost,
    ClusterTopic,
    { provide: APP_INTERCEPTOR, useClass: DurableAnswers },
  ],
  exports: [ClusterHost],
})
export class ClusterModule {}
