import {
  CodedError,
  isJsonObject,
  joinTreePath,
  readManifests,
  type FileTree,
  type JsonValue,
  type KubeObject,
} from '@lotse/manifests';
import type { DirectorySourceOptions } from '../application/types.js';
import { globMatch } from './glob.js';

/** All manifest files of a source together; Argo CD's limit. YAML may grow many times over when read. */
const MAX_COMBINED_BYTES = 10 * 1024 * 1024;
/** Deeper folders than this are a mistake. */
const MAX_DEPTH = 64;
const MANIFEST_FILE = /\.(yaml|yml|json|jsonnet)$/;
/** A file with this comment is left out. */
const SKIP_MARKER = '+argocd:skip-file-rendering';

/** Evaluates a program of the tree, with the options of the source. Throws CodedError. */
export type EvaluateJsonnet = (path: string) => JsonValue;

/**
 * Reads the manifests of a plain directory as Argo CD does; programs are left to `evaluate`.
 * Throws CodedError `directory/...` or `manifests/...`.
 */
export function readDirectory(
  tree: FileTree,
  folder: string,
  options: DirectorySourceOptions = {},
  evaluate?: EvaluateJsonnet,
): KubeObject[] {
  const base = joinTreePath('', folder);
  if (base === undefined)
    throw new CodedError(
      'directory/outside',
      `The path ${JSON.stringify(folder)} leaves the repository. Use a path inside it.`,
    );
  if (tree.list(base) === undefined) {
    throw new CodedError(
      'directory/missing',
      `${folder || '.'}: app path does not exist in this revision. Check spec.source.path and targetRevision.`,
      { file: base },
    );
  }
  const objects: KubeObject[] = [];
  let bytes = 0;
  for (const { name: file, content: path } of findFiles(tree, base, options)) {
    const content = tree.read(path);
    if (!content) continue;
    bytes += content.byteLength;
    if (bytes > MAX_COMBINED_BYTES) {
      throw new CodedError(
        'directory/too-large',
        `The manifests under ${folder || '.'} are larger than ${MAX_COMBINED_BYTES / 1024 / 1024} MiB together. Exclude files that are no manifests with spec.source.directory.exclude.`,
        { file },
      );
    }
    objects.push(...readFile(content, file, evaluate && (() => evaluate(path))));
  }
  return objects;
}

/** A file of the folder and where its content is: elsewhere for links. */
interface ManifestFile {
  readonly name: string;
  readonly content: string;
}

function findFiles(tree: FileTree, base: string, options: DirectorySourceOptions): ManifestFile[] {
  const files: ManifestFile[] = [];
  const visit = (folder: string, depth: number): void => {
    for (const entry of tree.list(folder) ?? []) {
      const full = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.type === 'folder' && options.recurse === true && depth < MAX_DEPTH) visit(full, depth + 1);
      const content = entry.type === 'link' ? followLink(tree, full) : full;
      if ((entry.type !== 'file' && entry.type !== 'link') || content === undefined) continue;
      if (options.disableExtensionFilter !== true && !MANIFEST_FILE.test(entry.name)) continue;
      const relative = base ? full.slice(base.length + 1) : full;
      if (options.exclude && globMatch(options.exclude, relative)) continue;
      if (options.include && !globMatch(options.include, relative)) continue;
      files.push({ name: full, content });
    }
  };
  visit(base, 0);
  return files;
}

/** Links followed for one path, as Linux allows. */
const MAX_LINKS = 40;

/**
 * The file a link leads to, inside the repository; undefined when it leads to a folder or nowhere.
 * One that points out of the repository is an attack or a mistake worth saying.
 */
function followLink(tree: FileTree, link: string): string | undefined {
  let path = link;
  for (let hops = 0; hops < MAX_LINKS; hops++) {
    const target = tree.link(path);
    if (target === undefined) return tree.stat(path) === 'file' ? path : undefined;
    const slash = path.lastIndexOf('/');
    const next = target.startsWith('/')
      ? undefined
      : joinTreePath(slash < 0 ? '' : path.slice(0, slash), target);
    if (next === undefined) {
      throw new CodedError(
        'directory/link-outside',
        `${link} is a link out of the repository. Remove it, or put the file into the repository.`,
        { file: link },
      );
    }
    path = next;
  }
  return undefined;
}

function readFile(content: Uint8Array, file: string, evaluate: (() => JsonValue) | undefined): KubeObject[] {
  const text = decode(content, file);
  if (text.includes(SKIP_MARKER) && new RegExp(`^#\\s*\\${SKIP_MARKER}`, 'm').test(text)) return [];
  if (file.endsWith('.jsonnet')) {
    if (!evaluate)
      throw new CodedError(
        'directory/jsonnet',
        `${file}: Jsonnet is not evaluated here. Exclude it with spec.source.directory.exclude.`,
        { file },
      );
    return readValue(evaluate(), file);
  }
  try {
    return readManifests(text, file);
  } catch (error) {
    // a file that doesn't look like a manifest at all is somebody else's YAML
    if (!file.endsWith('.json') && !looksLikeManifest(text)) return [];
    throw error;
  }
}

/** A program gives one object, a list of kind List, or an array of them; an array may have holes. */
function readValue(value: JsonValue, file: string): KubeObject[] {
  const items = Array.isArray(value) ? value : [value];
  return items
    .filter((item) => item !== null)
    .flatMap((item, index) => {
      if (isJsonObject(item)) return readManifests(JSON.stringify(item), file);
      const where = Array.isArray(value) ? `element ${index} of its result` : 'its result';
      throw new CodedError(
        'directory/jsonnet',
        `${file}: ${where} is no object. A program must give a manifest or an array of manifests.`,
        { file },
      );
    });
}

function looksLikeManifest(text: string): boolean {
  return text.includes('apiVersion:') && text.includes('kind:') && text.includes('metadata:');
}

function decode(content: Uint8Array, file: string): string {
  const encoding =
    content[0] === 0xff && content[1] === 0xfe
      ? 'utf-16le'
      : content[0] === 0xfe && content[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(content);
  } catch {
    const text = new TextDecoder(encoding).decode(content);
    if (!looksLikeManifest(text)) return text;
    throw new CodedError(
      'directory/encoding',
      `${file} is a manifest with bytes that are not ${encoding.toUpperCase()}. Save it as UTF-8.`,
      { file },
    );
  }
}
