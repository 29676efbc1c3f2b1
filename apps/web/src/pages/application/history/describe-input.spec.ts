import { describe, expect, it } from 'vitest';
import { describeInput } from './describe-input.js';

describe('what came from elsewhere', () => {
  it('is a commit of a repository, with the branch that led to it', () => {
    const commit = 'abcdef0123456789abcdef0123456789abcdef01';
    const repoURL = 'https://example.org/team/base.git';
    expect(describeInput({ repoURL, revision: 'main', commit })).toEqual({
      short: 'base abcdef0 (main)',
      full: `${repoURL} ${commit} (main)`,
    });
    expect(describeInput({ repoURL, revision: commit, commit }).short).toBe('base abcdef0');
  });

  it('is a version of a chart, with the range that led to it', () => {
    const chart = { repoURL: 'https://charts.example.org', chart: 'web', version: '1.2.0', digest: 'dd' };
    expect(describeInput({ ...chart, revision: '^1' })).toEqual({
      short: 'web 1.2.0 (^1)',
      full: 'https://charts.example.org web 1.2.0 (^1) sha256:dd',
    });
    expect(describeInput({ ...chart, revision: '1.2.0' }).short).toBe('web 1.2.0');
  });

  it('is a file of the web', () => {
    const file = { repoURL: 'https://example.org/install.yaml', digest: '0123456789' };
    expect(describeInput(file)).toEqual({
      short: 'install.yaml 0123456',
      full: 'https://example.org/install.yaml sha256:0123456789',
    });
  });
});
