/** The four bytes of an IPv4 address; undefined when the text is none. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  const isDecimal = (part: string): boolean => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256;
  return parts.length === 4 && parts.every(isDecimal) ? Uint8Array.from(parts, Number) : undefined;
}

/** The sixteen bytes of an IPv6 address, possibly with an IPv4 tail; undefined when the text is none. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const tail = text.slice(text.lastIndexOf(':') + 1);
  let source = text;
  if (tail.includes('.')) {
    const bytes = parseIpv4(tail);
    if (!bytes) return undefined;
    const hex = Buffer.from(bytes).toString('hex');
    source = `${text.slice(0, -tail.length)}${hex.slice(0, 4)}:${hex.slice(4)}`;
  }
  const halves = source.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], rest] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = head.length + (rest?.length ?? 0);
  if (rest === undefined ? given !== 8 : given > 7) return undefined;
  const words = [...head, ...Array<string>(8 - given).fill('0'), ...(rest ?? [])];
  if (!words.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word))) return undefined;
  return Uint8Array.from(Buffer.from(words.map((word) => word.padStart(4, '0')).join(''), 'hex'));
}
