import type { TemplateBody } from '../template/nodes.js';
import { parseTemplate } from '../template/parser.js';
import type { TemplateSource } from '../template/source.js';
import { TextCache } from '../text-cache.js';

/** The templates of some hundred charts. */
const cache = new TextCache<TemplateBody[]>(16 * 1024 * 1024);

/** Parses a template, or takes it from the cache: the result depends on name, text and the functions there are. */
export function parseCached(
  source: TemplateSource,
  isFunction: (name: string) => boolean,
  generation: 3 | 4,
): TemplateBody[] {
  const variant = `${generation}${source.name}`;
  return cache.get(source.text, () => parseTemplate(source, isFunction), variant);
}
