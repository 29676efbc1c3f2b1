import { Option } from 'commander';
import { CliError, EXIT } from '../cli-error.js';

/** Collects an option that may be given several times. */
export function several(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Reads a number of seconds. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0)
    throw new CliError(`"${text}" is not a number of seconds`, EXIT.usage);
  return value;
}

/** Splits `key=value`; throws when there is no `=`. */
export function pair(text: string): { name: string; value: string } {
  const at = text.indexOf('=');
  if (at < 1) throw new CliError(`"${text}" is not of the form key=value`, EXIT.usage);
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}

/** Reads `GROUP:KIND:NAME`, `GROUP:KIND:NAMESPACE/NAME`. */
export function resourceReference(text: string): {
  group: string;
  kind: string;
  namespace?: string;
  name: string;
} {
  const parts = text.split(':');
  const [group = '', kind = '', full = ''] = parts;
  if (parts.length !== 3 || !kind || !full)
    throw new CliError(
      `"${text}" is not of the form GROUP:KIND:NAME, such as apps:Deployment:web`,
      EXIT.usage,
    );
  const slash = full.indexOf('/');
  return slash < 0
    ? { group, kind, name: full }
    : { group, kind, namespace: full.slice(0, slash), name: full.slice(slash + 1) };
}

/** Whether the server renders the sources before it takes an application. */
export function validateOption(): Option {
  return new Option('--validate [bool]', 'refuse an application whose source cannot be read or rendered')
    .choices(['true', 'false'])
    .preset('true')
    .default('true');
}
