import { Module } from '@nestjs/common';
import { ClusterService } from './cluster.service.js';
import { ClustersController } from './clusters.controller.js';

@Module({ controllers: [ClustersController], providers: [ClusterService] })
export class ClustersModule {}
