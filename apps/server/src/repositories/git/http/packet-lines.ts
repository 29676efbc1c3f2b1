import { GitError } from '../git.errors.js';

/** Git frames everything in lines that start with their length in four hex digits; 0 to 2 are marks without text. */
export const FLUSH = '0000';
export const DELIMITER = '0001';

/** One line as it is sent. */
export function packetLine(text: string): string {
  return (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text;
}

/** The lines of an answer, trailing newlines removed; flushes as `undefined`, delimiters left out. */
export function parsePackets(bytes: Buffer): (string | undefined)[] {
  const packets: (string | undefined)[] = [];
  for (let at = 0; at < bytes.length;) {
    const digits = bytes.toString('latin1', at, at + 4);
    if (!/^[0-9a-f]{4}$/i.test(digits))
      throw new GitError(
        'repository_not_found',
        "The answer isn't that of a Git server. Is the address that of a repository, and not of a web page?",
      );
    const length = Number.parseInt(digits, 16);
    if (length === 0) packets.push(undefined);
    if (length <= 4) {
      at += 4;
      continue;
    }
    if (at + length > bytes.length)
      throw new GitError('repository_unreachable', 'The answer of the Git server is cut off.');
    packets.push(bytes.toString('utf8', at + 4, at + length).replace(/\n$/, ''));
    at += length;
  }
  return packets;
}
