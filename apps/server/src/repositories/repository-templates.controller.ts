import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access } from '../auth/access.js';
import { RepositoryRegistry } from './registry.service.js';
import { type RepositoryTemplateInput, repositoryTemplateSchema } from './repository.schemas.js';

const upsertSchema = z.object({ upsert: z.enum(['true', 'false']).default('false') });

/** Credentials for all repositories below an address. */
@ApiTags('repocreds')
@Controller('api/v1/repocreds')
export class RepositoryTemplatesController {
  constructor(private readonly registry: RepositoryRegistry) {}

  @Get()
  @Access('repositories', 'get')
  async list(): Promise<{ items: unknown[] }> {
    return { items: await this.registry.listTemplates() };
  }

  @Post()
  @Access('repositories', 'create')
  @HttpCode(200)
  async create(
    @Query({ schema: upsertSchema }) query: z.output<typeof upsertSchema>,
    @Body({ schema: repositoryTemplateSchema }) input: RepositoryTemplateInput,
  ): Promise<{ url: string }> {
    await this.registry.createTemplate(input, query.upsert === 'true');
    return { url: input.url };
  }

  @Delete(':url')
  @Access('repositories', 'delete')
  async remove(@Param('url') url: string): Promise<Record<string, never>> {
    await this.registry.remove(url, true);
    return {};
  }
}
