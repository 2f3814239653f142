import { describe, expect, it } from 'vitest';
import { rowsOfPoints, type Rows } from './row';
import { LINEAR, LOG as LOG_SCALE } from './scale';
import { projectionOf, traceBand, traceColumn, traceValues, xAtPixel, xPixel, yPixel, type Pen } from './trace';

const UNIT = projectionOf(
  [0, 10],
  [0, 10],
  { xScale: LINEAR, yScale: LINEAR },
  { left: 0, top: 0, width: 10, height: 10 },
);
const LOG = projectionOf(
  [0, 10],
  [1, 100],
  { xScale: LINEAR, yScale: LOG_SCALE },
  { left: 0, top: 0, width: 10, height: 10 },
);

class Recorder implements Pen {
  path = '';
  moveTo(x: number, y: number) {
    this.path += `M${x} ${y}`;
  }
  lineTo(x: number, y: number) {
    this.path += `L${x} ${y}`;
  }
}

const values = (rows: Rows, by = UNIT) => {
  const pen = new Recorder();
  const lone: number[] = [];
  traceValues(pen, rows, 0, rows.x.length, by, lone);
  return { path: pen.path, lone };
};

/** One row for three points: 2, 9, 1, 4. */
const bucket = (): Rows => ({
  ...rowsOfPoints([0, 5, 10], [3, 4, 5]),
  first: Float64Array.of(3, 2, 5),
  last: Float64Array.of(3, 4, 5),
  min: Float64Array.of(3, 1, 5),
  max: Float64Array.of(3, 9, 5),
  count: Int32Array.of(1, 4, 1),
});

describe('the projection', () => {
  it('puts the low end at the bottom and the high end at the top', () => {
    expect(yPixel(UNIT, 0)).toBe(10);
    expect(yPixel(UNIT, 10)).toBe(0);
    expect(yPixel(LOG, 10)).toBe(5);
  });
  it('has no place for zero on a log axis', () => expect(yPixel(LOG, 0)).toBeNaN());
  it('is undone by xAtPixel', () => expect(xAtPixel(UNIT, xPixel(UNIT, 3.7))).toBeCloseTo(3.7));
});

describe('the line of values', () => {
  it('goes through every point', () => expect(values(rowsOfPoints([0, 1, 2], [1, 2, 3])).path).toBe('M0 9L1 8L2 7'));
  it('goes through first, minimum, maximum and last of a bucket', () =>
    expect(values(bucket()).path).toBe('M0 7L5 8L5 9L5 1L5 6L10 5'));
  it('breaks where a value is not finite', () =>
    expect(values(rowsOfPoints([0, 1, 2, 3, 4], [1, 2, NaN, 3, 4])).path).toBe('M0 9L1 8M3 7L4 6'));
  it('breaks where a log axis has no place', () =>
    expect(values(rowsOfPoints([0, 1, 2, 3], [1, 1, -5, 1]), LOG).path).toContain('M3 10'));
  it('tells a point that no line reaches, so that it is drawn as a dot', () => {
    expect(values(rowsOfPoints([3], [4])).lone).toEqual([3, 6]);
    expect(values(rowsOfPoints([0, 1, 2], [1, NaN, 3])).lone).toEqual([0, 9, 2, 7]);
  });
});

describe('the smoothed line', () => {
  it('is one column', () => {
    const pen = new Recorder();
    const rows = rowsOfPoints([0, 1, 2], [0, 0, 0], [1, 2, Infinity]);
    traceColumn(pen, rows.x, rows.smooth, 0, 3, UNIT, []);
    expect(pen.path).toBe('M0 9L1 8');
  });
  it('breaks at an infinity of either sign', () => {
    const pen = new Recorder();
    const rows = rowsOfPoints([0, 1, 2, 3, 4], [0, 0, 0, 0, 0], [1, -Infinity, 2, Infinity, 3]);
    const lone: number[] = [];
    traceColumn(pen, rows.x, rows.smooth, 0, 5, UNIT, lone);
    expect(pen.path).toBe('M0 9M2 8M4 7');
    expect(lone).toEqual([0, 9, 2, 8, 4, 7]);
  });
  it('keeps its slope towards a value far outside', () => {
    const pen = new Recorder();
    traceColumn(pen, Float64Array.of(0, 1), Float64Array.of(0, 1e300), 0, 2, UNIT, []);
    expect(pen.path).toBe('M0 10L1 -1000000');
  });
});

describe('the band', () => {
  it('runs out along the maxima and back along the minima of buckets, and leaves single points out', () => {
    const rows: Rows = { ...bucket(), count: Int32Array.of(2, 4, 1) };
    const pen = new Recorder();
    expect(traceBand(pen, rows, 0, 3, UNIT)).toBe(true);
    expect(pen.path).toBe('M0 7L5 1L5 9L0 7');
  });
  it('of a group is its own, through rows of single places too, and breaks where there is none', () => {
    const rows: Rows = {
      ...rowsOfPoints([0, 1, 2, 3], [5, 5, 5, 5]),
      low: Float64Array.of(4, 3, NaN, 4),
      high: Float64Array.of(6, 7, NaN, 6),
    };
    const pen = new Recorder();
    expect(traceBand(pen, rows, 0, 4, UNIT)).toBe(true);
    expect(pen.path).toBe('M0 4L1 3L1 7L0 6M3 4L3 6');
  });
  it('is nothing when every row is a point', () =>
    expect(traceBand(new Recorder(), rowsOfPoints([0, 1], [1, 2]), 0, 2, UNIT)).toBe(false));
});
