import type { Option } from 'commander';

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/**
 * Words of a command line in which a switch is given or not: Helm and kubectl take `--include-crds=false`, too, and of
 * several the last counts. Where it makes a difference whether a switch was given, false is `--no-include-crds`. What has
 * another value stays as it is and is refused as an unknown option.
 */
export function withoutSwitchValues(args: readonly string[], options: readonly Option[]): string[] {
  const switches = new Set(
    options.filter((option) => !option.required && !option.optional).map(({ long }) => long),
  );
  const end = args.indexOf('--');
  const words = end < 0 ? args : args.slice(0, end);
  const kept: string[] = [];
  for (const word of words) {
    const [, name, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
    if (name === undefined || value === undefined || !switches.has(name)) kept.push(word);
    else if (TRUE.has(value)) kept.push(name);
    else if (FALSE.has(value) && switches.has(name.replace(/^--/, '--no-')))
      kept.push(name.replace(/^--/, '--no-'));
    else if (FALSE.has(value)) kept.splice(0, kept.length, ...kept.filter((other) => other !== name));
    else kept.push(word);
  }
  return end < 0 ? kept : [...kept, ...args.slice(end)];
}
