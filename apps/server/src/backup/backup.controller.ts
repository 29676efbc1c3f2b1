import { Body, Controller, Headers, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Access } from '../auth/access.js';
import { StartHooks } from '../bootstrap/start-hooks.js';
import { HttpCodedError } from '../http/status-codes.js';
import { Logger } from '../logging/logger.js';
import type { BackupHeader } from './backup-header.js';
import { MAX_PASSPHRASE, MIN_PASSPHRASE } from './backup-key.js';
import { BackupService } from './backup.service.js';

const backupSchema = z.object({
  passphrase: z
    .string()
    .min(MIN_PASSPHRASE, `Use at least ${MIN_PASSPHRASE} characters.`)
    .max(MAX_PASSPHRASE, `Use at most ${MAX_PASSPHRASE} characters.`)
    .optional(),
});
const restoreQuerySchema = z.object({ replace: z.enum(['true', 'false']).default('false') });
/** A passphrase may have any letters; a header may not. */
const PASSPHRASE_HEADER = 'lotse-backup-passphrase';
const BINARY = 'application/octet-stream';

/** Everything of this server as one file. Who may change who may do what may also do this. */
@ApiTags('backup')
@Controller('api/v1')
export class BackupController {
  constructor(
    private readonly backups: BackupService,
    private readonly hooks: StartHooks,
    private readonly logger: Logger,
  ) {}

  /** A broken connection, or a file without its end, is a backup that failed. */
  @Post('backup')
  @HttpCode(200)
  @Access('settings', 'update')
  async backUp(
    @Body({ schema: backupSchema }) { passphrase }: z.output<typeof backupSchema>,
    @Res() response: Response,
  ): Promise<void> {
    response.setHeader('Content-Type', BINARY);
    response.setHeader('Content-Disposition', 'attachment; filename="lotse.backup"');
    try {
      await this.backups.backUp(passphrase, response);
    } catch (error) {
      if (!response.headersSent) {
        response.removeHeader('Content-Disposition');
        throw error;
      }
      this.logger.warn('A backup ended before it was complete', { error });
      response.destroy();
    }
  }

  @Post('restore')
  @HttpCode(200)
  @Access('settings', 'update')
  async restore(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @Query({ schema: restoreQuerySchema }) { replace }: z.output<typeof restoreQuerySchema>,
    @Headers(PASSPHRASE_HEADER) encoded: string | undefined,
  ): Promise<BackupHeader> {
    if (!request.is(BINARY)) throw new HttpCodedError(415, 'backup_invalid', `Send the backup as ${BINARY}.`);
    const passphrase = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
    const header = await this.backups.restore(request, passphrase, replace === 'true');
    response.once('close', () => this.hooks.restart());
    return header;
  }
}
