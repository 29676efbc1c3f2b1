import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access } from '../auth/access.js';
import { AuditService } from './audit.service.js';

const querySchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  before: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
});
type AuditQuery = z.output<typeof querySchema>;

/** What was done by whom. */
@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Access('audit', 'get')
  async list(@Query({ schema: querySchema }) query: AuditQuery): Promise<{ items: unknown[] }> {
    const rows = await this.audit.list(
      query.limit,
      query.before === undefined ? undefined : BigInt(query.before),
    );
    return { items: rows.map(({ request_id: requestId, ...row }) => ({ ...row, requestId })) };
  }
}
