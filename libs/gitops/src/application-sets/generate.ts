import { CodedError, isJsonObject, type JsonValue, type KubeObject } from '@lotse/manifests';
import { fillApplication, projectOfTemplate } from './application-template.js';
import { expandGenerator } from './expand-generator.js';
import { fillerOf } from './fill-template.js';
import { MAX_PARAMETER_SETS } from './generator-context.js';
import { generatorError } from './generator-error.js';
import type { ApplicationSet, GeneratorSources } from './types.js';

/** What a set comes to. Where anything went wrong there are no applications at all: half a result deletes the other half. */
export type Generation =
  | { readonly type: 'generated'; readonly applications: readonly KubeObject[] }
  | {
      readonly type: 'failed';
      readonly reason:
        'ApplicationGenerationFromParamsError' | 'RenderTemplateParamsError' | 'ApplicationValidationError';
      readonly message: string;
    };

/** Runs the generators of a set and fills its template. */
export async function generateApplications(
  set: ApplicationSet,
  sources: GeneratorSources,
  namespace: string,
): Promise<Generation> {
  const { spec } = set;
  const fill = fillerOf(spec, sources);
  const context = {
    goTemplate: spec.goTemplate === true,
    fill,
    sources,
    project: projectOfTemplate(spec),
    parents: {},
  };
  const applications: KubeObject[] = [];
  try {
    assertSupported(set);
    const generators: readonly JsonValue[] = spec.generators ?? [];
    for (const [index, generator] of generators.entries()) {
      const where = `spec.generators[${index}]`;
      const { parameters, template } = await expandGenerator(generator, context, where);
      if (applications.length + parameters.length > MAX_PARAMETER_SETS)
        throw generatorError(where, `the set has more than ${MAX_PARAMETER_SETS} applications. Split it.`);
      for (const each of parameters) {
        try {
          applications.push(fillApplication(spec, template, each, fill, namespace));
        } catch (error) {
          return failed(
            'RenderTemplateParamsError',
            `${where}: the template can't be filled: ${messageOf(error)}`,
          );
        }
      }
    }
  } catch (error) {
    return failed('ApplicationGenerationFromParamsError', messageOf(error));
  }
  const twice = firstDuplicate(applications);
  if (twice !== undefined)
    return failed(
      'ApplicationValidationError',
      `ApplicationSet ${set.metadata.name ?? ''} contains applications with duplicate name: ${twice}. Put more parameters into the name.`,
    );
  return { type: 'generated', applications };
}

function assertSupported({ spec }: ApplicationSet): void {
  if (!isJsonObject(spec.template?.spec)) throw generatorError('spec.template.spec', 'is required.');
  const type = spec.strategy?.type;
  if (type !== undefined && type !== '' && type !== 'AllAtOnce')
    throw generatorError(
      'spec.strategy.type',
      `${type} is not supported. Leave it out: all applications are changed at once.`,
    );
  const policy = spec.syncPolicy?.applicationsSync;
  if (policy !== undefined && !['create-only', 'create-update', 'create-delete', 'sync'].includes(policy))
    throw generatorError(
      'spec.syncPolicy.applicationsSync',
      `${JSON.stringify(policy)} is not create-only, create-update, create-delete or sync.`,
    );
}

function firstDuplicate(applications: readonly KubeObject[]): string | undefined {
  const seen = new Set<string>();
  for (const { metadata } of applications) {
    const name = metadata.name ?? '';
    if (seen.has(name)) return JSON.stringify(name);
    seen.add(name);
  }
  return undefined;
}

function failed(reason: Extract<Generation, { type: 'failed' }>['reason'], message: string): Generation {
  return { type: 'failed', reason, message };
}

function messageOf(error: unknown): string {
  return error instanceof CodedError || error instanceof Error ? error.message : String(error);
}
