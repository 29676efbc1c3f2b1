import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Lets a worker run from TypeScript sources: under the test runner there is no build beside them. */
const SOURCE_HOOKS = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    if (/^\\.{1,2}\\//.test(specifier) && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) return next(specifier.slice(0, -3) + '.ts', context);
    return next(specifier, context);
  },
});
`)}`;

/**
 * Starts a worker thread for a module beside the caller: `spawnWorker(import.meta.url, './git-worker.js', {…})`. Built or
 * not makes no difference. The environment is empty and nothing of the command line is passed on.
 * Sources that run so may use types only (no parameter properties, enums or decorators) in what they import.
 */
export function spawnWorker(
  callerUrl: string,
  module: string,
  options: Pick<WorkerOptions, 'workerData' | 'transferList' | 'resourceLimits' | 'name'> = {},
): Worker {
  const fromSource = callerUrl.endsWith('.ts');
  const url = new URL(fromSource ? module.replace(/\.js$/, '.ts') : module, callerUrl);
  return new Worker(url, {
    ...options,
    env: {},
    argv: [],
    execArgv: fromSource
      ? [
          '--conditions=lotse-src',
          '--experimental-transform-types',
          '--disable-warning=ExperimentalWarning',
          '--import',
          SOURCE_HOOKS,
        ]
      : [],
  });
}
