import { REDACTED } from './secret.js';

/** Longest text that is searched; beyond it the rest is cut, so that a log line can't grow with an error's message. */
const MAX_TEXT_LENGTH = 16_384;

/**
 * Takes user names, passwords and tokens out of addresses and headers in a text from another program (git, a driver).
 * A net below `Secret`: texts written here never contain one in the first place.
 */
export function redactText(text: string, secrets: Iterable<string> = []): string {
  let clean = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
  // Programs end lines with NUL now and then; no database text and no terminal takes one.
  clean = clean.replaceAll('\0', '');
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, REDACTED);
  return clean
    .replace(/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,512}@/gi, `$1${REDACTED}@`)
    .replace(/\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}/gi, `$1 ${REDACTED}`);
}
