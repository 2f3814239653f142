import { expect, test } from 'vitest';
import { fewWords, findChanges } from './few';
import { rowsOfPoints, type Rows } from './row';

const rows = (runs: number[], runsMax = runs): Rows => ({
  ...rowsOfPoints(runs, runs),
  runs: Int32Array.from(runs),
  runsMax: Int32Array.from(runsMax),
});
const told = (of: Rows, from = 0) => findChanges(of, from, of.x.length).map((change) => [change.row, fewWords(change)]);

test('runs that end make the number fall, where they end', () => {
  expect(told(rows([3, 3, 2, 2, 1]))).toEqual([
    [2, '2 of 3 runs'],
    [4, '1 of 3 runs'],
  ]);
});

test('a run that begins later is missing from the first row on, and its beginning is a change', () => {
  expect(told(rows([2, 2, 3]))).toEqual([
    [0, '2 of 3 runs'],
    [2, '3 of 3 runs'],
  ]);
});

test('a row of many places counts with the fewest, against the most there are', () => {
  expect(told(rows([3, 2, 3], [3, 3, 3]))).toEqual([
    [1, '2 of 3 runs'],
    [2, '3 of 3 runs'],
  ]);
});

test('what is in sight may begin in the middle: the row before it is known', () => {
  expect(told(rows([3, 2, 2, 1]), 2)).toEqual([[3, '1 of 3 runs']]);
});

test('a run has no changes', () => {
  expect(findChanges(rowsOfPoints([0, 1], [1, 2]), 0, 2)).toEqual([]);
});
