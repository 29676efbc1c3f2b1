import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CodedError } from '@lotse/manifests';
import { several } from '../app/options.js';
import { CliError, EXIT } from '../cli-error.js';
import { DiskFileTree } from './disk-file-tree.js';
import { ofThisMachine } from './machine-paths.js';
import { writeResult } from './write-result.js';

interface KustomizeOptions {
  loadRestrictor: string;
  enableHelm?: boolean;
  allowRemote?: boolean;
  output?: string;
  helmKubeVersion?: string;
  helmApiVersions?: string[];
}

const RESTRICTIONS = { LoadRestrictionsRootOnly: 'root-only', LoadRestrictionsNone: 'none' } as const;

/** `lotse kustomize`: builds a kustomization as `kustomize build` does, without a server. Nothing is fetched unless allowed. */
export function addKustomize(program: Command): void {
  program
    .command('kustomize')
    .description('build a kustomization of this machine')
    .argument('[folder]', 'folder with the kustomization', '.')
    .option(
      '--load-restrictor <name>',
      'LoadRestrictionsRootOnly or LoadRestrictionsNone',
      'LoadRestrictionsRootOnly',
    )
    .option('--enable-helm', 'render helmCharts, in process')
    .option('--helm-kube-version <version>', 'version of Kubernetes that charts are told')
    .option('--helm-api-versions <version>', 'API version that charts are told; several times', several)
    .option('-o, --output <path>', 'write to this file, or to a file per object when it is a folder')
    .option('--allow-remote', 'fetch remote bases (with git), files and charts')
    .action(async (folder: string, options: KustomizeOptions) => {
      const loadRestrictions = Object.hasOwn(RESTRICTIONS, options.loadRestrictor)
        ? RESTRICTIONS[options.loadRestrictor as keyof typeof RESTRICTIONS]
        : undefined;
      if (!loadRestrictions)
        throw new CliError(
          `unknown load restrictor "${options.loadRestrictor}": use ${Object.keys(RESTRICTIONS).join(' or ')}`,
          EXIT.usage,
        );
      // Loaded when asked for: other commands start without it.
      const { buildWithNetwork } = await import('./build-with-network.js');
      // Bases may lie anywhere above, so the tree is the whole machine; the restrictor keeps files below their kustomization.
      const result = await buildWithNetwork(
        {
          tree: new DiskFileTree('/'),
          path: resolve(folder).slice(1),
          loadRestrictions,
          reorder: 'legacy',
        },
        {
          enableHelm: options.enableHelm === true,
          allowRemote: options.allowRemote === true,
          kubeVersion: options.helmKubeVersion,
          apiVersions: options.helmApiVersions,
        },
      ).catch((error: unknown) => {
        if (!(error instanceof CodedError)) throw error;
        throw new CliError(ofThisMachine(error.message, resolve(folder)), EXIT.failed, { cause: error });
      });
      for (const warning of result.warnings)
        process.stderr.write(`# Warning: ${warning.replace(/^#? ?Warning: /, '')}\n`);
      if (options.output === undefined) process.stdout.write(result.text);
      else writeResult(options.output, result);
    });
}
