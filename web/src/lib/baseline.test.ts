import { expect, test } from 'vitest';
import { heightAt, percentCell, percentOf, percentWords } from './baseline';
import { rowsOfPoints } from './chart/row';

test.each([
  [0.11, 0.1, '+10 %'],
  [0.09, 0.1, '−10 %'],
  [0.1, 0.1, '0 %'],
  [-1, -2, '+50 %'],
  [-3, -2, '−50 %'],
  [1, -2, '+150 %'],
  [2345.678, 1, '+234,468 %'],
  [1e12, 1, '+1.0e14 %'],
  [1.000001, 1, '< +0.001 %'],
  [0.999999, 1, '> −0.001 %'],
  [1, 0, '–'],
  [0, 0, '–'],
  [NaN, 1, '–'],
  [1, Infinity, '–'],
  [1, null, '–'],
  [undefined, 1, '–'],
])('%s beside %s is %s', (value, base, words) => {
  expect(percentWords(percentOf(value, base))).toContain(words);
});

test.each([
  [null, '–'],
  [0, '0 %'],
  [-0.00656, '−0.01 %'],
  [0.0044, '≈ 0 %'],
  [-0.0044, '≈ 0 %'],
  [2.1449, '+2.14 %'],
  [-40.7, '−40.70 %'],
  [234.56, '+234.6 %'],
  [-1234.5, '−1,235 %'],
  [234_468, '+2e5 %'],
])('%s is %s in a column', (percent, words) => {
  expect(percentCell(percent)).toBe(words);
});

test('a line between two of its points is the straight line, and nothing beyond its ends or beside a NaN', () => {
  const rows = rowsOfPoints([0, 10, 20, 30], [1, 2, NaN, 4]);
  const at = (x: number) => heightAt(rows, rows.first, rows.last, x);
  expect([at(0), at(5), at(10), at(30)]).toEqual([1, 1.5, 2, 4]);
  expect([at(-1), at(15), at(20), at(25), at(31)]).toEqual([NaN, NaN, NaN, NaN, NaN]);
});

test('beside a row that holds a NaN among finite values there is no line either', () => {
  const rows = rowsOfPoints([0, 10, 20, 30], [1, 2, 3, 4]);
  rows.nanCount[1] = 1;
  rows.posinfCount[3] = 1;
  const at = (x: number) => heightAt(rows, rows.first, rows.last, x);
  expect([at(0), at(10), at(20)]).toEqual([1, 2, 3]);
  expect([at(5), at(15), at(25)]).toEqual([NaN, NaN, NaN]);
});
