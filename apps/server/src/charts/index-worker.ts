import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { CodedError } from '@lotse/manifests';
import { readChartVersions, readRepositoryIndex } from '@lotse/helm';
import type { IndexAnswer, IndexQuestion } from './index-protocol.js';

/** The thread that reads indexes: they reach many megabytes. */
parentPort?.on('message', (question: IndexQuestion) => {
  parentPort?.postMessage(answerTo(question));
});

function answerTo({ id, file, chart }: IndexQuestion): IndexAnswer {
  try {
    const text = readFileSync(file, 'utf8');
    if (chart !== undefined) return { id, versions: readChartVersions(text, chart) ?? [] };
    const charts = [...readRepositoryIndex(text)].map(([name, versions]) => ({
      name,
      versions: versions.map(({ version }) => version),
    }));
    return { id, charts };
  } catch (error) {
    const code = error instanceof CodedError ? error.code : 'helm/repository-invalid';
    return { id, failure: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}
