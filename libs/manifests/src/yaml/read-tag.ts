import { isBlankOrEnd, type YamlSource } from './yaml-source.js';

/**
 * Reads a tag at the current position. Gives `handle\0suffix`: `!<uri>` has an empty handle, `!local` the handle `!`,
 * `!!str` the handle `!!`, and a lone `!` is `\0!`.
 */
export function readTag(source: YamlSource): string {
  const { text } = source;
  const start = source.pos;
  let end = start + 1;
  let result: string;
  if (text[end] === '<') {
    const close = text.indexOf('>', end);
    const uri = close < 0 ? '' : text.slice(end + 1, close);
    if (uri === '' || /\s/.test(uri))
      throw source.error('a tag that starts with !< needs a name and a closing >');
    end = close + 1;
    result = `\0${uri}`;
  } else {
    while (/[0-9A-Za-z_-]/.test(text[end] ?? '')) end++;
    const hasHandle = text[end] === '!';
    const handle = hasHandle ? text.slice(start, end + 1) : '!';
    const suffixStart = hasHandle ? end + 1 : start + 1;
    end = suffixStart;
    while (
      /[0-9A-Za-z_\-;/?:@&=+$.!~*'()%,[\]]/.test(text[end] ?? '') &&
      !(text[end] === ',' && isFlowEnd(text, end))
    )
      end++;
    const suffix = text.slice(suffixStart, end);
    if (hasHandle && suffix === '') throw source.error('did not find expected tag name after the handle');
    result = suffix === '' ? '\0!' : `${handle}\0${suffix}`;
  }
  if (!isBlankOrEnd(text.charCodeAt(end))) throw source.error('a tag must be followed by whitespace');
  source.pos = end;
  return result;
}

function isFlowEnd(text: string, at: number): boolean {
  return isBlankOrEnd(text.charCodeAt(at + 1));
}
