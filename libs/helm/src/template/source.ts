import { byteLength } from './go-strings.js';

/** One template file's name and text. */
export interface TemplateSource {
  readonly name: string;
  readonly text: string;
}

/** `NAME:LINE:COLUMN` of an offset: line from 1, column in bytes from 0, as Go counts. */
export function locate(source: TemplateSource, position: number): string {
  const before = source.text.slice(0, position);
  const lineStart = before.lastIndexOf('\n') + 1;
  return `${source.name}:${countLines(before)}:${byteLength(before.slice(lineStart))}`;
}

/** 1-based line of the end of this text. */
export function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
