import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import { Authorizer } from '../auth/authorizer.js';
import type { Principal } from '../auth/principal.js';
import { GpgKeyService } from './gpg-key.service.js';
import { MAX_ARMOR_LENGTH, type PublicKeyFacts } from './read-keys.js';

const keyId = z
  .string()
  .regex(/^(0x)?([0-9a-f]{16}|[0-9a-f]{40}|[0-9a-f]{64})$/i, 'must be 16, 40 or 64 hex digits');
const addSchema = z.object({ keyData: z.string().min(1).max(MAX_ARMOR_LENGTH) });
const addQuerySchema = z.object({ upsert: z.enum(['true', 'false']).default('false') });
const removeSchema = z.object({ keyID: keyId });

/** A key as Argo CD's API has it. */
interface GpgKeyView {
  readonly keyID: string;
  readonly fingerprint: string;
  readonly owner: string;
  readonly trust: string;
  readonly subType: string;
  /** Not in lists. */
  readonly keyData?: string;
}

/** Public keys that signatures of commits are checked with. */
@ApiTags('gpgkeys')
@Controller('api/v1/gpgkeys')
export class GpgKeysController {
  constructor(
    private readonly keys: GpgKeyService,
    private readonly authorizer: Authorizer,
  ) {}

  @Get()
  @Access('gpgkeys', 'get')
  async list(): Promise<{ items: GpgKeyView[] }> {
    return { items: (await this.keys.list()).map(viewOf) };
  }

  @Get(':keyID')
  @Access('gpgkeys', 'get', (request) => String(request.params['keyID']))
  async get(@Param('keyID') id: string): Promise<GpgKeyView> {
    const key = await this.keys.get(id);
    return { ...viewOf(key), keyData: key.armored };
  }

  /** `keyData` has one or more armoured public keys. */
  @Post()
  @ChecksAccess()
  @HttpCode(200)
  async add(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: addQuerySchema }) query: z.output<typeof addQuerySchema>,
    @Body({ schema: addSchema }) body: z.output<typeof addSchema>,
  ): Promise<{ created: { items: GpgKeyView[] }; skipped: string[] }> {
    const upsert = query.upsert === 'true';
    await this.authorizer.enforce(principal, 'gpgkeys', 'create', '*');
    if (upsert) await this.authorizer.enforce(principal, 'gpgkeys', 'update', '*');
    const { created, skipped } = await this.keys.add(body.keyData, upsert);
    return { created: { items: created.map(viewOf) }, skipped };
  }

  @Delete()
  @Access('gpgkeys', 'delete', ({ query: { keyID: asked } }) => (typeof asked === 'string' ? asked : '*'))
  async remove(
    @Query({ schema: removeSchema }) query: z.output<typeof removeSchema>,
  ): Promise<Record<string, never>> {
    await this.keys.remove(query.keyID);
    return {};
  }
}

function viewOf({ keyId: id, fingerprint, owner, trust, subType }: PublicKeyFacts): GpgKeyView {
  return { keyID: id, fingerprint, owner, trust, subType };
}
