import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git';
import { FLUSH, packetLine } from './packet-lines.js';

/** What `git upload-pack` offers over HTTP since long before protocol 2; a server that speaks that one has them all. */
const CAPABILITIES =
  'multi_ack thin-pack side-band side-band-64k ofs-delta shallow no-progress include-tag multi_ack_detailed no-done object-format=sha1 agent=git/lotse';
const ADVERTISEMENT_PATH = '/info/refs?service=git-upload-pack';
/** Servers remembered by this thread: an address each. */
const MAX_REMEMBERED = 5_000;

/** Addresses that answered in protocol 2, right there and not somewhere they redirect to. */
const modern = new Set<string>();

/** Notes that the server of a repository speaks protocol 2. */
export function noteModernServer(url: string): void {
  if (modern.size >= MAX_REMEMBERED) modern.clear();
  modern.add(url);
}

/** Can a fetch of this ref be asked for without asking for refs again? Tags can't: their commit isn't what is offered. */
export function isAdvertisementKnown(url: string, ref: string): boolean {
  return modern.has(url) && ref.startsWith('refs/heads/');
}

/**
 * Answers the first question of a fetch, for the refs, from what has been listed a moment ago: a moved ref then costs one
 * query and one fetch. Everything else goes to the server, which still checks that the commit may be had.
 */
export class KnownAdvertisement implements HttpClient {
  constructor(
    private readonly http: HttpClient,
    private readonly ref: string,
    private readonly commit: string,
  ) {}

  readonly request = async (request: GitHttpRequest): Promise<GitHttpResponse> => {
    if (!request.url.endsWith(ADVERTISEMENT_PATH)) return this.http.request(request);
    const text = [
      packetLine('# service=git-upload-pack\n'),
      FLUSH,
      // the library wants a HEAD, also where it is told which ref to fetch
      packetLine(`${this.commit} HEAD\0${CAPABILITIES} symref=HEAD:${this.ref}\n`),
      packetLine(`${this.commit} ${this.ref}\n`),
      FLUSH,
    ].join('');
    return {
      url: request.url,
      statusCode: 200,
      statusMessage: 'OK',
      headers: { 'content-type': 'application/x-git-upload-pack-advertisement' },
      body: once(Buffer.from(text)),
    };
  };
}

async function* once(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield bytes;
}
