import { setOwn, type JsonObject } from '@lotse/manifests';
import { generatorError } from './generator-error.js';
import { type Generator, assertNotTooMany, withValues } from './generator-context.js';
import { sanitizeName } from './sanitize-name.js';
import { isSelecting, selects } from './select.js';
import type { GeneratorCluster, Parameters } from './types.js';

/** `clusters`: one set of parameters for each cluster its selector takes; without a selector the built-in one too. */
export const clusterGenerator: Generator = async (spec, context, where) => {
  const { selector, values, flatList } = spec;
  const chosen = (await context.sources.clusters())
    .filter(({ local, labels }) =>
      local ? !isSelecting(selector) : selects(selector, labels, `${where}.selector`),
    )
    .map((cluster) =>
      withValues(values, context.goTemplate ? nested(cluster) : flat(cluster), context, where),
    );
  assertNotTooMany(chosen.length, where);
  if (flatList !== true) return chosen;
  if (!context.goTemplate) throw generatorError(`${where}.flatList`, 'needs goTemplate: true.');
  return [{ clusters: chosen }];
};

function nested({ name, server, project, labels, annotations, local }: GeneratorCluster): Parameters {
  const metadata: JsonObject = local ? {} : { labels: { ...labels }, annotations: { ...annotations } };
  return { name, nameNormalized: sanitizeName(name), server, project, metadata };
}

function flat({ name, server, project, labels, annotations }: GeneratorCluster): Parameters {
  const parameters: Parameters = { name, nameNormalized: sanitizeName(name), server, project };
  for (const [key, value] of Object.entries(labels)) setOwn(parameters, `metadata.labels.${key}`, value);
  for (const [key, value] of Object.entries(annotations))
    setOwn(parameters, `metadata.annotations.${key}`, value);
  return parameters;
}
