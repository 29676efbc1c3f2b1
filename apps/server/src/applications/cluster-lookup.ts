import { createHash } from 'node:crypto';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { groupVersionKind, parseApiVersion, type JsonObject, type KubeObject } from '@lotse/manifests';
import { destinationAllowed, kindAllowed, type Application, type AppProject } from '@lotse/gitops';
import { ClusterHost } from '../cluster/cluster-host.js';
import type { Lookup, LookupAnswer } from '../rendering/render-protocol.js';
import { projectOf } from './project-rules.js';

const NOTHING: LookupAnswer = { value: {}, fingerprint: null };

/**
 * Answers `lookup` of charts from the cluster an application goes to: only what its project could manage there, in
 * namespaces the project may use. Everything else looks as if it were not there. Remembers who asked for what, so that
 * an application is looked at again when that changes.
 */
@Injectable()
export class ClusterLookup implements OnModuleDestroy {
  /** For each kind, the applications and what they looked up. */
  readonly #asked = new Map<string, Map<string, Lookup[]>>();
  #stop: (() => void) | undefined;

  constructor(private readonly host: ClusterHost) {}

  onModuleDestroy(): void {
    this.#stop?.();
  }

  /** Calls the listener with the name of every application that looked up what has just changed. */
  onChange(listener: (application: string) => void): void {
    this.#stop = this.host.client.watch(({ object }) => {
      const { group, kind } = groupVersionKind(object);
      for (const [application, lookups] of this.#asked.get(`${group}/${kind}`) ?? [])
        if (lookups.some((lookup) => concerns(lookup, object))) listener(application);
    });
  }

  /** Forgets what an application looked up: before it is rendered, or when it is gone. */
  forget(application: string): void {
    for (const [kind, applications] of this.#asked)
      if (applications.delete(application) && applications.size === 0) this.#asked.delete(kind);
  }

  /** What answers one application; its project is read now. */
  of(application: Application): (lookup: Lookup) => LookupAnswer {
    const project = projectOf(application, this.host.client);
    const name = application.metadata.name ?? '';
    return (lookup) => {
      this.#remember(name, lookup);
      return this.#answer(lookup, project, application);
    };
  }

  #answer(lookup: Lookup, project: AppProject, { spec }: Application): LookupAnswer {
    const { client } = this.host;
    const { group, version } = parseApiVersion(lookup.apiVersion);
    const kind = client.kindNow(group, lookup.kind, version);
    if (!kind || !kindAllowed(project, group, lookup.kind, kind.namespaced)) return NOTHING;
    const isVisible = (namespace: string | undefined): boolean =>
      !kind.namespaced || destinationAllowed(project, spec.destination, namespace ?? '');
    if (lookup.name !== '') {
      if (kind.namespaced && (lookup.namespace === '' || !isVisible(lookup.namespace))) return NOTHING;
      const found = client.getNow({ group, version, ...lookup });
      return found ? { value: found as unknown as JsonObject, fingerprint: identity(found) } : NOTHING;
    }
    const all = client.listNow({ group, version, kind: lookup.kind }, lookup.namespace || undefined);
    const items = all.filter(({ metadata }) => isVisible(metadata.namespace));
    if (items.length === 0) return NOTHING;
    const list = { apiVersion: lookup.apiVersion, kind: `${lookup.kind}List`, items };
    const hash = createHash('sha256').update(items.map(identity).join(' '));
    return { value: list as unknown as JsonObject, fingerprint: hash.digest('base64url') };
  }

  #remember(application: string, lookup: Lookup): void {
    const kind = `${parseApiVersion(lookup.apiVersion).group}/${lookup.kind}`;
    const applications = this.#asked.get(kind) ?? new Map<string, Lookup[]>();
    const lookups = applications.get(application) ?? [];
    if (!lookups.some((each) => each.namespace === lookup.namespace && each.name === lookup.name))
      applications.set(application, [...lookups, lookup]);
    this.#asked.set(kind, applications);
  }
}

function concerns({ namespace, name }: Lookup, { metadata }: KubeObject): boolean {
  return (name === '' || name === metadata.name) && (namespace === '' || namespace === metadata.namespace);
}

function identity({ metadata }: KubeObject): string {
  return `${metadata.uid ?? ''}/${metadata.resourceVersion ?? ''}`;
}
