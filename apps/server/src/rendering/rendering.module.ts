import { Module } from '@nestjs/common';
import { RepositoriesModule } from '../repositories/repositories.module.js';
import { ManifestRepository } from './manifest.repository.js';
import { RenderMemoryRepository } from './render-memory.repository.js';
import { RenderService } from './render.service.js';

@Module({
  imports: [RepositoriesModule],
  providers: [ManifestRepository, RenderMemoryRepository, RenderService],
  exports: [ManifestRepository, RenderService],
})
export class RenderingModule {}
