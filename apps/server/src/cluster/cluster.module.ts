import { Global, Module } from '@nestjs/common';
import { ClusterController } from './cluster.controller.js';
import { ClusterHost } from './cluster-host.js';
import { ClusterTopic } from './cluster-topic.js';
import { JournalRepository } from './journal.repository.js';
import { SnapshotRepository } from './snapshot.repository.js';

/** The built-in cluster, available everywhere. */
@Global()
@Module({
  controllers: [ClusterController],
  providers: [JournalRepository, SnapshotRepository, ClusterHost, ClusterTopic],
  exports: [ClusterHost],
})
export class ClusterModule {}
