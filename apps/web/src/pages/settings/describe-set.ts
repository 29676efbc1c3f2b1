import type { ApplicationSet } from '../../api/types.js';

/** A set in words for its row. `isKnown`: its controller has looked at it. */
export interface SetDescription {
  project: string;
  generators: string;
  count: number;
  trouble: string | undefined;
  isKnown: boolean;
}

const KINDS = ['list', 'git', 'clusters', 'matrix', 'merge', 'scmProvider', 'pullRequest', 'plugin'];

export function describeSet({ spec = {}, status }: ApplicationSet): SetDescription {
  const generators = (Array.isArray(spec['generators']) ? spec['generators'] : []) as Record<
    string,
    unknown
  >[];
  const template = spec['template'] as { spec?: { project?: string } } | undefined;
  const error = status?.conditions?.find(({ type }) => type === 'ErrorOccurred');
  const kinds = generators.map((generator) => KINDS.find((kind) => kind in generator) ?? 'unknown');
  return {
    project: template?.spec?.project || 'default',
    generators: kinds.length > 0 ? [...new Set(kinds)].join(', ') : 'no generators',
    count: status?.resourcesCount ?? 0,
    trouble: error?.status === 'True' ? (error.message ?? 'It could not be generated.') : undefined,
    isKnown: error !== undefined,
  };
}
