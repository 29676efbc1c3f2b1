const SCP_LIKE = /^([\w.-]{1,64}@[^/:]{1,253}):(?!\/\/)\/?/;

/** One way to write an address: no spaces around it, lower case, `ssh://` for `user@host:path`, no `.git` and `/` at its end. */
export function plainAddress(text: string): string {
  const address = text.trim().toLowerCase().replace(SCP_LIKE, 'ssh://$1/');
  let end = address.length;
  while (address[end - 1] === '/') end--;
  return address.slice(0, address.endsWith('.git', end) ? end - '.git'.length : end);
}

/**
 * What may be asked of an address that somebody wrote: where a client would really go (`..`, `\` and a port that says
 * nothing are gone), and without the name of a user where that says only who asks. Texts that are no address are kept.
 */
export function addressesToJudge(text: string): string[] {
  const plain = text.trim().replace(SCP_LIKE, 'ssh://$1/');
  const isPath = plain.startsWith('/');
  const address = isPath ? `file://${plain.replace(/[%?#]/g, encodeURIComponent)}` : plain;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(address) || !URL.canParse(address)) return [plainAddress(plain)];
  const url = new URL(address);
  const asWritten = isPath ? decodeURIComponent(url.pathname) : url.href;
  if (url.username === '' || !/^https?:$/.test(url.protocol)) return [plainAddress(asWritten)];
  url.username = '';
  return [plainAddress(asWritten), plainAddress(url.href)];
}
