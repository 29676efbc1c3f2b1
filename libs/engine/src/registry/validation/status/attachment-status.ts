import type { FieldError } from '../../../api/api-error.js';
import type { VolumeAttachment, VolumeError } from '../../../types/index.js';
import { tooLong } from '../../field-errors.js';
import { inRange } from '../numbers.js';

const LARGEST_METADATA = 256 * 1024;
const LONGEST_MESSAGE = 1024;
const LARGEST_CODE = 2 ** 31 - 1;

/** How attaching a volume to a node went (validateVolumeAttachmentStatus). */
export function validateAttachmentStatus({ status }: VolumeAttachment): FieldError[] {
  const { attachmentMetadata = {}, attachError, detachError } = status ?? {};
  const bytes = Buffer.byteLength(Object.entries(attachmentMetadata).flat().join(''));
  return [
    ...(bytes > LARGEST_METADATA ? [tooLong('status.attachmentMetadata', LARGEST_METADATA)] : []),
    ...volumeErrors(attachError, 'status.attachError'),
    ...volumeErrors(detachError, 'status.detachError'),
  ];
}

/** Kubernetes tells the limit of the metadata where the message is too long. */
function volumeErrors(error: VolumeError | undefined, field: string): FieldError[] {
  const { message = '', errorCode = 0 } = error ?? {};
  return [
    ...(Buffer.byteLength(message) > LONGEST_MESSAGE ? [tooLong(`${field}.message`, LARGEST_METADATA)] : []),
    ...inRange(errorCode, `${field}.errorCode`, 0, LARGEST_CODE),
  ];
}
