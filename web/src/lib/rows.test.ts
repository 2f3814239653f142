import { expect, test } from 'vitest';
import { visibleRows } from './rows';

test('of 10,000 rows only those in the window and a few beyond are built', () => {
  expect(visibleRows(2700, 540, 27, 10_000)).toEqual([92, 128]);
});

test('the range stays within the rows, also when the list has shrunk under the scroll', () => {
  expect(visibleRows(0, 540, 27, 3)).toEqual([0, 3]);
  expect(visibleRows(5000, 540, 27, 3)).toEqual([3, 3]);
});
