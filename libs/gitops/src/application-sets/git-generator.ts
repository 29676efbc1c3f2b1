import {
  isJsonObject,
  parseYaml,
  setOwn,
  type FileTree,
  type JsonObject,
  type JsonValue,
} from '@lotse/manifests';
import { flatten } from './flatten.js';
import { generatorError } from './generator-error.js';
import {
  type Generator,
  type GeneratorContext,
  assertNotTooMany,
  textField,
  withValues,
} from './generator-context.js';
import { globMatch } from '../sources/glob.js';
import { sanitizeName } from './sanitize-name.js';
import type { Parameters } from './types.js';
import { walkTree } from './walk-tree.js';

interface PathRule {
  readonly path: string;
  readonly exclude: boolean;
}

/** Parameters are small; a larger file is not one of them. */
const MAX_FILE_BYTES = 1024 * 1024;
/** All files of one generator: reading them takes a second. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Flat parameters of one generator: aliases can make much of little text. */
const MAX_FLAT_PARAMETERS = 500_000;

/** `git`: one set of parameters for each directory, or each object in the files, that its patterns take. */
export const gitGenerator: Generator = async (spec, context, where) => {
  const repoURL = textField(spec, 'repoURL', where);
  const revision =
    typeof spec['revision'] === 'string' && spec['revision'] !== '' ? spec['revision'] : 'HEAD';
  const directories = rulesOf(spec['directories'], `${where}.directories`);
  const files = rulesOf(spec['files'], `${where}.files`);
  if (directories.length === 0 && files.length === 0)
    throw generatorError(where, 'needs directories or files: a list of {path: pattern}.');
  const tree = await context.sources.tree(repoURL, revision, context.project);
  const prefix = typeof spec['pathParamPrefix'] === 'string' ? spec['pathParamPrefix'] : '';
  const found =
    directories.length > 0
      ? directoriesOf(tree, directories, where).map((path) =>
          pathParameters({}, path, undefined, prefix, context),
        )
      : parametersOfFiles(tree, filesOf(tree, files, where), prefix, context, where);
  assertNotTooMany(found.length, where);
  return found.map((parameters) => withValues(spec['values'], parameters, context, where));
};

function rulesOf(value: JsonValue | undefined, where: string): PathRule[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw generatorError(where, 'must be a list of {path: pattern}.');
  return value.map((rule, index) => {
    if (!isJsonObject(rule)) throw generatorError(`${where}[${index}]`, 'must be an object with a path.');
    return {
      path: textField(rule, 'path', `${where}[${index}]`)
        .replace(/^\.?\/+/, '')
        .replace(/\/+$/, ''),
      exclude: rule['exclude'] === true,
    };
  });
}

/** A pattern's `*` stays within one folder, and `**` is no more than that: so it is with Argo CD's directories. */
function directoriesOf(tree: FileTree, rules: readonly PathRule[], where: string): string[] {
  const flatRules = rules.map(({ path, exclude }) => ({ path: path.replace(/\*{2,}/g, '*'), exclude }));
  return matching(
    walkTree(
      tree,
      flatRules.filter(({ exclude }) => !exclude).map(({ path }) => path),
      'folder',
      where,
    ),
    flatRules,
  );
}

function filesOf(tree: FileTree, rules: readonly PathRule[], where: string): string[] {
  return matching(
    walkTree(
      tree,
      rules.filter(({ exclude }) => !exclude).map(({ path }) => path),
      'file',
      where,
    ),
    rules,
  );
}

function matching(paths: readonly string[], rules: readonly PathRule[]): string[] {
  const takes = (exclude: boolean, path: string): boolean =>
    rules.some((rule) => rule.exclude === exclude && globMatch(rule.path, path));
  return paths.filter((path) => takes(false, path) && !takes(true, path));
}

/** What is too much is refused before it is read. */
function parametersOfFiles(
  tree: FileTree,
  paths: readonly string[],
  prefix: string,
  context: GeneratorContext,
  where: string,
): Parameters[] {
  assertNotTooMany(paths.length, where);
  const found: Parameters[] = [];
  let bytes = 0;
  let flat = 0;
  for (const path of paths) {
    const content = tree.read(path);
    bytes += content?.length ?? 0;
    if (bytes > MAX_BYTES)
      throw generatorError(
        `${where}.files`,
        `have more than ${MAX_BYTES} bytes together. Make their patterns narrower.`,
      );
    for (const object of objectsOf(content, path, `${where}.files`)) {
      const base = context.goTemplate ? object : flatten(object);
      if (!context.goTemplate) flat += Object.keys(base).length;
      if (flat > MAX_FLAT_PARAMETERS)
        throw generatorError(
          `${where}.files`,
          `have more than ${MAX_FLAT_PARAMETERS} parameters together. Make their patterns narrower.`,
        );
      found.push(pathParameters(base, folderOf(path), path, prefix, context));
    }
    assertNotTooMany(found.length, where);
  }
  return found;
}

/** The objects in a file: one, or a list of them. */
function objectsOf(bytes: Uint8Array | undefined, path: string, where: string): JsonObject[] {
  if (!bytes || bytes.length > MAX_FILE_BYTES)
    throw generatorError(
      where,
      `${path} can't be read: it is larger than ${MAX_FILE_BYTES} bytes, or a link.`,
    );
  const value = parseYaml(bytes, { file: path }) ?? {};
  const objects = Array.isArray(value) ? value : [value];
  return objects.map((object) => {
    if (!isJsonObject(object)) throw generatorError(where, `${path} is no object and no list of objects.`);
    return object;
  });
}

/** Adds where it was found: `path` (or `prefix.path`) with basename, segments and, for files, the file's name. */
function pathParameters(
  base: JsonObject,
  folder: string,
  file: string | undefined,
  prefix: string,
  { goTemplate }: GeneratorContext,
): Parameters {
  const facts: Record<string, string> = {
    basename: baseOf(folder),
    basenameNormalized: sanitizeName(baseOf(folder)),
    ...(file !== undefined && { filename: baseOf(file), filenameNormalized: sanitizeName(baseOf(file)) }),
  };
  const segments = folder.split('/');
  const parameters: Parameters = { ...base };
  if (goTemplate) {
    const path = { path: folder, ...facts, segments };
    if (prefix === '') setOwn(parameters, 'path', path);
    else setOwn(parameters, prefix, { path });
    return parameters;
  }
  const name = prefix === '' ? 'path' : `${prefix}.path`;
  setOwn(parameters, name, folder);
  for (const [key, value] of Object.entries(facts)) setOwn(parameters, `${name}.${key}`, value);
  for (const [index, segment] of segments.entries()) setOwn(parameters, `${name}[${index}]`, segment);
  return parameters;
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
