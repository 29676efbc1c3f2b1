import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseIntPipe,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { JsonValue, KubeObject } from '@lotse/manifests';
import type { SourceInput, SyncWindow, TreeNode } from '@lotse/gitops';
import { z } from 'zod';
import { ChecksAccess, CurrentPrincipal } from '../auth/access.js';
import type { Principal } from '../auth/principal.js';
import type { HistoryEntry } from '../history/history.repository.js';
import { HistoryService } from '../history/history.service.js';
import { SyncWindows } from '../sync/sync-windows.js';
import { MaskAddresses } from './mask-addresses.js';
import { ApplicationAccess } from './application-access.js';
import {
  eventsQuerySchema,
  historyQuerySchema,
  resourceQuerySchema,
  revisionQuerySchema,
  type EventsQuery,
  type HistoryQuery,
  type ResourceQuery,
  type RevisionQuery,
} from './application.schemas.js';
import { ApplicationViews, type ManagedResource } from './application-views.service.js';
import { translate } from './application.service.js';
import { sentSourceSchema, type SentSource } from './sent-source.js';

/** A merge patch of one object. */
const resourcePatchSchema = z.record(z.string(), z.unknown());

type HistoryItem = Omit<HistoryEntry, 'metadata' | 'results' | 'message'> & {
  readonly author: string;
  readonly message: string;
  readonly operationMessage: string;
  readonly result: HistoryEntry['results'];
};

/** What can be seen of one application. */
@ApiTags('applications')
@Controller('api/v1/applications/:name')
@UseInterceptors(MaskAddresses)
export class ViewsController {
  constructor(
    private readonly views: ApplicationViews,
    private readonly history: HistoryService,
    private readonly access: ApplicationAccess,
    private readonly windows: SyncWindows,
  ) {}

  @Get('resource-tree')
  @ChecksAccess()
  async tree(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
  ): Promise<{ nodes: TreeNode[]; orphanedNodes: TreeNode[]; hosts: unknown[] }> {
    await this.access.need(principal, name, 'get');
    return { nodes: this.views.tree(name), orphanedNodes: [], hosts: [] };
  }

  /** The sync windows of the project that are about it; `canSync` is whether a person may now. */
  @Get('syncwindows')
  @ChecksAccess()
  async syncWindows(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
  ): Promise<{
    activeWindows: readonly SyncWindow[];
    assignedWindows: readonly SyncWindow[];
    canSync: boolean;
    canAutoSync: boolean;
  }> {
    const verdict = this.windows.verdict(await this.access.need(principal, name, 'get'));
    return {
      activeWindows: verdict.active,
      assignedWindows: verdict.assigned,
      canSync: verdict.allowsPeople,
      canAutoSync: verdict.allowsAutomation,
    };
  }

  @Get('managed-resources')
  @ChecksAccess()
  async managed(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: revisionQuerySchema }) { revision }: RevisionQuery,
  ): Promise<{ items: ManagedResource[] }> {
    const application = await this.access.need(principal, name, 'get');
    if (revision === undefined) return { items: this.views.managedResources(name) };
    return { items: await this.views.managedResourcesOf(application, { revision }) };
  }

  /** What files that are in no repository would change; nothing is. They can name any object, so reading is not enough. */
  @Post('managed-resources')
  @ChecksAccess()
  @HttpCode(200)
  async compareSent(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Body({ schema: sentSourceSchema }) sent: SentSource,
  ): Promise<{ items: ManagedResource[] }> {
    const application = await this.access.need(principal, name, 'override');
    return { items: await this.views.managedResourcesOf(application, sent) };
  }

  @Get('manifests')
  @ChecksAccess()
  async manifests(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: revisionQuerySchema }) { revision }: RevisionQuery,
  ): Promise<{ manifests: string[]; inputs: readonly SourceInput[] }> {
    const application = await this.access.need(principal, name, 'get');
    return this.views.manifestsOf(application, revision);
  }

  @Get('events')
  @ChecksAccess()
  async events(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: eventsQuerySchema }) query: EventsQuery,
  ): Promise<{ items: KubeObject[] }> {
    await this.access.need(principal, name, 'get');
    return { items: await this.views.events(name, query) };
  }

  @Get('resource')
  @ChecksAccess()
  async resource(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: resourceQuerySchema }) query: ResourceQuery,
  ): Promise<{ manifest: string }> {
    await this.access.need(principal, name, 'get');
    return { manifest: JSON.stringify(this.views.shownResource(name, query)) };
  }

  @Post('resource')
  @ChecksAccess()
  @HttpCode(200)
  async patchResource(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: resourceQuerySchema }) query: ResourceQuery,
    @Body({ schema: resourcePatchSchema }) body: z.output<typeof resourcePatchSchema>,
  ): Promise<{ manifest: string }> {
    await this.access.need(principal, name, 'update');
    const patched = this.views.patchResource(name, query, body as JsonValue);
    return { manifest: JSON.stringify(await translate(patched)) };
  }

  @Delete('resource')
  @ChecksAccess()
  async removeResource(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: resourceQuerySchema }) query: ResourceQuery,
  ): Promise<Record<string, never>> {
    await this.access.need(principal, name, 'delete');
    await translate(this.views.removeResource(name, query));
    return {};
  }

  @Get('revisions/:revision/metadata')
  @ChecksAccess()
  async metadata(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Param('revision') revision: string,
  ): Promise<{ author: string; date: string; message: string; tags: string[] }> {
    const application = await this.access.need(principal, name, 'get');
    return this.views.revisionMetadata(application, revision);
  }

  @Get('history')
  @ChecksAccess()
  async entries(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Query({ schema: historyQuerySchema }) { limit, before }: HistoryQuery,
  ): Promise<{ items: HistoryItem[] }> {
    const application = await this.access.need(principal, name, 'get');
    return { items: (await this.history.list(application, limit, before)).map(historyItem) };
  }

  @Get('history/:id/manifests')
  @ChecksAccess()
  async deployed(
    @CurrentPrincipal() principal: Principal,
    @Param('name') name: string,
    @Param('id', ParseIntPipe) id: number,
  ): Promise<{ manifests: string[]; inputs: readonly SourceInput[] }> {
    const application = await this.access.need(principal, name, 'get');
    const { manifestDigest, inputs } = await this.history.need(application, id);
    return { manifests: await this.views.manifestsByDigest(manifestDigest), inputs };
  }
}

function historyItem({ metadata, results, message, ...entry }: HistoryEntry): HistoryItem {
  return {
    ...entry,
    author: metadata.author ?? '',
    message: metadata.message ?? '',
    operationMessage: message,
    result: results,
  };
}
