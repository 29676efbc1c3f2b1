import { Module } from '@nestjs/common';
import { CertificatesController } from './certificates.controller.js';
import { KnownHostsService } from './known-hosts.service.js';

@Module({ controllers: [CertificatesController], providers: [KnownHostsService] })
export class CertificatesModule {}
