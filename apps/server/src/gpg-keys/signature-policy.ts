import { Injectable } from '@nestjs/common';
import type { AppProject } from '@lotse/gitops';
import { CodedError } from '@lotse/manifests';
import { RepositoryService } from '../repositories/repository.service.js';
import { parseTag } from '../repositories/git/objects/git-object.js';
import { type SignatureFinding, checkSignature } from './check-signature.js';
import { GpgKeyService, shortKeyId } from './gpg-key.service.js';
import { signedCommit, signedTag } from './signed-object.js';

/** A commit that is to be delivered, and the revision that led to it. */
export interface DeliveredCommit {
  readonly repoURL: string;
  readonly revision: string;
  readonly commit: string;
}

/** Lets through only commits that somebody signed whom the project trusts. */
@Injectable()
export class SignaturePolicy {
  constructor(
    private readonly keys: GpgKeyService,
    private readonly repositories: RepositoryService,
  ) {}

  /**
   * Every commit, or the annotated tag that led to it, must be signed with one of the project's keys. Projects without
   * keys ask for nothing.
   * @throws CodedError `signature_denied` naming the commit, the key that signed it and those that may.
   */
  async assertSigned(project: AppProject, commits: readonly DeliveredCommit[]): Promise<void> {
    const allowed = (project.spec.signatureKeys ?? []).map(({ keyID }) => shortKeyId(keyID ?? ''));
    if (allowed.length === 0) return;
    const name = project.metadata.name ?? '';
    const keys = await this.keys.list();
    for (const { repoURL, revision, commit } of commits) {
      const objects = await this.repositories.signed({ url: repoURL, project: name }, revision, commit);
      const findings: [string, SignatureFinding][] = [];
      if (objects.tag && parseTag(objects.tag)?.object === commit)
        findings.push([
          `tag ${revision} (commit ${commit})`,
          await checkSignature(signedTag(objects.tag), keys),
        ]);
      findings.push([`commit ${commit}`, await checkSignature(signedCommit(objects.commit), keys)]);
      if (findings.some(([, found]) => found.type === 'good' && allowed.includes(found.keyId))) continue;
      const [what, found] = findings.find(([, { type }]) => type !== 'unsigned') ??
        findings[0] ?? ['', { type: 'unsigned' }];
      throw new CodedError(
        'signature_denied',
        `The ${what} of ${repoURL} can't be delivered: ${reasonOf(found, name)} The project ${name} requires a signature by one of these keys: ${allowed.join(', ')}.`,
      );
    }
  }
}

function reasonOf(found: SignatureFinding, project: string): string {
  switch (found.type) {
    case 'unsigned':
      return 'it is not signed. Sign it ("git commit -S", "git tag -s") and push it again.';
    case 'unknown-key':
      return `it is signed with the key ${found.keyId}, which this server doesn't know. Add its public key, if it is to be trusted.`;
    case 'ended-key':
      return `it is signed with the key ${found.keyId}, which is ${found.trust}.`;
    case 'bad':
      return `its signature by the key ${found.keyId} is bad: ${found.reason}.`;
    case 'unreadable':
      return `${found.reason}.`;
    case 'good':
      return `it is signed with the key ${found.keyId} (${found.owner}), which isn't among the signatureKeys of the project ${project}.`;
  }
}
