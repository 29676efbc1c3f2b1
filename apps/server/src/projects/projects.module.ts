import { Module } from '@nestjs/common';
import { ProjectService } from './project.service.js';
import { ProjectsController } from './projects.controller.js';

/** Needs the built-in cluster (`ClusterHost`), where projects live. */
@Module({ controllers: [ProjectsController], providers: [ProjectService] })
export class ProjectsModule {}
