import { textRenderer } from '@lotse/helm';
import { CliError, EXIT } from '../cli-error.js';

/** Who names the release; the options have Helm's names. */
export interface NameOptions {
  readonly generateName?: boolean;
  readonly nameTemplate?: string;
}

/** Without a name `helm template` takes this one, even when it shall make one. */
const UNNAMED = 'release-name';

/**
 * The name of the release and the chart, from `[NAME] CHART` and the options that make a name.
 * @throws CliError when a name is given twice.
 */
export function releaseAndChart(
  [first, second]: readonly [string, (string | undefined)?],
  { generateName, nameTemplate }: NameOptions,
): { releaseName: string; chart: string } {
  if (second !== undefined) {
    const maker = generateName
      ? '--generate-name'
      : nameTemplate !== undefined
        ? '--name-template'
        : undefined;
    if (maker !== undefined) throw new CliError(`cannot set ${maker} and also specify a name`, EXIT.usage);
    return { releaseName: first, chart: second };
  }
  if (nameTemplate !== undefined) return { releaseName: rendered(nameTemplate), chart: first };
  return { releaseName: UNNAMED, chart: first };
}

function rendered(template: string): string {
  try {
    return textRenderer({ missingKey: 'default', random: Math.random, now: Date.now })(template, {});
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(`cannot make a name from --name-template: ${why}`, EXIT.usage);
  }
}
