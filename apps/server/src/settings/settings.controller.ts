import { Body, Controller, Get, Inject, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, Public, SignedIn } from '../auth/access.js';
import { Authorizer, type PolicySettings } from '../auth/authorizer.js';
import { CONFIG, type Config } from '../config/config.js';
import { VERSION } from './version.js';

const policySchema = z.object({ csv: z.string().max(256 * 1024), default: z.string().max(256).default('') });

/** What the dashboard needs to know before and after signing in. */
@ApiTags('settings')
@Controller('api')
export class SettingsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly authorizer: Authorizer,
  ) {}

  @Get('version')
  @Public()
  version(): Record<string, string> {
    return {
      Version: `v${VERSION}`,
      Platform: `${process.platform}/${process.arch}`,
      NodeVersion: process.version,
    };
  }

  @Get('v1/settings')
  @SignedIn()
  settings(): Record<string, unknown> {
    return {
      url: this.config.publicUrl ?? '',
      appLabelKey: 'app.kubernetes.io/instance',
      trackingMethod: 'annotation',
      pollIntervalSeconds: this.config.pollIntervalMs / 1_000,
      allowLocalRepositories: this.config.allowLocalRepositories,
      nodes: this.config.nodes,
      roles: [...this.config.roles],
      database: this.config.databaseUrl ? 'server' : 'embedded',
      queue: this.config.redisUrl ? 'redis' : 'postgresql',
      version: `v${VERSION}`,
    };
  }

  @Get('v1/settings/rbac')
  @Access('settings', 'get')
  policy(): PolicySettings {
    return this.authorizer.settings;
  }

  @Put('v1/settings/rbac')
  @Access('settings', 'update')
  async changePolicy(
    @Body({ schema: policySchema }) policy: z.output<typeof policySchema>,
  ): Promise<PolicySettings> {
    await this.authorizer.change(policy);
    return this.authorizer.settings;
  }
}
