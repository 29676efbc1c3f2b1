import { Controller, HttpCode, Inject, type OnModuleInit, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/access.js';
import { CONFIG, type Config } from '../config/config.js';
import type { RawBodyRequest } from '../http/limits.js';
import { HttpCodedError } from '../http/status-codes.js';
import type { Secret } from '../logging/secret.js';
import { Counters } from '../metrics/counters.js';
import { RepositoryInterests } from '../repositories/repository-interests.js';
import { RepositoryPoller } from '../repositories/repository-poller.js';
import { parseRepositoryUrl } from '../repositories/addresses/repository-url.js';
import { RecentDeliveries } from './recent-deliveries.js';
import { isSigned, newsOf, senderOf } from './webhook-delivery.js';
import { webhookSecret } from './webhook-secret.js';

/**
 * Where Git hosts tell of a push. A delivery has to be signed; it only makes the repositories it names be asked at
 * once, by us, at the address we know: nothing of its content is used.
 */
@ApiTags('webhook')
@Controller('api/webhook')
export class WebhookController implements OnModuleInit {
  readonly #recent = new RecentDeliveries();
  #secret: Secret<string> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly counters: Counters,
    private readonly interests: RepositoryInterests,
    private readonly poller: RepositoryPoller,
  ) {}

  async onModuleInit(): Promise<void> {
    this.#secret = await webhookSecret(this.config);
  }

  @Post()
  @Public()
  @HttpCode(202)
  async receive(@Req() request: RawBodyRequest): Promise<{ refreshed: number }> {
    const sender = senderOf(request.headers);
    const delivery = {
      headers: request.headers,
      rawBody: request.rawBody ?? Buffer.alloc(0),
      body: request.body as unknown,
    };
    if (!this.#secret || !isSigned(delivery, sender, this.#secret.reveal())) {
      this.counters.webhooks.inc({ sender, outcome: 'refused' });
      throw new HttpCodedError(
        401,
        'webhook_unauthenticated',
        "The delivery isn't signed with this server's webhook secret (the file webhook-secret of the data folder, or LOTSE_WEBHOOK_SECRET).",
      );
    }
    const news = newsOf(delivery, sender);
    if (news.deliveryId !== undefined && this.#recent.isRepeated(news.deliveryId)) return { refreshed: 0 };
    const urls = this.#followed(news.urls);
    for (const url of urls) await this.poller.pollNow(url);
    this.counters.webhooks.inc({ sender, outcome: urls.length > 0 ? 'refreshed' : 'ignored' });
    return { refreshed: urls.length };
  }

  /** The addresses of followed repositories that the delivery names, in whichever way (https or ssh). */
  #followed(named: readonly string[]): string[] {
    const places = new Set(named.flatMap(placeOf));
    return [...this.interests.repositories().values()].filter((url) =>
      placeOf(url).some((place) => places.has(place)),
    );
  }
}

/** Host and path: what an https and an ssh address of one repository have in common. */
function placeOf(url: string): string[] {
  try {
    const { key } = parseRepositoryUrl(url);
    return [
      key
        .replace(/^(https?|ssh):\/\//, '')
        .replace(/^([^/]+):\d+\//, '$1/')
        .toLowerCase(),
    ];
  } catch {
    return [];
  }
}
