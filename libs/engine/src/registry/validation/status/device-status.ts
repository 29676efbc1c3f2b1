import type { FieldError } from '../../../api/api-error.js';
import type { AllocatedDeviceStatus, NetworkDeviceData } from '../../../types/index.js';
import { cidrProblem } from '../../cidr-problem.js';
import { invalidValue, tooLong } from '../../field-errors.js';
import { goQuote } from '../../go-quote.js';
import { canonicalAddress } from '../addresses.js';
import { validateSet } from '../bounded-lists.js';

type Device = Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>;

const MOST_ADDRESSES = 16;
const LONGEST_INTERFACE_NAME = 256;
const LONGEST_HARDWARE_ADDRESS = 128;
const PLAIN = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const normalized = new RegExp(`^${PLAIN}$`);
const identifier = new RegExp(`^(?:${PLAIN}|urn:uuid:${PLAIN}|\\{${PLAIN}\\}|[0-9a-f]{32})$`, 'i');
const LENGTHS = [32, 36, 38, 45];

/** One device, or one share of it, as it is shown. */
export function sharedDeviceId({ driver, pool, device, shareID }: Device): object {
  return { Driver: driver ?? '', Pool: pool ?? '', Device: device ?? '', ShareID: shareID ?? '' };
}

/** The same as a text to compare. */
export const deviceKey = (device: Device): string => JSON.stringify(sharedDeviceId(device));

/** Which share of a device is meant: a UUID in the one form all write it. */
export function validateShareId(id: string | undefined, field: string): FieldError[] {
  if (id === undefined || normalized.test(id)) return [];
  if (identifier.test(id))
    return [
      invalidValue(
        field,
        id,
        'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters',
      ),
    ];
  const bytes = Buffer.byteLength(id);
  const why = LENGTHS.includes(bytes) ? 'invalid UUID format' : `invalid UUID length: ${bytes}`;
  return [invalidValue(field, id, `error validating uid: ${why}`)];
}

/** How a device is reached over a network. */
export function validateNetworkData(data: NetworkDeviceData | undefined, field: string): FieldError[] {
  const { interfaceName = '', hardwareAddress = '', ips = [] } = data ?? {};
  return [
    ...(Buffer.byteLength(interfaceName) > LONGEST_INTERFACE_NAME
      ? [tooLong(`${field}.interfaceName`, LONGEST_INTERFACE_NAME)]
      : []),
    ...(Buffer.byteLength(hardwareAddress) > LONGEST_HARDWARE_ADDRESS
      ? [tooLong(`${field}.hardwareAddress`, LONGEST_HARDWARE_ADDRESS)]
      : []),
    ...validateSet(ips, MOST_ADDRESSES, `${field}.ips`, String, addressErrors),
  ];
}

/** An address with the size of its network, such as `10.9.8.7/24`. */
function addressErrors(text: string, field: string): FieldError[] {
  const slash = text.lastIndexOf('/');
  const [address, bits] = [canonicalAddress(text.slice(0, slash)), text.slice(slash + 1)];
  if (slash < 0 || address === undefined || cidrProblem(`${address}/${bits}`) !== undefined)
    return [
      invalidValue(field, text, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)'),
    ];
  const canonical = `${address}/${Number(bits)}`;
  return text === canonical
    ? []
    : [invalidValue(field, text, `must be in canonical form (${goQuote(canonical)})`)];
}
