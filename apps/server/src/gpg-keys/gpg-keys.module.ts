import { Module } from '@nestjs/common';
import { GpgKeysController } from './gpg-keys.controller.js';
import { GpgKeyService } from './gpg-key.service.js';
import { SignaturePolicy } from './signature-policy.js';

@Module({
  controllers: [GpgKeysController],
  providers: [GpgKeyService, SignaturePolicy],
  exports: [SignaturePolicy],
})
export class GpgKeysModule {}
