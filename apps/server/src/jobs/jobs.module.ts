import { Global, Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, Reflector } from '@nestjs/core';
import { CodedError } from '@lotse/manifests';
import { CONFIG, type Config } from '../config/config.js';
import { DATABASE, type OpenDatabase } from '../database/open-database.js';
import { Readiness } from '../health/readiness.js';
import { Logger } from '../logging/logger.js';
import { BullJobQueue } from './bull-job-queue.js';
import { HANDLES_JOB, type HandlerMetadata, type JobHandler } from './handles-job.js';
import { JobQueue } from './job-queue.port.js';
import { JOBS } from './jobs.js';
import { type OpenQueueConnection, openQueueConnection } from './queue-connection.js';

const CONNECTION = Symbol('OpenQueueConnection');
const DEFAULT_CONCURRENCY = 4;
/** A stop waits this long for running jobs; what is cut short runs again at the next start. */
const CLOSE_GRACE_MS = 20_000;

/** The queue, and the discovery of who handles which job. Without the `worker` role jobs are only added. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: CONNECTION,
      inject: [CONFIG, DATABASE],
      useFactory: (config: Config, database: OpenDatabase) =>
        openQueueConnection(config, database.address, Object.keys(JOBS).length),
    },
    {
      provide: JobQueue,
      inject: [CONNECTION, Logger],
      useFactory: async (open: OpenQueueConnection, logger: Logger): Promise<JobQueue> => {
        const queue = new BullJobQueue(open.connection, logger.child('jobs'));
        await queue.open();
        return queue;
      },
    },
  ],
  exports: [JobQueue],
})
export class JobsModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(CONNECTION) private readonly connection: OpenQueueConnection,
    private readonly queue: JobQueue,
    private readonly readiness: Readiness,
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  /** @throws CodedError `job_without_handler`, `job_with_two_handlers`: the server doesn't start half-deaf. */
  onApplicationBootstrap(): void {
    this.readiness.register('queue', async () => {
      await this.queue.depth('repository.poll');
    });
    if (!this.config.roles.has('worker') || !(this.queue instanceof BullJobQueue)) return;
    const handlers = this.#handlers();
    for (const name of Object.keys(JOBS))
      if (!handlers.has(name))
        throw new CodedError(
          'job_without_handler',
          `No provider handles the job ${name}. Mark one with @HandlesJob('${name}') and list it in a module.`,
        );
    for (const { metadata, handler } of handlers.values())
      this.queue.work(metadata.name, handler, metadata.concurrency ?? DEFAULT_CONCURRENCY);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.queue instanceof BullJobQueue) await this.queue.close(CLOSE_GRACE_MS);
    await this.connection.close();
  }

  #handlers(): Map<string, { metadata: HandlerMetadata; handler: JobHandler }> {
    const found = new Map<string, { metadata: HandlerMetadata; handler: JobHandler }>();
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!instance || typeof metatype !== 'function') continue;
      const metadata = this.reflector.get<HandlerMetadata | undefined>(HANDLES_JOB, metatype);
      if (!metadata) continue;
      if (found.has(metadata.name))
        throw new CodedError('job_with_two_handlers', `Two providers handle the job ${metadata.name}.`);
      found.set(metadata.name, { metadata, handler: instance as JobHandler });
    }
    return found;
  }
}
