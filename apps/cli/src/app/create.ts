import type { Command } from 'commander';
import { jsonEqual, readManifests, type JsonObject } from '@lotse/manifests';
import { applicationPath, type Application } from '../api/application.js';
import type { ApiClient } from '../api/api-client.js';
import { CliError, EXIT } from '../cli-error.js';
import { say } from '../output/print.js';
import { sessionOf } from '../session.js';
import { changeSpec } from './change-spec.js';
import { readGivenFile } from './given-file.js';
import { pair, several, validateOption } from './options.js';
import { withSpecOptions, type SpecOptions } from './spec-options.js';

interface CreateOptions extends SpecOptions {
  readonly file?: string;
  readonly project: string;
  readonly label?: readonly string[];
  readonly upsert?: boolean;
  readonly validate: string;
}

/** `lotse app create`. */
export function addCreate(app: Command): void {
  withSpecOptions(
    app
      .command('create')
      .description('create an application')
      .argument('[name]')
      .option('-f, --file <file>', 'an Application manifest instead of options'),
  )
    .option('--project <name>', 'project', 'default')
    .option('-l, --label <key=value>', 'label; several times', several)
    .addOption(validateOption())
    .option('--upsert', 'change an application of that name')
    .action(async (name: string | undefined, options: CreateOptions, command: Command) => {
      const application = options.file ? fromFile(options.file, name) : fromOptions(name, options);
      const api = sessionOf(command);
      const before = await existing(api, application);
      const created = await api.post<Application>('/api/v1/applications', application, {
        upsert: options.upsert,
        validate: options.validate,
      });
      say(`application '${created.metadata.name}' ${before ? outcome(before, created) : 'created'}`);
    });
}

/** The application of that name, as far as this user may see it. */
async function existing(api: ApiClient, { metadata }: NewApplication): Promise<Application | undefined> {
  const { name } = metadata ?? {};
  if (typeof name !== 'string' || name === '') return undefined;
  try {
    return await api.get<Application>(applicationPath(name));
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

function outcome(before: Application, after: Application): 'updated' | 'unchanged' {
  const parts = ({ metadata, spec }: Application): JsonObject =>
    ({
      spec,
      labels: metadata.labels ?? {},
      annotations: metadata.annotations ?? {},
    }) as unknown as JsonObject;
  return jsonEqual(parts(before), parts(after)) ? 'unchanged' : 'updated';
}

interface NewApplication {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: unknown };
  readonly spec?: unknown;
}

function fromFile(file: string, name: string | undefined): NewApplication {
  const [manifest] = readManifests(readGivenFile(file), file);
  if (manifest?.kind !== 'Application') throw new CliError(`${file} holds no Application`, EXIT.usage);
  return name ? { ...manifest, metadata: { ...manifest.metadata, name } } : manifest;
}

function fromOptions(name: string | undefined, options: CreateOptions): NewApplication {
  if (!name || !options.repo)
    throw new CliError('an application needs a name and --repo (or --file)', EXIT.usage);
  if (!options.path && !options.helmChart)
    throw new CliError('say what to deliver: --path FOLDER or --helm-chart NAME', EXIT.usage);
  const labels = Object.fromEntries(
    (options.label ?? []).map(pair).map(({ name: key, value }) => [key, value]),
  );
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, ...(options.label && { labels }) },
    spec: changeSpec({}, options),
  };
}
