/**
 * Rows: what a line is drawn from. A row is a point, or the points of one pixel column ("bucket"); the columns are typed arrays of equal
 * length, ascending in `x`. The server's answer is laid out the same way, so nothing is copied on the way to the canvas.
 */
import { lowerBound } from '../step';

export interface Rows {
  /** Of the row's first point, in the units of the axis (steps or seconds). */
  readonly x: Float64Array;
  readonly step: Float64Array;
  /** Seconds since the Unix epoch. */
  readonly wallTime: Float64Array;
  /** Of the row's finite values; NaN when it has none. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** The smoothed value at the row's first point, where `x` is; not finite where that point is not. */
  readonly smooth: Float64Array;
  /** Points in the row, finite or not. */
  readonly count: Int32Array;
  readonly nanCount: Int32Array;
  readonly posinfCount: Int32Array;
  readonly neginfCount: Int32Array;
  /** Of a group of runs: the band, over all places of the row; NaN where there is none. */
  readonly low?: Float64Array;
  readonly high?: Float64Array;
  /** Of a group: the fewest and the most runs that have a value in the row. */
  readonly runs?: Int32Array;
  readonly runsMax?: Int32Array;
}

/** Low and high end, both inside. */
export type Range = readonly [low: number, high: number];

/** The half-open range of rows to draw for `range`: those inside and the neighbour on each side, so that lines reach the edges. */
export function rowsAround(x: Float64Array, [low, high]: Range): [from: number, to: number] {
  return [Math.max(0, lowerBound(x, low) - 1), Math.min(x.length, upperBound(x, high) + 1)];
}

/** The half-open range of rows with low <= x <= high. */
export function rowsInside(x: Float64Array, [low, high]: Range): [from: number, to: number] {
  return [lowerBound(x, low), upperBound(x, high)];
}

/** Index of the first element > `x`. */
export function upperBound(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many points of a row are not finite. */
export function notFinite(rows: Rows, row: number): number {
  return rows.nanCount[row]! + rows.posinfCount[row]! + rows.neginfCount[row]!;
}

/** Rows of single points, for data that was never bucketed. `smooth` is the value itself unless given. */
export function rowsOfPoints(x: ArrayLike<number>, value: ArrayLike<number>, smooth: ArrayLike<number> = value): Rows {
  const finite = Float64Array.from(value, (v) => (Number.isFinite(v) ? v : NaN));
  return {
    x: Float64Array.from(x),
    step: Float64Array.from(x),
    wallTime: Float64Array.from(x),
    first: finite,
    last: finite,
    min: finite,
    max: finite,
    smooth: Float64Array.from(smooth),
    count: new Int32Array(finite.length).fill(1),
    nanCount: Int32Array.from(value, (v) => (Number.isNaN(v) ? 1 : 0)),
    posinfCount: Int32Array.from(value, (v) => (v === Infinity ? 1 : 0)),
    neginfCount: Int32Array.from(value, (v) => (v === -Infinity ? 1 : 0)),
  };
}
