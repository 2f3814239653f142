/** What lies under the pointer: the row of a line at an x, and the line nearest to a pixel. */
import { nearestIndex } from '../step';
import type { Rows } from './row';
import { slope } from './scale';
import { xAtPixel, xPixel, yPixel, type Projection } from './trace';

/** A line's row counts as being at the cursor up to this many pixels away, or half the distance to its neighbour when that is more. */
const REACH = 6;

/** Index of the row at `x`, or -1 where the line has no point. `pixelsPerUnit`: CSS pixels, there. */
export function rowAt(rows: Rows, x: number, pixelsPerUnit: number): number {
  const index = nearestIndex(rows.x, x);
  if (index < 0) return -1;
  const at = rows.x[index]!;
  if (at === x) return index;
  const inside = x > rows.x[0]! && x < rows.x[rows.x.length - 1]!;
  return inside || Math.abs(at - x) * pixelsPerUnit <= REACH ? index : -1;
}

/** CSS pixels that a unit of the x axis takes at `x`. */
export function pixelsPerUnit(by: Projection, x: number): number {
  return Math.abs(by.xScale) * slope(by.x, x);
}

/** A line as far as picking is concerned. */
export interface Pickable {
  rows: Rows;
  /** The column that is drawn as the line. */
  height: Float64Array;
}

/** The index of the line whose drawn height at the pixel column is nearest to the pixel, within `reach` pixels; -1 when none is. */
export function nearestLine(
  lines: readonly Pickable[],
  by: Projection,
  px: number,
  py: number,
  reach = Infinity,
): number {
  let best = -1;
  let distance = reach;
  const x = xAtPixel(by, px);
  const reachable = pixelsPerUnit(by, x);
  for (let k = 0; k < lines.length; k++) {
    const { rows, height } = lines[k]!;
    const row = rowAt(rows, x, reachable);
    if (row < 0) continue;
    const off = Math.abs(heightAt(rows, height, row, x, by) - py);
    if (off < distance) [best, distance] = [k, off];
  }
  return best;
}

/** The pixel row of a line at `x`: between two points, on the segment that joins them. */
function heightAt(rows: Rows, height: Float64Array, row: number, x: number, by: Projection): number {
  const at = yPixel(by, height[row]!);
  const other = x > rows.x[row]! ? row + 1 : row - 1;
  if (other < 0 || other >= rows.x.length) return at;
  const there = yPixel(by, height[other]!);
  const [x0, x1] = [xPixel(by, rows.x[row]!), xPixel(by, rows.x[other]!)];
  if (!Number.isFinite(there) || x0 === x1) return at;
  return at + ((there - at) * (xPixel(by, x) - x0)) / (x1 - x0);
}
