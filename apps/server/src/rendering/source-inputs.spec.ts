import { describe, expect, it } from 'vitest';
import { chartInput } from './chart-inputs.js';
import { remoteInput } from './remote-inputs.js';
import { sourceInputs } from './source-inputs.js';

const folder = (path: string, repoURL = 'https://example.org/base') =>
  remoteInput(`${repoURL}//${path}?ref=main`, {
    kind: 'folder',
    location: { gitDir: '/mirror', commit: 'c'.repeat(40) },
    path,
    repoURL,
    revision: 'main',
  });

describe('what came from elsewhere into a render', () => {
  it('is commits, charts and files, and nothing of the own tree', () => {
    const chart = chartInput(
      { key: 'k', repository: 'https://charts.example.org', name: 'web', version: '^1' },
      { archive: '/tmp/web.tgz', version: '1.2.0', digest: 'd'.repeat(64) },
    );
    const content = new Uint8Array();
    const file = remoteInput('https://example.org/a.yaml', { kind: 'file', content, digest: 'e' });
    expect(sourceInputs([['app/a.yaml', 'f'], ['app/gone.yaml', null], folder('one'), chart, file])).toEqual([
      { repoURL: 'https://example.org/base', revision: 'main', commit: 'c'.repeat(40) },
      {
        repoURL: 'https://charts.example.org',
        chart: 'web',
        revision: '^1',
        version: '1.2.0',
        digest: 'd'.repeat(64),
      },
      { repoURL: 'https://example.org/a.yaml', digest: 'e' },
    ]);
  });

  it('names a commit once, whatever number of its folders were read', () => {
    expect(sourceInputs([folder('one'), folder('two')])).toHaveLength(1);
  });

  it('keeps users, passwords and tokens of addresses to itself', () => {
    const content = new Uint8Array();
    const file = remoteInput('https://example.org/a.yaml?token=canary', {
      kind: 'file',
      content,
      digest: 'e',
    });
    const chart = chartInput(
      { key: 'k', repository: 'https://ada:canary@charts.example.org', name: 'web', version: '' },
      { archive: '', version: '1.0.0', digest: 'd' },
    );
    const shown = sourceInputs([file, chart, folder('one', 'ssh://canary:canary@example.org/base')]);
    expect(shown).toHaveLength(3);
    expect(JSON.stringify(shown)).not.toContain('canary');
  });
});
