import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access } from '../auth/access.js';
import { type KnownHost, fingerprint } from './known-hosts.js';
import { KnownHostsService } from './known-hosts.service.js';

const addSchema = z.object({ certData: z.string().min(1).max(1_000_000) });
const removeSchema = z.object({ hostNamePattern: z.string().min(1).max(255) });

/** A host key as it is shown. */
interface CertificateView {
  readonly serverName: string;
  readonly certType: 'ssh';
  readonly certSubType: string;
  readonly certInfo: string;
}

/** Host keys for repositories over ssh. */
@ApiTags('certificates')
@Controller('api/v1/certificates')
export class CertificatesController {
  constructor(private readonly hosts: KnownHostsService) {}

  @Get()
  @Access('certificates', 'get')
  async list(): Promise<{ items: CertificateView[] }> {
    return { items: (await this.hosts.list()).map(view) };
  }

  /** `certData` are lines as `ssh-keyscan` prints them. */
  @Post()
  @Access('certificates', 'create')
  @HttpCode(200)
  async add(
    @Body({ schema: addSchema }) body: z.output<typeof addSchema>,
  ): Promise<{ items: CertificateView[] }> {
    return { items: (await this.hosts.add(body.certData)).map(view) };
  }

  @Delete()
  @Access('certificates', 'delete')
  async remove(
    @Query({ schema: removeSchema }) query: z.output<typeof removeSchema>,
  ): Promise<{ items: CertificateView[] }> {
    return { items: (await this.hosts.remove(query.hostNamePattern)).map(view) };
  }
}

function view(host: KnownHost): CertificateView {
  return { serverName: host.host, certType: 'ssh', certSubType: host.keyType, certInfo: fingerprint(host) };
}
