import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

/** Who sends, by the headers each of them sets. */
export type WebhookSender = 'github' | 'gitlab' | 'gitea' | 'generic';

/** A delivery as it came. */
export interface WebhookDelivery {
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
  readonly body: unknown;
}

/** What is read of it: which repositories may have moved. Nothing else of a delivery is believed. */
export interface WebhookNews {
  readonly sender: WebhookSender;
  readonly event: string;
  readonly deliveryId: string | undefined;
  readonly urls: readonly string[];
}

const url = z.string().max(2_048).optional().catch(undefined);
/** The fields in which senders name a repository. Anything missing, null or of another type counts as not sent. */
const repositorySchema = z.object({
  clone_url: url,
  ssh_url: url,
  html_url: url,
  git_http_url: url,
  git_ssh_url: url,
  git_url: url,
  http_url: url,
  homepage: url,
  url,
});
const payloadSchema = z.object({
  repository: repositorySchema.optional().catch(undefined),
  project: repositorySchema.optional().catch(undefined),
  /** Generic: `{"url": "https://…"}`. */
  url,
});

/** Recognises the sender; Gitea and Gogs also send GitHub's headers, so they are looked for first. */
export function senderOf(headers: IncomingHttpHeaders): WebhookSender {
  if (headers['x-gitea-event'] !== undefined || headers['x-gogs-event'] !== undefined) return 'gitea';
  if (headers['x-gitlab-event'] !== undefined) return 'gitlab';
  return headers['x-github-event'] === undefined ? 'generic' : 'github';
}

/**
 * Is the delivery signed with the secret? GitHub and the generic form sign the body (`X-Hub-Signature-256:
 * sha256=<hex>`), Gitea and Gogs too (`X-Gitea-Signature: <hex>`), GitLab shows the secret itself (`X-Gitlab-Token`).
 */
export function isSigned(
  { headers, rawBody }: WebhookDelivery,
  sender: WebhookSender,
  secret: string,
): boolean {
  const digest = createHmac('sha256', secret).update(rawBody).digest('hex');
  switch (sender) {
    case 'gitlab':
      return equals(textOf(headers['x-gitlab-token']), secret);
    case 'gitea':
      return equals(textOf(headers['x-gitea-signature'] ?? headers['x-gogs-signature']), digest);
    case 'github':
    case 'generic':
      return equals(textOf(headers['x-hub-signature-256']), `sha256=${digest}`);
  }
}

/** What a signed delivery says. */
export function newsOf({ headers, body }: WebhookDelivery, sender: WebhookSender): WebhookNews {
  const payload = payloadSchema.safeParse(body).data;
  const named = [payload?.repository, payload?.project].flatMap((repository) =>
    Object.values(repository ?? {}),
  );
  const urls = [
    ...new Set([...named, payload?.url].filter((text): text is string => text !== undefined && text !== '')),
  ];
  const event = textOf(
    headers['x-gitea-event'] ??
      headers['x-gogs-event'] ??
      headers['x-gitlab-event'] ??
      headers['x-github-event'],
  );
  const deliveryId =
    headers['x-github-delivery'] ??
    headers['x-gitea-delivery'] ??
    headers['x-gogs-delivery'] ??
    headers['x-gitlab-event-uuid'];
  return {
    sender,
    event: event === '' ? 'push' : event.slice(0, 64),
    deliveryId: deliveryId === undefined ? undefined : textOf(deliveryId).slice(0, 128),
    urls,
  };
}

function textOf(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join() : (header ?? '');
}

function equals(given: string, expected: string): boolean {
  const a = createHmac('sha256', 'lotse').update(given).digest();
  return timingSafeEqual(a, createHmac('sha256', 'lotse').update(expected).digest());
}
