import { describe, expect, it } from 'vitest';
import { findGaps, gapWords } from './gap';
import { rowsOfPoints } from './row';

const gaps = (values: number[]) => {
  const rows = rowsOfPoints(
    values.map((_, i) => i * 10),
    values,
  );
  return findGaps(rows, rows.smooth, 0, values.length);
};

describe('values that are not finite', () => {
  it('are one gap each stretch', () =>
    expect(gaps([1, NaN, NaN, 2, NaN]).map((g) => [g.step, g.points])).toEqual([
      [10, 2],
      [40, 1],
    ]));
  it('stand on the last finite value before', () => expect(gaps([1, 5, NaN])[0]!.base).toBe(5));
  it('stand on the first finite value when there is none before', () => expect(gaps([NaN, 5])[0]!.base).toBe(5));
  it('have nothing to stand on when the line has no finite value', () =>
    expect(gaps([NaN, Infinity])[0]!.base).toBeNull());
  it('are told apart', () =>
    expect(gaps([1, Infinity, 1, -Infinity, 1, NaN]).map((g) => g.what)).toEqual(['∞', '−∞', 'NaN']));
  it('are said to go on to the end only when they do', () => {
    expect(gaps([1, NaN, NaN]).map((g) => gapWords(g, '10'))).toEqual(['NaN from 10']);
    expect(gaps([1, NaN, 2]).map((g) => gapWords(g, '10'))).toEqual(['NaN at 10']);
  });
  it('inside a bucket do not join the next one', () => {
    const rows = { ...rowsOfPoints([0, 1], [1, 2]), count: Int32Array.of(5, 5), nanCount: Int32Array.of(1, 2) };
    expect(findGaps(rows, rows.smooth, 0, 2).map((g) => [g.points, g.final])).toEqual([
      [1, false],
      [2, false],
    ]);
  });
});
