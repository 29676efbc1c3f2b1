import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { postRendererPlugin } from './post-renderer-plugin.js';

let base: string;
beforeEach(() => (base = mkdtempSync(join(tmpdir(), 'lotse-plugins-'))));
afterEach(() => rmSync(base, { recursive: true, force: true }));

function install(folder: string, text: string): string {
  mkdirSync(join(base, folder), { recursive: true });
  writeFileSync(join(base, folder, 'plugin.yaml'), text);
  return join(base, folder);
}

const plugin = (commands: string, more = ''): string =>
  `apiVersion: v1\nname: overlay\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: subprocess\n${more}runtimeConfig: {platformCommand: [${commands}]}\n`;
const LINUX = { os: 'linux', arch: 'arm64' };

it('finds the plugin of a name, with its folder in the words of its command', () => {
  install('broken', 'apiVersion: [');
  install('other', 'apiVersion: v1\nname: overlay\ntype: cli/v1\n');
  const folder = install(
    'a-folder',
    plugin('{command: "${HELM_PLUGIN_DIR}/run.sh --fast", args: ["$WHO", "a b"]}'),
  );
  const found = postRendererPlugin(
    'overlay',
    { HELM_PLUGINS: `/nowhere${delimiter}${base}`, WHO: 'me' },
    LINUX,
  );
  expect(found).toMatchObject({ command: `${folder}/run.sh`, args: ['--fast', 'me', 'a b'] });
  expect(found?.environment).toMatchObject({ HELM_PLUGIN_NAME: 'overlay', HELM_PLUGIN_DIR: folder });
  expect(postRendererPlugin('absent', { HELM_PLUGINS: base }, LINUX)).toBeUndefined();
});

it.each([
  ['{command: all}, {os: linux, command: system}, {os: Linux, arch: ARM64, command: both}', 'both'],
  ['{command: all}, {os: linux, arch: amd64, command: other}, {os: linux, command: system}', 'system'],
  ['{os: windows, command: other}, {command: all}, {arch: arm64, command: half}', 'all'],
])('takes of %s what fits best', (commands, expected) => {
  install('one', plugin(commands));
  expect(postRendererPlugin('overlay', { HELM_PLUGINS: base }, LINUX)?.command).toBe(expected);
});

it('says why a plugin that is there can not be run', () => {
  install('one', plugin('{os: plan9, command: rc}'));
  expect(() => postRendererPlugin('overlay', { HELM_PLUGINS: base }, LINUX)).toThrow(
    'no command for linux/arm64',
  );
  install('one', plugin('{command: a}').replace('subprocess', 'extism/v1'));
  expect(() => postRendererPlugin('overlay', { HELM_PLUGINS: base }, LINUX)).toThrow(
    'only subprocess is run',
  );
});
