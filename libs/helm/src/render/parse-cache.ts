import { ActionMemory } from '../template/action-memory.js';
import type { TemplateBody } from '../template/nodes.js';
import { bodiesOf, type ParsedTemplate } from '../template/parsed-template.js';
import { parseTemplate } from '../template/parser.js';
import type { TemplateSource } from '../template/source.js';
import { TextCache } from '../text-cache.js';

/** The templates of some hundred charts. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

interface Dialect {
  readonly texts: TextCache<ParsedTemplate>;
  readonly memory: ActionMemory;
}

/** What was read in each dialect: a text that parses in one may name functions that another doesn't have. */
const dialects = new Map<string, Dialect>();

/** Parses a template, or takes it from the cache. All uses of a dialect have the same functions. */
export function parseCached(
  source: TemplateSource,
  functions: ReadonlyMap<string, unknown>,
  dialect: string,
): TemplateBody[] {
  const { texts, memory } = dialects.get(dialect) ?? newDialect(dialect, functions);
  return bodiesOf(
    source,
    texts.get(source.text, () => parseTemplate(source, memory)),
  );
}

function newDialect(name: string, functions: ReadonlyMap<string, unknown>): Dialect {
  const names = new Set(functions.keys());
  const dialect = {
    texts: new TextCache<ParsedTemplate>(MAX_CHARACTERS),
    memory: new ActionMemory((word) => names.has(word)),
  };
  dialects.set(name, dialect);
  return dialect;
}
