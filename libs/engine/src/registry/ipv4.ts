/** An IPv4 address as an unsigned number; undefined when the text is not one. */
export function parseIpv4(text: string): number | undefined {
  const parts = ADDRESS.exec(text);
  if (!parts) return undefined;
  let value = 0;
  for (let index = 1; index <= 4; index++) {
    const part = Number(parts[index]);
    if (part > 255) return undefined;
    value = value * 256 + part;
  }
  return value;
}

/** A leading zero would make another number of a part for those who read it as octal. */
const ADDRESS = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/** A number as an IPv4 address. */
export function formatIpv4(value: number): string {
  return `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}
