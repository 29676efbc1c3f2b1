import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { KubeObject } from '@lotse/manifests';
import type { z } from 'zod';
import { Access, ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import { Authorizer } from '../auth/authorizer.js';
import type { Principal } from '../auth/principal.js';
import { createProjectSchema, updateProjectSchema } from './project.schemas.js';
import { ProjectService } from './project.service.js';

const named = (request: { params: Record<string, string | string[]> }): string =>
  String(request.params['name']);

/** Projects. */
@ApiTags('projects')
@Controller('api/v1/projects')
export class ProjectsController {
  constructor(
    private readonly projects: ProjectService,
    private readonly authorizer: Authorizer,
  ) {}

  @Get()
  @ChecksAccess()
  async list(@CurrentPrincipal() principal: Principal): Promise<{ items: KubeObject[] }> {
    const items = await this.projects.list();
    const visible = await Promise.all(
      items.map(({ metadata }) => this.authorizer.allows(principal, 'projects', 'get', metadata.name ?? '')),
    );
    return { items: items.filter((_, index) => visible[index]) };
  }

  @Post()
  @ChecksAccess()
  @HttpCode(200)
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: createProjectSchema }) body: z.output<typeof createProjectSchema>,
  ): Promise<KubeObject> {
    const { name } = body.project.metadata;
    await this.authorizer.enforce(principal, 'projects', 'create', name);
    if (body.upsert) await this.authorizer.enforce(principal, 'projects', 'update', name);
    return this.projects.create(body.project, body.upsert);
  }

  @Get(':name')
  @Access('projects', 'get', named)
  async get(@Param('name') name: string): Promise<KubeObject> {
    return this.projects.get(name);
  }

  @Put(':name')
  @Access('projects', 'update', named)
  async update(
    @Param('name') name: string,
    @Body({ schema: updateProjectSchema }) body: z.output<typeof updateProjectSchema>,
  ): Promise<KubeObject> {
    return this.projects.update(name, body.project);
  }

  @Delete(':name')
  @Access('projects', 'delete', named)
  async remove(@Param('name') name: string): Promise<Record<string, never>> {
    await this.projects.remove(name);
    return {};
  }
}
