import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ApplicationSource, SourceInput, SourceType } from '@lotse/gitops';
import { Counter } from 'prom-client';
import { writePrivateFile } from '../bootstrap/private-file.js';
import { CONFIG, type Config } from '../config/config.js';
import { Counters } from '../metrics/counters.js';
import { fingerprint, type IdentifiedTree } from './fingerprint.js';
import { ManifestRepository } from './manifest.repository.js';
import { RenderPool, type RenderHelp } from './render-pool.js';
import { RenderMemoryRepository, type RememberedRender } from './render-memory.repository.js';
import { inputChart } from './chart-inputs.js';
import { inputRemote, remoteCommits, type RemoteCommit } from './remote-inputs.js';
import { inputLookup, type RenderRequest } from './render-protocol.js';
import { sourceInputs } from './source-inputs.js';
import { contentId, revisionOf } from './source-tree.js';

/** What an application's source came to. */
export interface RenderResult {
  readonly digest: string;
  readonly sourceType: SourceType;
  readonly warnings: readonly string[];
  /** Commits of other repositories that a kustomization names. */
  readonly remotes: readonly RemoteCommit[];
  /** Everything from elsewhere that was used, for people to see. */
  readonly inputs: readonly SourceInput[];
}

/** Says what remote addresses lead to now. */
interface RemoteState {
  readonly remoteFingerprint?: (address: string) => Promise<string>;
}

/** Last renders that are remembered with their inputs; one per application and source is enough. */
const REMEMBERED_RENDERS = 20_000;

/**
 * Renders what changed and nothing else: a render is remembered with everything it looked at, and done again only when
 * one of those paths is different in the new commit. Two that ask for the same at once share one render.
 */
@Injectable()
export class RenderService implements OnApplicationShutdown {
  readonly #pool = new RenderPool();
  readonly #remembered = new Map<string, RememberedRender>();
  readonly #running = new Map<string, Promise<RenderResult>>();
  #seed: Promise<string> | undefined;
  readonly #renders: Counter<'type'>;

  constructor(
    private readonly manifests: ManifestRepository,
    private readonly memory: RenderMemoryRepository,
    @Inject(CONFIG) private readonly config: Config,
    counters: Counters,
  ) {
    this.#renders = new Counter({
      name: 'lotse_renders_total',
      help: 'Sources rendered, by kind of source. Answers from memory are not counted.',
      labelNames: ['type'],
      registers: [counters.registry],
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#pool.close();
  }

  /**
   * The manifests of a source. `tree` is its commit's, and is only asked for ids of what was read before; a chart from a
   * repository of charts has none, as its digest says everything.
   */
  async render(
    request: RenderRequest,
    tree: IdentifiedTree | undefined,
    options: { fresh?: boolean; help?: RenderHelp & RemoteState } = {},
  ): Promise<RenderResult> {
    const key = sourceKey(request);
    const known = this.#remembered.get(key) ?? (await this.memory.get(key));
    if (known && !this.#remembered.has(key)) this.#remember(key, known);
    if (known && options.fresh !== true && (await this.#stillTrue(known, request, tree, options.help)))
      return resultOf(known);
    const once = `${key} ${contentId(request.location)}`;
    const running = this.#running.get(once);
    if (running) return running;
    const made = this.#render(key, request, options.help).finally(() => this.#running.delete(once));
    this.#running.set(once, made);
    return made;
  }

  /** Forgets what was rendered before: it is rendered again when it is asked for. Answers how many. */
  async sweep(before: Date): Promise<number> {
    const keys = await this.memory.sweep(before);
    for (const key of keys) this.#remembered.delete(key);
    return keys.length;
  }

  async #render(key: string, request: RenderRequest, help: RenderHelp = {}): Promise<RenderResult> {
    const seed = createHmac('sha256', await this.#secret())
      .update(key)
      .digest('base64url');
    const { inputs, manifests, sourceType, warnings, usesCapabilities } = await this.#pool.render(
      { ...request, seed },
      help,
    );
    this.#renders.inc({ type: sourceType });
    const digest = await this.manifests.put(manifests);
    const made = {
      digest,
      sourceType,
      warnings,
      inputs,
      apiVersions: usesCapabilities ? versionsKey(request) : '',
    };
    await this.memory.put(key, made);
    this.#remember(key, made);
    return resultOf(made);
  }

  #remember(key: string, render: RememberedRender): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, render);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED_RENDERS) break;
      this.#remembered.delete(oldest);
    }
  }

  /** What seeds the chance of templates, so that nobody else can tell the passwords they make up. */
  #secret(): Promise<string> {
    this.#seed ??= readOrMakeSecret(join(this.config.dataDir, 'render-seed'));
    return this.#seed;
  }

  async #stillTrue(
    known: RememberedRender,
    request: RenderRequest,
    tree: IdentifiedTree | undefined,
    help: RenderHelp & RemoteState = {},
  ): Promise<boolean> {
    // values from another tree: only that tree's commit says whether they changed, so it is part of the key
    if (known.apiVersions !== '' && known.apiVersions !== versionsKey(request)) return false;
    const remotes = known.inputs.flatMap(([input, before]) => {
      const address = inputRemote(input);
      return address === undefined ? [] : [{ address, before }];
    });
    const unchanged = known.inputs.every(([path, before]) => {
      // an archive that was fetched is asked for again only by a fresh render
      if (inputRemote(path) !== undefined || inputChart(path)) return true;
      const lookup = inputLookup(path);
      if (lookup) return (help.lookup?.(lookup).fingerprint ?? null) === before;
      // an archive is part of the key: what was read of it is what it was
      return tree === undefined || fingerprint(tree, path) === before;
    });
    if (!unchanged) return false;
    for (const { address, before } of remotes)
      if ((await help.remoteFingerprint?.(address)) !== before) return false;
    return true;
  }
}

function resultOf({ digest, sourceType, warnings, inputs }: RememberedRender): RenderResult {
  return { digest, sourceType, warnings, remotes: remoteCommits(inputs), inputs: sourceInputs(inputs) };
}

function versionsKey(request: RenderRequest): string {
  return createHash('sha256')
    .update(`${request.kubeVersion}\n${request.apiVersions.join('\n')}`)
    .digest('base64url');
}

/** Everything but the content of the tree that decides what a render gives. */
function sourceKey(request: RenderRequest): string {
  const { targetRevision: _, ...source }: ApplicationSource = request.source;
  const text = JSON.stringify(source);
  // the revision itself can be substituted into values
  const revision = text.includes('ARGOCD_APP_') ? revisionOf(request.location) : '';
  const archive = 'digest' in request.location ? request.location.digest : '';
  const refs = Object.entries(request.refs ?? {}).map(([name, { commit }]) => `${name}=${commit}`);
  return createHash('sha256')
    .update(
      JSON.stringify([
        text,
        request.application,
        revision,
        refs,
        ...(archive === '' ? [] : [archive]),
        ...(request.buildOptions ? [{ buildOptions: request.buildOptions }] : []),
      ]),
    )
    .digest('base64url');
}

const SECRET_BYTES = 32;

async function readOrMakeSecret(path: string): Promise<string> {
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept.trim() !== '') return kept.trim();
  const made = randomBytes(SECRET_BYTES).toString('base64url');
  await writePrivateFile(path, `${made}\n`);
  return made;
}
