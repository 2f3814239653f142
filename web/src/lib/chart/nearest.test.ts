import { describe, expect, it } from 'vitest';
import { nearestLine, rowAt } from './nearest';
import { rowsOfPoints } from './row';
import { LINEAR } from './scale';
import { projectionOf } from './trace';

const by = projectionOf(
  [0, 100],
  [0, 100],
  { xScale: LINEAR, yScale: LINEAR },
  { left: 0, top: 0, width: 100, height: 100 },
);
const line = (x: number[], y: number[]) => {
  const rows = rowsOfPoints(x, y);
  return { rows, height: rows.smooth };
};

describe('the row at the cursor', () => {
  const { rows } = line([10, 20, 60], [1, 2, 3]);
  it('is the nearest one within the line', () =>
    expect([12, 18, 41, 59].map((x) => rowAt(rows, x, 1))).toEqual([0, 1, 2, 2]));
  it('is none beyond the ends of the line', () => expect([0, 90].map((x) => rowAt(rows, x, 1))).toEqual([-1, -1]));
  it('reaches a few pixels beyond the ends', () => expect([5, 64].map((x) => rowAt(rows, x, 1))).toEqual([0, 2]));
  it('is none of no rows', () => expect(rowAt(line([], []).rows, 3, 1)).toBe(-1));
});

describe('the line under the pointer', () => {
  const lines = [line([0, 100], [10, 10]), line([0, 100], [0, 100]), line([0, 20], [90, 90])];
  it('is the nearest at that column, between points too', () => {
    expect(nearestLine(lines, by, 80, 85)).toBe(0);
    expect(nearestLine(lines, by, 80, 25)).toBe(1);
    expect(nearestLine(lines, by, 10, 12)).toBe(2);
  });
  it('is no line that has no point there', () => expect(nearestLine(lines, by, 80, 10)).toBe(1));
  it('is none farther than the reach', () => expect(nearestLine(lines, by, 80, 60, 20)).toBe(-1));
});
