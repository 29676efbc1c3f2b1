import type { SourceInput } from '../../../api/types.js';

/** A thing that came from elsewhere, as short as people say it, and in full. */
export function describeInput({ repoURL, revision, commit, chart, version, digest }: SourceInput): {
  short: string;
  full: string;
} {
  const name =
    repoURL
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .split(/[/:]/)
      .at(-1) ?? repoURL;
  const exact = commit ?? version ?? (digest === undefined ? '' : `sha256:${digest}`);
  const brief = commit?.slice(0, 7) ?? version ?? digest?.slice(0, 7) ?? '';
  const asked = revision === undefined || revision === exact ? '' : ` (${revision})`;
  const checksum = chart === undefined || digest === undefined ? '' : ` sha256:${digest}`;
  return {
    short: `${chart ?? name} ${brief}${asked}`,
    full: `${repoURL}${chart === undefined ? '' : ` ${chart}`} ${exact}${asked}${checksum}`,
  };
}
