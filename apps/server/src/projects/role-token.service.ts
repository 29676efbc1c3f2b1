import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CodedError, isJsonObject, type KubeObject } from '@lotse/manifests';
import { ARGO_GROUP } from '@lotse/gitops';
import {
  MAX_TOKEN_LIFETIME_MS,
  SessionService,
  type IssuedCredential,
  type ProjectRole,
} from '../auth/sessions/session.service.js';
import { ClusterHost, CONTROL_NAMESPACE } from '../cluster/cluster-host.js';
import { HttpCodedError } from '../http/status-codes.js';

/** Enough for every pipeline of a project to have its own. */
const MAX_TOKENS = 50;
const ID = /^[\w.-]{1,128}$/;

/** A token as it is listed; times in seconds since 1970, as Argo CD has them. */
export interface RoleTokenView {
  readonly id: string;
  readonly iat: number;
  readonly exp: number;
}

/** Tokens with the rights of a project's role, for programs. */
@Injectable()
export class RoleTokenService implements OnApplicationBootstrap {
  constructor(
    private readonly host: ClusterHost,
    private readonly sessions: SessionService,
  ) {}

  onApplicationBootstrap(): void {
    this.sessions.useProjectRoles((role) => this.#exists(role));
  }

  /** @param lifetimeMs as long as a token may live when it isn't given. @throws CodedError when there is no such role. */
  async create(role: ProjectRole, id: string, lifetimeMs: number | undefined): Promise<IssuedCredential> {
    this.#need(role);
    const present = await this.sessions.listOf(subjectOf(role));
    if (id !== '' && !ID.test(id))
      throw new CodedError('token_invalid', 'The id of a token has letters, digits and . _ -, up to 128.');
    if (id !== '' && present.some(({ label }) => label === id))
      throw new CodedError('token_already_exists', `The role ${role.role} has a token ${id} already.`);
    if (present.length >= MAX_TOKENS)
      throw new CodedError(
        'tokens_too_many',
        `The role ${role.role} has ${MAX_TOKENS} tokens already. Delete some first.`,
      );
    const lifetime = Math.min(lifetimeMs ?? MAX_TOKEN_LIFETIME_MS, MAX_TOKEN_LIFETIME_MS);
    return this.sessions.issue('token', subjectOf(role), lifetime, id);
  }

  async list(role: ProjectRole): Promise<RoleTokenView[]> {
    this.#need(role);
    const tokens = await this.sessions.listOf(subjectOf(role));
    return tokens.map(({ id, label, createdAt, expiresAt }) => ({
      id: label || id,
      iat: seconds(createdAt),
      exp: seconds(expiresAt),
    }));
  }

  /** Every token that has this id or was made in this second: what Argo CD's clients know of one is when it was made. */
  async remove(role: ProjectRole, which: { id?: string; iat?: number }): Promise<void> {
    const tokens = (await this.sessions.listOf(subjectOf(role))).filter(({ id, label, createdAt }) =>
      which.id ? which.id === label || which.id === id : which.iat === seconds(createdAt),
    );
    if (tokens.length === 0)
      throw new CodedError('token_not_found', `The role ${role.role} of ${role.project} has no such token.`);
    for (const { id } of tokens) await this.sessions.revokeTokenOf(subjectOf(role), id);
  }

  /** A project that goes takes its tokens along: another of that name has nothing to do with them. */
  async removeAllOf(project: KubeObject, except: ReadonlySet<string> = new Set()): Promise<void> {
    for (const role of roleNames(project)) {
      if (!except.has(role))
        await this.sessions.revokeAllOf(subjectOf({ project: project.metadata.name ?? '', role }), ['token']);
    }
  }

  #need(role: ProjectRole): void {
    if (!this.#exists(role))
      throw new HttpCodedError(
        404,
        'role_not_found',
        `The project ${role.project} has no role ${JSON.stringify(role.role.slice(0, 63))}. Add it to spec.roles.`,
      );
  }

  #exists({ project, role }: ProjectRole): boolean {
    const object = this.host.client.getNow({
      group: ARGO_GROUP,
      kind: 'AppProject',
      namespace: CONTROL_NAMESPACE,
      name: project,
    });
    return object !== undefined && roleNames(object).includes(role);
  }
}

/** The names of a project's roles. */
export function roleNames({ spec }: KubeObject): string[] {
  const roles = isJsonObject(spec) ? spec['roles'] : undefined;
  if (!Array.isArray(roles)) return [];
  return roles.flatMap((role) =>
    isJsonObject(role) && typeof role['name'] === 'string' ? role['name'] : [],
  );
}

function subjectOf({ project, role }: ProjectRole): string {
  return `proj:${project}:${role}`;
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}
