import { type FileTree, joinTreePath } from '@lotse/manifests';
import type { ChartFile } from './chart.js';
import { HelmError, messageOf } from './chart-error.js';
import type { ChartLimits } from './chart-limits.js';
import { HelmIgnore } from './helm-ignore.js';
import { decodeText, withoutByteOrderMark } from './text.js';

/** Links followed on the way to one file; more is a loop. */
const MAX_LINKS = 40;

/** Reads the files of a chart folder in name order, without what `.helmignore` names. Links are followed inside the tree. */
export function readChartFolder(tree: FileTree, path: string, limits: ChartLimits): ChartFile[] {
  return new FolderReader(tree, limits).read(path);
}

class FolderReader {
  readonly #tree: FileTree;
  readonly #limits: ChartLimits;
  readonly #files: ChartFile[] = [];
  #bytes = 0;

  constructor(tree: FileTree, limits: ChartLimits) {
    this.#tree = tree;
    this.#limits = limits;
  }

  read(path: string): ChartFile[] {
    const ignore = this.#tree.read(joinTreePath(path, '.helmignore') ?? '');
    let rules: HelmIgnore;
    try {
      rules = new HelmIgnore(ignore ? decodeText(ignore) : '');
    } catch (error) {
      const file = joinTreePath(path, '.helmignore') ?? '.helmignore';
      throw new HelmError('helm/chart-invalid', `${file}: ${messageOf(error)}`, { file }, { cause: error });
    }
    this.#walk(path, '', rules, 0);
    return this.#files;
  }

  #walk(folder: string, prefix: string, rules: HelmIgnore, depth: number): void {
    if (depth > this.#limits.chartDepth * 10) {
      throw new HelmError(
        'helm/chart-too-large',
        `the folders of the chart are nested too deeply at ${folder}`,
      );
    }
    for (const entry of this.#tree.list(folder) ?? []) {
      const name = prefix + entry.name;
      const written = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const target = entry.type === 'link' ? this.#resolve(written) : written;
      const type = entry.type === 'link' ? this.#tree.stat(target) : entry.type;
      if (type === 'folder') {
        if (!rules.ignores(name, true)) this.#walk(target, `${name}/`, rules, depth + 1);
      } else if (!rules.ignores(name, false)) {
        if (type === 'file') this.#add(name, target);
        else if (type !== 'submodule') {
          throw new HelmError(
            'helm/chart-invalid',
            `cannot read ${written}: the link leads to nothing in the tree`,
            {
              file: written,
            },
          );
        }
      }
    }
  }

  #add(name: string, path: string): void {
    const data = this.#tree.read(path);
    if (!data) throw new HelmError('helm/chart-invalid', `cannot read ${path}`, { file: path });
    this.#bytes += data.length;
    if (this.#bytes > this.#limits.chartBytes) {
      throw new HelmError(
        'helm/chart-too-large',
        `error reading ${name}: chart exceeds maximum decompressed size of ${this.#limits.chartBytes} bytes`,
        { file: path },
      );
    }
    if (this.#files.length >= this.#limits.chartFiles) {
      throw new HelmError('helm/chart-too-large', `the chart has more than ${this.#limits.chartFiles} files`);
    }
    this.#files.push({ name, data: withoutByteOrderMark(data) });
  }

  /** Follows links, also those in the middle of a path, to what is no link. */
  #resolve(path: string): string {
    let current = path;
    for (let followed = 0; followed < MAX_LINKS; followed++) {
      const parts = current.split('/');
      const at = parts.findIndex(
        (_, index) => this.#tree.stat(parts.slice(0, index + 1).join('/')) === 'link',
      );
      if (at < 0) return current;
      const link = this.#tree.link(parts.slice(0, at + 1).join('/')) ?? '';
      const resolved = link.startsWith('/') ? undefined : joinTreePath(parts.slice(0, at).join('/'), link);
      if (resolved === undefined) {
        throw new HelmError(
          'helm/chart-invalid',
          `cannot read ${path}: the link ${current} leads out of the tree`,
          {
            file: path,
          },
        );
      }
      current = [resolved, ...parts.slice(at + 1)].filter((part) => part !== '').join('/');
    }
    throw new HelmError('helm/chart-invalid', `cannot read ${path}: links lead in a circle`, { file: path });
  }
}
