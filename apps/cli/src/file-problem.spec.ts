import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { whyUnreadable, whyUnwritable } from './file-problem.js';

const folder = tmpdir();

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

it('says why a file cannot be read', () => {
  const why = (file: string): string =>
    whyUnreadable(
      file,
      thrownBy(() => readFileSync(file)),
    );
  expect(why('/no/such/file.yaml')).toBe('there is no file /no/such/file.yaml');
  expect(why(folder)).toBe(`${folder} is a folder, not a file`);
});

it('says why a file cannot be written', () => {
  const why = (file: string): string =>
    whyUnwritable(
      file,
      thrownBy(() => writeFileSync(file, '')),
    );
  expect(why('/no/such/file.yaml')).toBe('cannot write /no/such/file.yaml: there is no folder /no/such');
  expect(why(folder)).toBe(`cannot write ${folder}: it is a folder`);
});

it('gives what it has no words for as it is', () => {
  expect(whyUnreadable('a.yaml', new Error('the disk is on fire'))).toBe(
    'cannot read a.yaml: the disk is on fire',
  );
});
