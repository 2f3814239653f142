import { expect, test } from 'vitest';
import { rowOfStep } from './mark';
import type { Rows } from './row';

const rows = (step: number[], count: number[]) =>
  ({ step: Float64Array.from(step), count: Int32Array.from(count) }) as unknown as Rows;

test('a step is in the row that begins at or before it', () => {
  const some = rows([0, 100, 200], [100, 100, 50]);
  expect([0, 99, 100, 199, 200, 230].map((step) => rowOfStep(some, step))).toEqual([0, 0, 1, 1, 2, 2]);
});

test('a step before the line, or after its last point, is in no row', () => {
  const some = rows([10, 20, 30], [1, 1, 1]);
  expect([9, 30, 31].map((step) => rowOfStep(some, step))).toEqual([-1, 2, -1]);
  expect(rowOfStep(rows([], []), 3)).toBe(-1);
});
