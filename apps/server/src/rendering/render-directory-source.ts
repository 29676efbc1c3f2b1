import { CodedError, isJsonObject, joinTreePath, type FileTree, type JsonValue } from '@lotse/manifests';
import { readDirectory } from '@lotse/gitops';
import { evaluateJsonnet, type JsonnetVariable } from '@lotse/jsonnet';
import { buildEnvironment, substitute } from './build-environment.js';
import type { RenderRequest } from './render-protocol.js';
import type { Rendered } from './render-surroundings.js';

/** A folder of manifests and of programs that give manifests. */
export function renderDirectorySource(tree: FileTree, request: RenderRequest): Rendered {
  const { source } = request;
  const options = source.directory?.jsonnet ?? {};
  const environment = buildEnvironment(request);
  const externals = variables(options['extVars'], 'extVars', environment);
  const topLevelArguments = variables(options['tlas'], 'tlas', environment);
  const libraries = [joinTreePath('', source.path ?? '') ?? '', ...folders(tree, options['libs'])];
  const objects = readDirectory(tree, source.path ?? '', source.directory, (path) =>
    evaluateJsonnet({ tree, path, libraries, externals, topLevelArguments }),
  );
  return { objects, warnings: [] };
}

function refuse(field: string, problem: string): never {
  throw new CodedError('render_jsonnet_options', `spec.source.directory.jsonnet.${field} ${problem}.`, {
    field: `spec.source.directory.jsonnet.${field}`,
  });
}

function variables(
  value: JsonValue | undefined,
  field: 'extVars' | 'tlas',
  environment: ReadonlyMap<string, string>,
): JsonnetVariable[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return refuse(field, 'must be a list of {name, value, code}');
  return value.map((item) => {
    const entry = isJsonObject(item) ? item : refuse(field, 'must be a list of {name, value, code}');
    const { name, value: text = '', code = false } = entry;
    if (typeof name !== 'string' || name === '') return refuse(field, 'has an entry without a name');
    if (typeof text !== 'string') return refuse(field, `has a value of ${name} that is no text; quote it`);
    if (typeof code !== 'boolean')
      return refuse(field, `has a code of ${name} that is neither true nor false`);
    return { name, value: substitute(text, environment), code };
  });
}

/** Library folders count from the root of the repository. */
function folders(tree: FileTree, value: JsonValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return refuse('libs', 'must be a list of folders');
  return value.map((item) => {
    if (typeof item !== 'string') return refuse('libs', 'must be a list of folders');
    const path = joinTreePath('', item);
    if (path === undefined) return refuse('libs', `has ${JSON.stringify(item)}, which leaves the repository`);
    if (tree.stat(path) !== 'folder' && path !== '')
      return refuse('libs', `has ${JSON.stringify(item)}, which is no folder of the repository`);
    return path;
  });
}
