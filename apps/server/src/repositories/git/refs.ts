import semver from 'semver';
import { GitError } from './git.errors.js';

/** A repository's refs as one query answered them. Annotated tags stand with the commit they lead to. */
export interface RefSnapshot {
  /** `refs/heads/main` to commit id; tags are peeled. */
  readonly refs: ReadonlyMap<string, string>;
  /** The ids of annotated tags themselves, by ref: signatures are in them. */
  readonly annotatedTags?: ReadonlyMap<string, string> | undefined;
  /** What HEAD names, such as `refs/heads/main`; undefined when it is detached. */
  readonly head: string | undefined;
  /** The commit of HEAD; undefined in an empty repository. */
  readonly headCommit: string | undefined;
}

/** A revision that was found: its commit, and the ref it came from (undefined for a bare commit id). */
export interface ResolvedRevision {
  readonly commit: string;
  readonly ref: string | undefined;
}

const COMMIT_ID = /^[0-9a-f]{40}$/;
const ABBREVIATED = /^[0-9a-f]{7,39}$/;
/** Ranges as people write them: an operator, a wildcard, `||`, a hyphen range, or a comma. */
const LOOKS_LIKE_RANGE = /^[\^~<>=*]|^v?\d+(\.\d+)?(\.[x*])|^[x*]$|\|\||\s-\s|,/i;
const MAX_REVISION_LENGTH = 255;

/** Is this a full commit id? */
export function isCommitId(text: string): boolean {
  return COMMIT_ID.test(text);
}

/** Refuses what could be read as an option or breaks out of a line. @throws GitError `revision_invalid`. */
export function assertRevision(revision: string): void {
  if (
    revision.length > MAX_REVISION_LENGTH ||
    revision.startsWith('-') ||
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f]/.test(revision)
  )
    throw new GitError(
      'revision_invalid',
      `${JSON.stringify(revision.slice(0, 80))} isn't a revision: it is too long, starts with "-", or has control characters.`,
    );
}

/** Is the revision a range of versions, to be matched against tags? */
export function isRange(revision: string): boolean {
  return LOOKS_LIKE_RANGE.test(revision) && semver.validRange(rangeText(revision)) !== null;
}

/**
 * Finds a revision among refs: empty and `HEAD`, full refs, branches before tags, full and shortened commit ids, and
 * ranges of versions (the highest tag that fits; pre-releases only when the range names one).
 * @throws GitError `revision_not_found` with near names.
 */
export function resolveRevision(revision: string, snapshot: RefSnapshot): ResolvedRevision {
  assertRevision(revision);
  if (revision === '' || revision === 'HEAD') {
    if (snapshot.headCommit === undefined)
      throw new GitError(
        'revision_not_found',
        'The repository has no commit HEAD leads to: it is empty, or its default branch is missing.',
      );
    return { commit: snapshot.headCommit, ref: snapshot.head };
  }
  if (isCommitId(revision)) return { commit: revision, ref: undefined };
  for (const ref of revision.startsWith('refs/')
    ? [revision]
    : [`refs/heads/${revision}`, `refs/tags/${revision}`]) {
    const commit = snapshot.refs.get(ref);
    if (commit !== undefined) return { commit, ref };
  }
  const found =
    (isRange(revision) ? highestTag(revision, snapshot) : undefined) ??
    (ABBREVIATED.test(revision) ? byPrefix(revision, snapshot) : undefined);
  if (found) return found;
  throw new GitError(
    'revision_not_found',
    `The repository has no branch, tag or commit ${JSON.stringify(revision)}${nearNames(revision, snapshot)}.`,
  );
}

function highestTag(range: string, snapshot: RefSnapshot): ResolvedRevision | undefined {
  const wanted = rangeText(range);
  let best: { version: semver.SemVer; ref: string; commit: string } | undefined;
  for (const [ref, commit] of snapshot.refs) {
    if (!ref.startsWith('refs/tags/')) continue;
    const version = semver.parse(ref.slice('refs/tags/'.length));
    if (
      version &&
      semver.satisfies(version, wanted) &&
      (!best || semver.compareBuild(version, best.version) > 0)
    )
      best = { version, ref, commit };
  }
  return best && { commit: best.commit, ref: best.ref };
}

function byPrefix(prefix: string, snapshot: RefSnapshot): ResolvedRevision | undefined {
  const commits = new Set([...snapshot.refs.values()].filter((commit) => commit.startsWith(prefix)));
  const [commit] = commits;
  return commits.size === 1 && commit !== undefined ? { commit, ref: undefined } : undefined;
}

/** Masterminds writes "and" as a comma; npm's grammar as a space. */
function rangeText(range: string): string {
  return range.replace(/\s*,\s*/g, ' ');
}

function nearNames(revision: string, snapshot: RefSnapshot): string {
  const part = revision.toLowerCase();
  const names = [...snapshot.refs.keys()].map((ref) => ref.replace(/^refs\/(heads|tags)\//, ''));
  const near = names
    .filter((name) => name.toLowerCase().includes(part) || part.includes(name.toLowerCase()))
    .slice(0, 5);
  return near.length === 0 ? '' : ` (there is ${near.join(', ')})`;
}

/** The ref name prefixes a query has to cover so that these revisions can be found. */
export function prefixesFor(revisions: Iterable<string>): string[] {
  const prefixes = new Set<string>(['HEAD']);
  for (const revision of revisions) {
    if (revision === '' || revision === 'HEAD') prefixes.add('refs/heads/');
    else if (revision.startsWith('refs/')) prefixes.add(revision);
    else if (isRange(revision)) prefixes.add('refs/tags/');
    else if (!isCommitId(revision)) {
      prefixes.add(`refs/heads/${revision}`);
      prefixes.add(`refs/tags/${revision}`);
      if (ABBREVIATED.test(revision)) prefixes.add('refs/heads/').add('refs/tags/');
    }
  }
  return [...prefixes];
}
