import type { Type } from '@nestjs/common';
import { ApplicationSetsModule } from './application-sets/application-sets.module.js';
import { ApplicationsModule } from './applications/applications.module.js';
import { BackupModule } from './backup/backup.module.js';
import { ClustersModule } from './clusters/clusters.module.js';
import { ClusterModule } from './cluster/cluster.module.js';
import { ProjectsModule } from './projects/projects.module.js';
import { RetentionModule } from './retention/retention.module.js';

/**
 * The modules that deliver: cluster, rendering, sync, history, applications. Each brings its controllers, providers
 * and job handlers; they can inject what the platform exports everywhere: `CONFIG`, `Logger`, `DataSource`,
 * `DATABASE`, `Encryption`, `Authorizer`, `AuditService`, `Counters`, `Readiness`, `TopicRegistry`, `JobQueue`,
 * `RepositoryService`.
 */
export const FEATURES: readonly Type[] = [
  ClusterModule,
  ClustersModule,
  ApplicationsModule,
  ApplicationSetsModule,
  ProjectsModule,
  RetentionModule,
  BackupModule,
];
