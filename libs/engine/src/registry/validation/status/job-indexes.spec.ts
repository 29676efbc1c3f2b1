import { expect, it } from 'vitest';
import { commonIndex, indexesProblem } from './job-indexes.js';

it.each([
  ['', undefined],
  ['0,2-4,9', undefined],
  ['3,1', 'non-increasing order, previous: 3, current: 1'],
  ['2-2', 'non-increasing order, previous: 2, current: 2'],
  [
    '1-2-3',
    `the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`,
  ],
  ['1,x', 'cannot convert string to integer for index: "x"'],
  ['-1', 'cannot convert string to integer for index: ""'],
  ['10', 'too large index: "10"'],
])('reads the indexes %j of ten', (text, problem) => {
  expect(indexesProblem(text, 10)).toBe(problem);
});

it.each([
  ['0-3', '3-5', 3],
  ['1,5,7', '2-4,7', 7],
  ['x,4', '4', 4],
  ['0-2', '3-5', undefined],
  ['', '1', undefined],
])('finds what %j and %j have in common', (one, other, common) => {
  expect(commonIndex(one, other, 10)).toBe(common);
});
