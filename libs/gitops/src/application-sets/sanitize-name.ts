const MAX_NAME_LENGTH = 253;

/** A text as part of a name: lower case, everything but letters, digits, `-` and `.` replaced by `-` (`normalize` in templates). */
export function sanitizeName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^-a-z0-9.]/g, '-')
    .slice(0, MAX_NAME_LENGTH)
    .replace(/^[-.]+/, '')
    .replace(/[-.]+$/, '');
}
