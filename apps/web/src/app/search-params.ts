/** Values a view state may have in the address. Lists are joined by commas, which no name or selector contains. */
export type SearchValue = string | number | boolean | readonly string[] | undefined;

/** The address's search part as plain strings; no guessing of types, so `?q=1` stays the text "1". */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The reverse, in a form people can read and edit: `?health=Degraded,Missing&q=api`. */
export function stringifySearch(search: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(search)) {
    const text = toText(value as SearchValue);
    if (text) parts.push(`${encodeURIComponent(key)}=${legible(text)}`);
  }
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

function toText(value: SearchValue): string {
  if (value === undefined || value === false) return '';
  if (value === true) return '1';
  return typeof value === 'object' ? value.join(',') : String(value);
}

const legible = (text: string) =>
  encodeURIComponent(text)
    .replaceAll('%2C', ',')
    .replaceAll('%2F', '/')
    .replaceAll('%3A', ':')
    .replaceAll('%20', '+');

type Raw = Record<string, unknown>;

/** A non-empty text. */
export function textOf(raw: Raw, key: string): string | undefined {
  const value = raw[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A list of texts, already split or still joined. */
export function listOf(raw: Raw, key: string): string[] | undefined {
  const value = raw[key];
  const list = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(',') : [];
  const clean = [...new Set(list.filter(Boolean))];
  return clean.length > 0 ? clean : undefined;
}

/** A list limited to known words. */
export function wordsOf<T extends string>(raw: Raw, key: string, words: readonly T[]): T[] | undefined {
  const list = listOf(raw, key)?.flatMap((text) => words.filter((word) => word === text));
  return list && list.length > 0 ? list : undefined;
}

/** One of a few words. */
export function wordOf<T extends string>(raw: Raw, key: string, words: readonly T[]): T | undefined {
  return words.find((word) => word === raw[key]);
}

/** A whole number from zero up. */
export function countOf(raw: Raw, key: string): number | undefined {
  const value = raw[key];
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Present and not zero. */
export function flagOf(raw: Raw, key: string): true | undefined {
  const value = raw[key];
  return value === true || value === '1' || value === 1 ? true : undefined;
}

/** Every part of a view state may be absent, or be set to undefined to leave the address. */
export type ViewState<T> = { [K in keyof T]?: T[K] | undefined };

/** Drops what is undefined, so that two equal view states have the same address. */
export function compact<T extends object>(search: T): ViewState<T> {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined),
  ) as ViewState<T>;
}
