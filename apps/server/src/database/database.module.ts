import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Encryption } from './encryption/encryption.js';
import type { OpenDatabase } from './open-database.js';
import { DATABASE } from './open-database.js';

/**
 * Makes the opened database available everywhere: `DataSource` for queries and repositories, `DATABASE` for its
 * address (whoever needs a connection of its own), `Encryption` for what must not lie in it readable.
 */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly database: OpenDatabase) {}

  static with(database: OpenDatabase, encryption: Encryption): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: DATABASE, useValue: database },
        { provide: DataSource, useValue: database.source },
        { provide: Encryption, useValue: encryption },
      ],
      exports: [DATABASE, DataSource, Encryption],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
