import { readFileSync } from 'node:fs';
import { CodedError, MemoryFileTree, type JsonValue } from '@lotse/manifests';
import { describe, expect, it } from 'vitest';
import { evaluateJsonnet } from './evaluate-jsonnet.js';

/** What go-jsonnet answers to each program, or nothing where it refuses; made by `test/oracle/jsonnet/probe.mjs --record`. */
const answers = JSON.parse(
  readFileSync(new URL('testdata/jsonnet-answers.json', import.meta.url), 'utf8'),
) as [program: string, value?: JsonValue][];

const evaluate = (program: string): JsonValue =>
  evaluateJsonnet({ tree: new MemoryFileTree({ 'main.jsonnet': program }), path: 'main.jsonnet' });

describe('programs answered as go-jsonnet answers them', () => {
  it.each(answers.filter(({ length }) => length === 2))('%s', (program, value) => {
    expect(JSON.parse(JSON.stringify(evaluate(program)))).toEqual(value);
  });

  it.each(answers.filter(({ length }) => length === 1))('refuses %s', (program) => {
    expect(() => evaluate(program)).toThrow(CodedError);
  });
});
