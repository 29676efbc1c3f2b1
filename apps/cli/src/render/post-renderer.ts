import { spawnSync } from 'node:child_process';
import type { PostRenderer } from '@lotse/helm';
import { postRendererPlugin } from './post-renderer-plugin.js';

/** More than any release has; a program that prints on and on is ended. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

function whyNot(error: Error): string {
  return 'code' in error && error.code === 'ENOENT'
    ? 'there is no such program, and no plugin of Helm of that name'
    : error.message;
}

/** The plugin of that name, as Helm 4 runs one, or the program, as Helm 3 does. */
export function namedPostRenderer(name: string, args: readonly string[], generation: 3 | 4): PostRenderer {
  const plugin = generation === 4 ? postRendererPlugin(name) : undefined;
  return plugin
    ? programPostRenderer(plugin.command, [...plugin.args, ...args], plugin.environment)
    : programPostRenderer(name, args);
}

/** A program of this machine that reads manifests from its standard input and prints what they shall be. */
export function programPostRenderer(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): PostRenderer {
  return (manifests) => {
    const { error, status, signal, stdout, stderr } = spawnSync(command, args, {
      input: manifests,
      env: environment,
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    // A program that ends without reading everything is judged by how it ended.
    if (error && !('code' in error && error.code === 'EPIPE'))
      throw new Error(`cannot run ${command}: ${whyNot(error)}`, { cause: error });
    if (status !== 0) {
      const end = signal ? `signal ${signal}` : `exit status ${status}`;
      throw new Error(`error while running command ${command}. error output:\n${stderr.trimEnd()}: ${end}`);
    }
    return stdout;
  };
}
