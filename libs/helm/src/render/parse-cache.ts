import type { TemplateBody } from '../template/nodes.js';
import { parseTemplate } from '../template/parser.js';
import type { TemplateSource } from '../template/source.js';

/** Characters of template text kept parsed: the templates of some hundred charts. */
const MAX_CACHED_CHARACTERS = 16 * 1024 * 1024;

const cache = new Map<string, readonly TemplateBody[]>();
let cachedCharacters = 0;

/** Parses a template, or takes it from the cache: the result depends on name and text alone. */
export function parseCached(source: TemplateSource, isFunction: (name: string) => boolean): TemplateBody[] {
  const key = `${source.name}\0${source.text}`;
  const known = cache.get(key);
  if (known) return known as TemplateBody[];
  const bodies = parseTemplate(source, isFunction);
  cachedCharacters += key.length;
  if (cachedCharacters > MAX_CACHED_CHARACTERS) {
    cache.clear();
    cachedCharacters = key.length;
  }
  cache.set(key, bodies);
  return bodies;
}
