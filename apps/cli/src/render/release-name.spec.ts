import { describe, expect, it } from 'vitest';
import { CliError } from '../cli-error.js';
import { releaseAndChart } from './release-name.js';

describe('name and chart of a render', () => {
  it('are the two arguments, or the chart alone', () => {
    expect(releaseAndChart(['web', './chart'], {})).toEqual({ releaseName: 'web', chart: './chart' });
    for (const options of [{}, { generateName: true }])
      expect(releaseAndChart(['./chart'], options)).toEqual({
        releaseName: 'release-name',
        chart: './chart',
      });
  });

  it('make a name from a template', () => {
    const nameTemplate = 'web-{{ randNumeric 4 }}-{{ upper "a" | lower }}';
    expect(releaseAndChart(['.'], { nameTemplate }).releaseName).toMatch(/^web-\d{4}-a$/);
  });

  it.each(['{{ fail "no" }}', '{{ .a.b.c }}', '{{'])('say why %s makes no name', (nameTemplate) => {
    expect(() => releaseAndChart(['.'], { nameTemplate })).toThrow(CliError);
  });

  it.each([{ generateName: true }, { nameTemplate: 'x' }])('refuse two names: %j', (options) => {
    expect(() => releaseAndChart(['web', '.'], options)).toThrow('and also specify a name');
  });
});
