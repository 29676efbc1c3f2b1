import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CodedError } from '@lotse/manifests';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import {
  BUILT_IN_POLICY,
  type Policy,
  type PolicyAction,
  type PolicyResource,
  decide,
  joinPolicies,
  parsePolicy,
} from './policy/policy.js';
import type { Principal } from './principal.js';

const policySettings = z.object({ csv: z.string(), default: z.string() });
export type PolicySettings = z.output<typeof policySettings>;
const NAME = 'rbac';
/** Another process's change to the policy is seen after at most this long. */
const RELOAD_MS = 2_000;

/** Decides who may do what, by the built-in roles, the policy of the settings and those of projects. */
@Injectable()
export class Authorizer implements OnModuleInit {
  readonly #builtIn = parsePolicy(BUILT_IN_POLICY);
  #settings: PolicySettings = { csv: '', default: '' };
  #policy: Policy = this.#builtIn;
  #loadedAt = 0;
  #projectPolicies: () => readonly string[] = () => [];
  #projectText = '';
  readonly #listeners = new Set<() => void>();

  constructor(private readonly source: DataSource) {}

  async onModuleInit(): Promise<void> {
    await this.#load();
  }

  /** Where the roles of projects come from: policy lines of all AppProjects, joined with the rest. */
  useProjectPolicies(read: () => readonly string[]): void {
    this.#projectPolicies = read;
  }

  /** Called after rights changed, as far as this process knows; `refresh` finds out about others' changes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the policy again. */
  async refresh(): Promise<void> {
    await this.#load();
    this.#joinProjects();
  }

  /** May they? `object` is `project/name` for what belongs to a project, otherwise a name or address. */
  async allows(
    principal: Principal,
    resource: PolicyResource,
    action: PolicyAction,
    object: string,
  ): Promise<boolean> {
    if (Date.now() - this.#loadedAt > RELOAD_MS) await this.#load();
    this.#joinProjects();
    const subjects = [
      principal.subject,
      ...principal.groups,
      ...(this.#settings.default === '' ? [] : [this.#settings.default]),
    ];
    return decide(this.#policy, subjects, resource, action, object);
  }

  /** @throws CodedError `access_denied`. */
  async enforce(
    principal: Principal,
    resource: PolicyResource,
    action: PolicyAction,
    object: string,
  ): Promise<void> {
    if (!(await this.allows(principal, resource, action, object)))
      throw accessDenied(principal, resource, action, object);
  }

  get settings(): PolicySettings {
    return this.#settings;
  }

  /** Replaces the policy. @throws CodedError `policy_invalid` with the line; then nothing has changed. */
  async change(settings: PolicySettings): Promise<void> {
    parsePolicy(settings.csv);
    await this.source.query(
      'INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = now()',
      [NAME, JSON.stringify(settings)],
    );
    await this.#load();
  }

  async #load(): Promise<void> {
    const rows: { value: unknown }[] = await this.source.query('SELECT value FROM settings WHERE name = $1', [
      NAME,
    ]);
    this.#loadedAt = Date.now();
    const settings = policySettings.safeParse(rows[0]?.value).data ?? { csv: '', default: '' };
    if (settings.csv === this.#settings.csv && settings.default === this.#settings.default) return;
    this.#settings = settings;
    this.#rebuild();
  }

  #joinProjects(): void {
    const text = this.#projectPolicies().join('\n');
    if (text === this.#projectText) return;
    this.#projectText = text;
    this.#rebuild();
  }

  #rebuild(): void {
    // Lines of a project that can't be read grant nothing; they must not take everybody else's rights away.
    const projects = this.#projectText.split('\n').flatMap((line) => {
      try {
        return [parsePolicy(line)];
      } catch {
        return [];
      }
    });
    this.#policy = joinPolicies(this.#builtIn, parsePolicy(this.#settings.csv), ...projects);
    for (const listener of this.#listeners) listener();
  }
}

/** The error of a right that is missing. */
export function accessDenied(
  principal: Principal,
  resource: string,
  action: string,
  object: string,
): CodedError {
  return new CodedError(
    'access_denied',
    `Permission denied: ${principal.subject} may not ${action} ${resource} ${object}. An administrator can allow it with the policy line "p, ${principal.subject}, ${resource}, ${action}, ${object}, allow".`,
  );
}
