import type { Command } from 'commander';
import { jsonEqual, type JsonObject } from '@lotse/manifests';
import { applicationPath } from '../api/application.js';
import type { ApiClient } from '../api/api-client.js';
import { CliError, EXIT } from '../cli-error.js';
import { say } from '../output/print.js';
import { sessionOf } from '../session.js';
import { changeSources, changeSpec, type EditableSpec } from './change-spec.js';
import { several, validateOption } from './options.js';
import { withSpecOptions, type SpecOptions } from './spec-options.js';
import { unsetSource, type UnsetOptions } from './unset-source.js';

interface Where {
  readonly sourcePosition?: number;
  readonly validate?: string;
}

/** `lotse app set`, `unset`. */
export function addSet(app: Command): void {
  withSpecOptions(
    app.command('set').description('change some of what an application is made of').argument('<name>'),
  )
    .option('--project <name>', 'project')
    .option('--source-position <number>', 'which one of several sources; 1 is the first', Number)
    .addOption(validateOption())
    .action((name: string, options: SpecOptions & Where, command: Command) =>
      change(name, options, command, (spec) => changeSpec(spec, options, options.sourcePosition)),
    );
  app
    .command('unset')
    .description('take off what was set')
    .argument('<name>')
    .option('-p, --parameter <key>', 'Helm parameter; several times', several)
    .option('--values <file>', 'Helm values file; several times', several)
    .option('--values-literal', 'Helm values in the application itself')
    .option('--ignore-missing-value-files', 'refuse missing Helm values files again')
    .option('--pass-credentials', 'send credentials to the repository only, again')
    .option('--nameprefix', 'Kustomize name prefix')
    .option('--namesuffix', 'Kustomize name suffix')
    .option('--kustomize-image <name>', 'Kustomize image; several times', several)
    .option('--kustomize-replica <name>', 'Kustomize replicas; several times', several)
    .option('--kustomize-namespace', 'Kustomize namespace')
    .option('--source-position <number>', 'which one of several sources; 1 is the first', Number)
    .addOption(validateOption())
    .action((name: string, options: UnsetOptions & Where, command: Command) =>
      change(name, options, command, (spec) => ({
        ...spec,
        ...changeSources(spec, options.sourcePosition, (source) => unsetSource(source, options)),
      })),
    );
}

async function change(
  name: string,
  options: Where,
  command: Command,
  changed: (spec: EditableSpec) => EditableSpec,
): Promise<void> {
  const given = Object.keys(options).filter((key) => key !== 'validate' && key !== 'sourcePosition');
  if (given.length === 0)
    throw new CliError(`say what to change: see "lotse app ${command.name()} --help"`, EXIT.usage);
  await writeSpec(sessionOf(command), name, changed, options.validate);
}

/** Reads a specification, changes it and writes it back, and says what came of that. */
export async function writeSpec(
  api: ApiClient,
  name: string,
  changed: (spec: EditableSpec) => EditableSpec | Promise<EditableSpec>,
  validate?: string,
): Promise<void> {
  const { spec } = await api.get<{ spec: EditableSpec }>(applicationPath(name));
  const wanted = await changed(spec);
  const isSame = jsonEqual(wanted, spec);
  if (!isSame) await api.put<JsonObject>(`${applicationPath(name)}/spec`, wanted, { validate });
  say(`application '${name}' ${isSame ? 'unchanged' : 'updated'}`);
}
