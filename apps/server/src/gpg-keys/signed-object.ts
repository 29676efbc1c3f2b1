/** What was signed, and the signature: both as they stand in the object. */
export interface SignedObject {
  readonly payload: Buffer;
  readonly signature: string;
}

const BEGIN = /^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----$/;
const SIGNATURE_HEADERS = ['gpgsig', 'gpgsig-sha256'];

/**
 * Takes a commit's signature out of its header. Undefined when there is none, or more than one: two signatures on two
 * readings of the same bytes are an attack. Bytes go through latin1 so that nothing of the payload changes.
 */
export function signedCommit(data: Buffer): SignedObject | undefined {
  const text = data.toString('latin1');
  const end = text.indexOf('\n\n');
  const head = (end < 0 ? text : text.slice(0, end)).split('\n');
  const kept: string[] = [];
  const signatures: string[] = [];
  let inside: string | undefined;
  for (const line of head) {
    const continued = line.startsWith(' ');
    if (!continued) inside = SIGNATURE_HEADERS.find((name) => line.startsWith(`${name} `));
    if (inside === undefined) kept.push(line);
    else if (!continued && inside === 'gpgsig') signatures.push(line.slice('gpgsig '.length));
    else if (inside === 'gpgsig') signatures[signatures.length - 1] += `\n${line.slice(1)}`;
  }
  const [signature] = signatures;
  if (signature === undefined || signatures.length > 1) return undefined;
  return {
    payload: Buffer.from(kept.join('\n') + (end < 0 ? '' : text.slice(end)), 'latin1'),
    signature: `${signature}\n`,
  };
}

/** Takes a tag's signature off its end; undefined when it has none. */
export function signedTag(data: Buffer): SignedObject | undefined {
  const text = data.toString('latin1');
  let start = -1;
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at);
    if (BEGIN.test(text.slice(at, end < 0 ? undefined : end))) start = at;
    if (end < 0) break;
    at = end + 1;
  }
  if (start < 0) return undefined;
  return { payload: Buffer.from(text.slice(0, start), 'latin1'), signature: text.slice(start) };
}
