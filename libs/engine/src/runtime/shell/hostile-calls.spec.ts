import { expect, it } from 'vitest';
import type { ContainerNetwork, NetworkReply } from '../container-runtime.js';
import { ScriptTimeline } from './script-timeline.js';
import { SILENT_NETWORK, surroundings } from './testing/surroundings.js';

const answer = (body: string): NetworkReply => ({ status: 200, headers: {}, body, isGuess: false });

const timelineOf = (script: string, fetch: ContainerNetwork['fetch']): ScriptTimeline =>
  new ScriptTimeline(['sh', '-c', script], surroundings({ network: { ...SILENT_NETWORK, fetch } }));

/** Requests that an endless loop sends before it has to let others have their turn. */
function requestsPerLook(body: string): number {
  let requests = 0;
  timelineOf('while true; do curl -s -o /dev/null http://api; done', () => {
    requests++;
    return answer(body);
  }).follow(3_600_000);
  return requests;
}

it('pays for requests, however little comes back', () => {
  expect(requestsPerLook('')).toBeLessThan(50);
});

it('pays for what it throws away', () => {
  expect(requestsPerLook('x'.repeat(1024 * 1024))).toBeLessThan(10);
});

it('pays for what others do for it', () => {
  let asked = 0;
  const other = timelineOf('sleep 1', () => 'refused');
  const script = timelineOf('while true; do curl -s http://other; done', () => {
    asked++;
    return answer(other.exec(['sh', '-c', 'while true; do :; done']).output);
  });
  script.follow(3_600_000);
  expect(asked).toBe(1);
});

it('gets no answer when it asks itself without end', () => {
  let asked = 0;
  const script: ScriptTimeline = timelineOf('sleep 1', () => {
    asked++;
    return answer(`${script.exec(['sh', '-c', 'curl -s http://myself']).exitCode}`);
  });
  expect(script.exec(['sh', '-c', 'curl -s http://myself']).output).not.toBe('');
  expect(asked).toBe(16);
});
