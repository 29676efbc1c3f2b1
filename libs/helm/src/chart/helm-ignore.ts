import { compilePathPattern } from './path-match.js';

interface Rule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  matches(path: string): boolean;
}

/**
 * Rules of a `.helmignore` file. They look like Git's but differ: no `**`, a pattern without `/` tests the base name
 * only, and with a negated rule everything that does not match it is ignored at once.
 */
export class HelmIgnore {
  readonly #rules: Rule[] = [];

  /** Throws for `**` and for patterns that can't be compiled. */
  constructor(text: string) {
    for (const line of text.replace(/^\ufeff/, '').split('\n')) this.#add(line.replace(/\r$/, ''));
    // Hidden files among the templates are never templates.
    this.#add('templates/.?*');
  }

  #add(line: string): void {
    let rule = line.trim();
    if (rule === '' || rule.startsWith('#')) return;
    if (rule.includes('**')) throw new Error('double-star (**) syntax is not supported');
    compilePathPattern(rule);
    const negated = rule.startsWith('!');
    if (negated) rule = rule.slice(1);
    const foldersOnly = rule.endsWith('/');
    if (foldersOnly) rule = rule.slice(0, -1);
    const anchored = rule.startsWith('/');
    const pattern = compilePathPattern(anchored ? rule.slice(1) : rule);
    const wholePath = anchored || rule.includes('/');
    this.#rules.push({
      negated,
      foldersOnly,
      matches: (path) => pattern(wholePath ? path : path.slice(path.lastIndexOf('/') + 1)),
    });
  }

  ignores(path: string, isFolder: boolean): boolean {
    for (const rule of this.#rules) {
      if (rule.negated) {
        if (rule.foldersOnly && !isFolder) return true;
        if (!rule.matches(path)) return true;
        continue;
      }
      if (rule.foldersOnly && !isFolder) continue;
      if (rule.matches(path)) return true;
    }
    return false;
  }
}
