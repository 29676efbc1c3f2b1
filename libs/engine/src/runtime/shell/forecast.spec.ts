import { describe, expect, it } from 'vitest';
import { forecast } from './forecast.js';
import { SILENT_NETWORK, surroundings } from './testing/surroundings.js';

const YEAR_2030_MS = 1_900_000_000_000;

function exitCodeOf(
  script: string,
  { startedMs = 0, directory = '/', ip = '10.0.0.1' } = {},
): number | undefined {
  const network = { ...SILENT_NETWORK, ip };
  const { end } = forecast(['sh', '-c', script], surroundings({ network, directory, startedMs }));
  return end?.exitCode;
}

describe('the forecast of a script', () => {
  it('is not that of a script that began at another time', () => {
    const script = '[ $(date +%Y) = 1970 ] && exit 3; exit 4';
    expect(exitCodeOf(script)).toBe(3);
    expect(exitCodeOf(script, { startedMs: YEAR_2030_MS })).toBe(4);
  });

  it('is not that of a script in another directory or at another address', () => {
    const inApp = '[ $(pwd) = /app ] && exit 3; exit 4';
    expect(exitCodeOf(inApp)).toBe(4);
    expect(exitCodeOf(inApp, { directory: '/app' })).toBe(3);
    const isFirst = '[ $(hostname -i) = 10.0.0.1 ] && exit 3; exit 4';
    expect(exitCodeOf(isFirst)).toBe(3);
    expect(exitCodeOf(isFirst, { ip: '10.0.0.2' })).toBe(4);
  });
});
