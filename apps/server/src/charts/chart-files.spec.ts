import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ChartFiles } from './chart-files.js';

const folders: string[] = [];
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lotse-charts-'));
  folders.push(root);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const digest = (content: string): string => createHash('sha256').update(content).digest('hex');

describe('charts on disk', () => {
  it('are found by who put them there, and by nobody else', async () => {
    const files = new ChartFiles(root, 1_000);
    const file = await files.putArchive('mine', digest('x'), Buffer.from('x'));
    expect(await files.archive('mine', digest('x'))).toBe(file);
    expect(await files.archive('theirs', digest('x'))).toBeUndefined();
    expect(await new ChartFiles(root, 1_000).archive('mine', digest('x'))).toBe(file);
  });

  it('are thrown away when they are damaged', async () => {
    mkdirSync(join(root, 'mine'));
    writeFileSync(join(root, 'mine', `${digest('x')}.tgz`), 'y');
    writeFileSync(join(root, 'mine', 'left.part'), 'half');
    expect(await new ChartFiles(root, 1_000).archive('mine', digest('x'))).toBeUndefined();
    expect(readdirSync(join(root, 'mine'))).toEqual([]);
  });

  it('make room for new ones, those that were used longest ago first, and never those in use', async () => {
    mkdirSync(join(root, 'mine'));
    const old = (name: string, hours: number): void => {
      const file = join(root, 'mine', name);
      writeFileSync(file, Buffer.alloc(400));
      const at = Date.now() / 1_000 - hours * 3_600;
      utimesSync(file, at, at);
    };
    old('older', 3);
    old('old', 2);
    const files = new ChartFiles(root, 1_000);
    await files.put('mine/new', Buffer.alloc(400));
    expect(readdirSync(join(root, 'mine')).sort()).toEqual(['new', 'old']);
    await files.put('mine/newer', Buffer.alloc(900));
    expect(readdirSync(join(root, 'mine')).sort()).toEqual(['new', 'newer']);
  });
});
