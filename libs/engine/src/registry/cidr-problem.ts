/** What is wrong with a range of addresses; undefined for one (apimachinery IsValidCIDR). */
export function cidrProblem(cidr: string): string | undefined {
  const [, address = '', bits = ''] = /^([0-9a-fA-F:.]{2,45})\/(\d{1,3})$/.exec(cidr) ?? [];
  const isV6 = address.includes(':');
  const isAddress = isV6
    ? URL.canParse(`http://[${address}]/`)
    : /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(address) &&
      address.split('.').every((part) => Number(part) <= 255);
  return isAddress && Number(bits) <= (isV6 ? 128 : 32)
    ? undefined
    : 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
}
