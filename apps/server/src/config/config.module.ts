import { type DynamicModule, Module } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import { CONFIG, type Config } from './config.js';

/** Makes settings and logger available everywhere: `@Inject(CONFIG)` and `Logger`. */
@Module({})
export class ConfigModule {
  static with(config: Config, logger: Logger): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: Logger, useValue: logger },
      ],
      exports: [CONFIG, Logger],
    };
  }
}
