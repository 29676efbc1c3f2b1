import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { isJsonObject, parseYaml, type JsonObject } from '@lotse/manifests';

/** What a plugin of Helm 4 runs. */
export interface PluginCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The command of the post-renderer plugin of that name among those that were installed for Helm 4 (`plugin.yaml`, type
 * `postrenderer/v1`, runtime `subprocess`); undefined when there is none. Plugins that can't be read are passed over, as
 * Helm does.
 */
export function postRendererPlugin(
  name: string,
  environment: Environment = process.env,
  platform: { readonly os: string; readonly arch: string } = PLATFORM,
): PluginCommand | undefined {
  for (const base of pluginFolders(environment))
    for (const folder of foldersIn(base)) {
      const plugin = readPlugin(join(folder, 'plugin.yaml'));
      if (plugin?.['name'] !== name || plugin['type'] !== 'postrenderer/v1') continue;
      if (plugin['runtime'] !== 'subprocess')
        throw new Error(
          `the plugin "${name}" in ${folder} has the runtime ${JSON.stringify(plugin['runtime'])}: only subprocess is run`,
        );
      const own = { ...environment, HELM_PLUGIN_NAME: name, HELM_PLUGIN_DIR: folder };
      const chosen = commandFor(plugin, platform);
      if (!chosen)
        throw new Error(
          `the plugin "${name}" in ${folder} has no command for ${platform.os}/${platform.arch}`,
        );
      const [command = '', ...args] = chosen.map((word) => expand(word, own));
      return { command, args, environment: own };
    }
  return undefined;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
/** This machine in Go's words, which plugins use. */
const PLATFORM = {
  os: process.platform === 'win32' ? 'windows' : process.platform,
  arch: ARCHITECTURES[process.arch] ?? process.arch,
};

function pluginFolders(environment: Environment): string[] {
  const given = environment['HELM_PLUGINS'];
  if (given) return given.split(delimiter).filter((folder) => folder !== '');
  const xdg = environment['XDG_DATA_HOME'];
  const data = environment['HELM_DATA_HOME'] || (xdg ? join(xdg, 'helm') : defaultData());
  return [join(data, 'plugins')];
}

function defaultData(): string {
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'helm')
    : join(homedir(), '.local', 'share', 'helm');
}

function foldersIn(base: string): string[] {
  try {
    return readdirSync(base)
      .sort()
      .map((name) => join(base, name));
  } catch {
    // nobody has installed a plugin
    return [];
  }
}

function readPlugin(file: string): JsonObject | undefined {
  try {
    const plugin = parseYaml(readFileSync(file), { file });
    return isJsonObject(plugin) && plugin['apiVersion'] === 'v1' ? plugin : undefined;
  } catch {
    return undefined;
  }
}

/** The words of the command that fits best: for system and processor, for the system, for all. */
function commandFor(plugin: JsonObject, { os, arch }: { os: string; arch: string }): string[] | undefined {
  const config = plugin['runtimeConfig'];
  const commands = isJsonObject(config) ? config['platformCommand'] : undefined;
  const entries = (Array.isArray(commands) ? commands : []).filter(isJsonObject);
  const is = (value: unknown, wanted: string): boolean =>
    typeof value === 'string' && value.toLowerCase() === wanted;
  const found =
    entries.find((each) => is(each['os'], os) && is(each['arch'], arch)) ??
    entries.find((each) => is(each['os'], os) && !each['arch']) ??
    entries.find((each) => !each['os'] && !each['arch']);
  if (!found || typeof found['command'] !== 'string' || found['command'] === '') return undefined;
  const args = Array.isArray(found['args']) ? found['args'].filter((arg) => typeof arg === 'string') : [];
  return [...found['command'].split(' '), ...args];
}

/** `$NAME` and `${NAME}` of the environment. */
function expand(word: string, environment: Environment): string {
  return word.replace(/\$(?:\{([^}]*)\}|(\w+))/g, (_, braced?: string, plain?: string) => {
    const name = braced ?? plain ?? '';
    return environment[name] ?? '';
  });
}
