import type { Command } from 'commander';
import { emitYaml, type JsonValue } from '@lotse/manifests';
import { applicationPath } from '../api/application.js';
import { sessionOf } from '../session.js';

/** `lotse app manifests`. */
export function addManifests(app: Command): void {
  app
    .command('manifests')
    .description('what Git says, rendered; or what runs')
    .argument('<name>')
    .option('--revision <revision>', 'another revision than the application names')
    .option('--source <source>', 'git or live', 'git')
    .action(async (name: string, options: { revision?: string; source: string }, command: Command) => {
      const api = sessionOf(command);
      const texts =
        options.source === 'live'
          ? (
              await api.get<{ items: { liveState?: string }[] }>(`${applicationPath(name)}/managed-resources`)
            ).items.map(({ liveState }) => liveState ?? 'null')
          : (
              await api.get<{ manifests: string[] }>(`${applicationPath(name)}/manifests`, {
                revision: options.revision,
              })
            ).manifests;
      for (const text of texts)
        if (text !== 'null') process.stdout.write(`---\n${emitYaml(JSON.parse(text) as JsonValue)}`);
    });
}
