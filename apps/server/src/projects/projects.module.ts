import { Module } from '@nestjs/common';
import { ProjectService } from './project.service.js';
import { RoleTokenService } from './role-token.service.js';
import { RoleTokensController } from './role-tokens.controller.js';
import { ProjectsController } from './projects.controller.js';

/** Needs the built-in cluster (`ClusterHost`), where projects live. */
@Module({
  controllers: [ProjectsController, RoleTokensController],
  providers: [ProjectService, RoleTokenService],
})
export class ProjectsModule {}
