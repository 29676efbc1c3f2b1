import { yamlError } from './yaml-source.js';

/**
 * Turns bytes into text as Go's YAML reader does: UTF-8, or UTF-16 by its byte order mark; the mark is dropped. Refuses invalid
 * encodings and control characters, which no YAML may contain.
 */
export function decodeYamlText(input: string | Uint8Array, file: string | undefined): string {
  let text: string;
  if (typeof input === 'string') text = input.startsWith('\ufeff') ? input.slice(1) : input;
  else {
    const encoding =
      input[0] === 0xff && input[1] === 0xfe
        ? 'utf-16le'
        : input[0] === 0xfe && input[1] === 0xff
          ? 'utf-16be'
          : 'utf-8';
    try {
      text = new TextDecoder(encoding, { fatal: true }).decode(input);
    } catch {
      throw yamlError(
        'yaml/encoding',
        `the text is not valid ${encoding.toUpperCase()}; save it as UTF-8`,
        file,
      );
    }
  }
  // oxlint-disable-next-line no-control-regex -- finding them is the point
  const bad = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]/.exec(text);
  if (bad) {
    const before = text.slice(0, bad.index).split('\n');
    const code = bad[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
    throw yamlError(
      'yaml/control-character',
      `control characters are not allowed (U+${code}); write it as an escape in double quotes`,
      file,
      before.length - 1,
      before.at(-1)?.length ?? 0,
    );
  }
  return text;
}
