import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';

/** A database that takes longer than this to answer `SELECT 1` can't serve. */
const DATABASE_PATIENCE_MS = 2_000;

@Global()
@Module({ controllers: [HealthController], providers: [Readiness], exports: [Readiness] })
export class HealthModule implements OnModuleInit {
  constructor(
    private readonly readiness: Readiness,
    private readonly source: DataSource,
  ) {}

  onModuleInit(): void {
    this.readiness.register('database', async () => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>(
        (_, reject) => (timer = setTimeout(() => reject(new Error('no answer')), DATABASE_PATIENCE_MS)),
      );
      try {
        await Promise.race([this.source.query('SELECT 1'), late]);
      } finally {
        clearTimeout(timer);
      }
    });
  }
}
