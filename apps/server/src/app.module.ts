import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { BootstrapModule } from './bootstrap/bootstrap.module.js';
import { CertificatesModule } from './certificates/certificates.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Config } from './config/config.js';
import { DatabaseModule } from './database/database.module.js';
import { type Encryption } from './database/encryption/encryption.js';
import type { OpenDatabase } from './database/open-database.js';
import { FEATURES } from './features.js';
import { HealthModule } from './health/health.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import type { Logger } from './logging/logger.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { RepositoriesModule } from './repositories/repositories.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { SocketsModule } from './sockets/sockets.module.js';
import { WebhookModule } from './webhook/webhook.module.js';

/** What is opened before the modules are made. */
export interface Foundations {
  readonly config: Config;
  readonly logger: Logger;
  readonly database: OpenDatabase;
  readonly encryption: Encryption;
  /** Other modules than the delivering ones: for tests of the platform alone. */
  readonly features?: readonly Type[];
}

/** The whole server. */
@Module({})
export class AppModule {
  static with({ config, logger, database, encryption, features = FEATURES }: Foundations): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config, logger),
        DatabaseModule.with(database, encryption),
        BootstrapModule,
        HealthModule,
        MetricsModule,
        AuditModule,
        AuthModule,
        JobsModule,
        SocketsModule,
        AccountsModule,
        RepositoriesModule,
        CertificatesModule,
        SettingsModule,
        WebhookModule,
        ...features,
      ],
    };
  }
}
