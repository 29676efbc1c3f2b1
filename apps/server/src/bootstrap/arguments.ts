import { parseArgs } from 'node:util';
import { CodedError } from '@lotse/manifests';
import type { RestoreRequest } from '../backup/restore-at-start.js';
import type { FirstApplication } from './start-hooks.js';

export const USAGE = `Usage: npm start [-- --repo URL --path DIR [--revision REV] [--name NAME] [--namespace NS]]
       npm start -- --restore FILE [--replace]

Starts Lotse. With --repo and --path it delivers that directory of that Git repository. With --restore it first restores
that backup, to an empty database or, with --replace, in place of what is there.
Settings are environment variables; LOTSE_PORT, LOTSE_DATA_DIR and DATABASE_URL are the ones most often set.`;

/**
 * Reads the command line: the application to deliver or the backup to restore, if one is named; `help` when that was asked for.
 * @throws CodedError `arguments_invalid` with the usage.
 */
export function parseArguments(
  args: readonly string[],
): FirstApplication | RestoreRequest | 'help' | undefined {
  let values: {
    repo?: string | undefined;
    path?: string | undefined;
    revision?: string | undefined;
    name?: string | undefined;
    namespace?: string | undefined;
    restore?: string | undefined;
    replace?: boolean | undefined;
    help?: boolean | undefined;
  };
  try {
    const string = { type: 'string' } as const;
    ({ values } = parseArgs({
      args: [...args],
      options: {
        repo: string,
        path: string,
        revision: string,
        name: string,
        namespace: string,
        restore: string,
        replace: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    throw new CodedError(
      'arguments_invalid',
      `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`,
    );
  }
  if (values.help) return 'help';
  const { restore, replace, ...rest } = values;
  if (restore !== undefined || replace !== undefined) {
    if (restore === undefined || Object.keys(rest).length > 0)
      throw new CodedError(
        'arguments_invalid',
        `--restore FILE goes with nothing but --replace: what is delivered is in the backup.\n\n${USAGE}`,
      );
    return { path: restore, replace: replace ?? false };
  }
  if (values.repo === undefined) {
    if (Object.keys(values).length > 0)
      throw new CodedError(
        'arguments_invalid',
        `--repo is missing: the other arguments describe what to deliver from it.\n\n${USAGE}`,
      );
    return undefined;
  }
  const path = values.path ?? '.';
  const name = values.name ?? nameFor(path === '.' ? values.repo : path);
  return {
    repoUrl: values.repo,
    path,
    revision: values.revision ?? 'HEAD',
    name,
    namespace: values.namespace ?? name,
  };
}

/** The last part of a path or address as a name Kubernetes accepts. */
function nameFor(text: string): string {
  const last = text.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '';
  const name = last
    .replace(/\.git$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
  return name === '' ? 'app' : name;
}
