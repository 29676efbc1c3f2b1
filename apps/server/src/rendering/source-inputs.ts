import type { SourceInput } from '@lotse/gitops';
import { inputChart } from './chart-inputs.js';
import { inputRemote, remoteCommits } from './remote-inputs.js';
import type { RenderInput } from './render-protocol.js';

/** What came from elsewhere into a render, each thing once, without what an address may keep secret. */
export function sourceInputs(inputs: readonly RenderInput[]): SourceInput[] {
  return withoutRepeats(
    inputs.flatMap((input): SourceInput[] => {
      const [key, digest] = input;
      if (digest === null) return [];
      const chart = inputChart(key);
      if (chart) {
        const { repository, name, wanted, version } = chart;
        const revision = wanted === '' ? {} : { revision: wanted };
        return [{ repoURL: bare(repository), chart: name, ...revision, version, digest }];
      }
      const address = inputRemote(key);
      if (address === undefined) return [];
      const [folder] = remoteCommits([input]);
      return folder ? [{ ...folder, repoURL: bare(folder.repoURL) }] : [{ repoURL: bare(address), digest }];
    }),
  );
}

/** The list with each input once. */
export function withoutRepeats(inputs: readonly SourceInput[]): SourceInput[] {
  return [...new Map(inputs.map((input) => [JSON.stringify(input), input])).values()];
}

/** An address without user, password and query, which may hold a token. */
function bare(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1').replace(/[?#].*$/, '');
}
