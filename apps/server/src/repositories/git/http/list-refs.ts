import type { GitHttp } from './git-http.js';
import { noteModernServer } from './known-advertisement.js';
import { DELIMITER, FLUSH, packetLine, parsePackets } from './packet-lines.js';
import type { RefSnapshot } from '../refs.js';
import { GitError } from '../git.errors.js';

/** Prefixes beyond this are asked for as "everything": servers count them. */
const MAX_PREFIXES = 500;

/**
 * Asks a server for refs, once: protocol 2 with prefixes, so that a repository with 50,000 tags answers with the few
 * that matter; servers that only know the old protocol answer with all of them.
 */
export async function listRefs(
  http: GitHttp,
  url: string,
  prefixes: readonly string[],
): Promise<RefSnapshot> {
  const asked = `${url}/info/refs?service=git-upload-pack`;
  const advertised = await http.request({
    url: asked,
    method: 'GET',
    headers: { 'Git-Protocol': 'version=2', Accept: '*/*' },
  });
  const lines = parsePackets(await bytesOf(advertised.body)).filter(
    (line): line is string => line !== undefined && !line.startsWith('# service='),
  );
  if (lines[0] !== 'version 2') return parseOldAdvertisement(lines);
  if (!lines.some((line) => line === 'ls-refs' || line.startsWith('ls-refs=')))
    throw new GitError('repository_unsupported', 'The Git server speaks protocol 2 but lists no refs.');
  const format = lines.find((line) => line.startsWith('object-format='));
  if (format !== undefined && format !== 'object-format=sha1')
    throw new GitError(
      'repository_unsupported',
      `The repository uses ${format.slice('object-format='.length)} ids; only sha1 ones are supported.`,
    );
  if (advertised.url === asked) noteModernServer(url);
  const body = [
    packetLine('command=ls-refs\n'),
    packetLine('agent=git/lotse\n'),
    ...(format === undefined ? [] : [packetLine(`${format}\n`)]),
    DELIMITER,
    packetLine('peel\n'),
    packetLine('symrefs\n'),
    ...(prefixes.length > MAX_PREFIXES ? [] : prefixes.map((prefix) => packetLine(`ref-prefix ${prefix}\n`))),
    FLUSH,
  ].join('');
  const answer = await http.request({
    url: `${url}/git-upload-pack`,
    method: 'POST',
    headers: {
      'Git-Protocol': 'version=2',
      'Content-Type': 'application/x-git-upload-pack-request',
      Accept: 'application/x-git-upload-pack-result',
    },
    body: [Buffer.from(body)] as unknown as AsyncIterableIterator<Uint8Array>,
  });
  return parseRefLines(parsePackets(await bytesOf(answer.body)));
}

/** Lines such as `<oid> <name> symref-target:<ref> peeled:<oid>`. */
export function parseRefLines(lines: readonly (string | undefined)[]): RefSnapshot {
  const refs = new Map<string, string>();
  const annotatedTags = new Map<string, string>();
  let head: string | undefined;
  let headCommit: string | undefined;
  for (const line of lines) {
    const [oid, name, ...attributes] = (line ?? '').split(' ');
    if (oid === undefined || name === undefined || !/^[0-9a-f]{40}$/.test(oid)) continue;
    const peeled = attributes.find((text) => text.startsWith('peeled:'))?.slice('peeled:'.length);
    if (name === 'HEAD') {
      headCommit = oid;
      head = attributes.find((text) => text.startsWith('symref-target:'))?.slice('symref-target:'.length);
    } else {
      refs.set(name, peeled ?? oid);
      if (peeled !== undefined) annotatedTags.set(name, oid);
    }
  }
  return { refs, annotatedTags, head, headCommit };
}

/** The old advertisement: capabilities after a NUL on the first line, peeled tags as lines of their own. */
function parseOldAdvertisement(lines: readonly string[]): RefSnapshot {
  const refs = new Map<string, string>();
  const annotatedTags = new Map<string, string>();
  const [first = ''] = lines;
  const capabilities = first.slice(first.indexOf('\0') + 1);
  for (const line of lines) {
    const [oid, name = ''] = (line.split('\0')[0] ?? '').split(' ');
    if (oid === undefined || !/^[0-9a-f]{40}$/.test(oid) || name === 'capabilities^{}') continue;
    notePeeled(name, refs, annotatedTags);
    refs.set(name.replace(/\^\{\}$/, ''), oid);
  }
  if (lines.length === 0)
    throw new GitError('repository_unsupported', "The answer isn't that of a Git server with smart HTTP.");
  const headCommit = refs.get('HEAD');
  refs.delete('HEAD');
  return { refs, annotatedTags, head: /symref=HEAD:(\S+)/.exec(capabilities)?.[1], headCommit };
}

/** A line `<tag>^{}` follows that of the tag and says where it leads. */
export function notePeeled(
  name: string,
  refs: ReadonlyMap<string, string>,
  annotatedTags: Map<string, string>,
): void {
  if (!name.endsWith('^{}')) return;
  const tag = refs.get(name.slice(0, -'^{}'.length));
  if (tag !== undefined) annotatedTags.set(name.slice(0, -'^{}'.length), tag);
}

async function bytesOf(body: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  if (body) for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}
