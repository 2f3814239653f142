/**
 * From rows to strokes. One path for each line, in device pixels, straight from the typed arrays: 100 lines of 800 rows are drawn in every
 * frame of a zoom, so nothing is made per point.
 */
import type { Rows } from './row';
import { forward, inverse, type Scale } from './scale';

/** Where a path goes: a `CanvasRenderingContext2D`, a `Path2D`, or a recorder in a test. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

/** px = t(x) * xScale + xShift, py = t(y) * yScale + yShift, where t is each axis' own scale (scale.ts). */
export interface Projection {
  readonly xScale: number;
  readonly xShift: number;
  readonly yScale: number;
  readonly yShift: number;
  readonly x: Scale;
  readonly y: Scale;
}

/** The projection of `[x0, x1] x [y0, y1]` onto a box; y grows upwards. */
export function projectionOf(
  x: readonly [number, number],
  y: readonly [number, number],
  scales: { readonly xScale: Scale; readonly yScale: Scale },
  box: { left: number; top: number; width: number; height: number },
): Projection {
  const [left, right] = [forward(scales.xScale, x[0]), forward(scales.xScale, x[1])];
  const [low, high] = [forward(scales.yScale, y[0]), forward(scales.yScale, y[1])];
  const xScale = box.width / (right - left || 1);
  const yScale = -box.height / (high - low || 1);
  return {
    x: scales.xScale,
    y: scales.yScale,
    xScale,
    xShift: box.left - left * xScale,
    yScale,
    yShift: box.top + box.height - low * yScale,
  };
}

export function sameProjection(a: Projection, b: Projection): boolean {
  return (
    a.xScale === b.xScale &&
    a.xShift === b.xShift &&
    a.yScale === b.yScale &&
    a.yShift === b.yShift &&
    a.x === b.x &&
    a.y === b.y
  );
}

/** Pixel row of a value; NaN when the axis has no place for it. */
export function yPixel(to: Projection, value: number): number {
  return (to.y.kind === 'linear' ? value : forward(to.y, value)) * to.yScale + to.yShift;
}

/** Pixel column. */
export function xPixel(to: Projection, x: number): number {
  return (to.x.kind === 'linear' ? x : forward(to.x, x)) * to.xScale + to.xShift;
}

/** The x at a pixel column. */
export function xAtPixel(to: Projection, pixel: number): number {
  return inverse(to.x, (pixel - to.xShift) / to.xScale);
}

/** The value at a pixel row. */
export function yAtPixel(to: Projection, pixel: number): number {
  return inverse(to.y, (pixel - to.yShift) / to.yScale);
}

/** Far outside any canvas; a coordinate beyond would lose the line's slope to rounding inside the rasteriser. */
const FAR = 1e6;
/** An infinite value has no place; a finite one is only brought near. */
const near = (pixel: number) =>
  pixel > FAR ? (pixel === Infinity ? NaN : FAR) : pixel < -FAR ? (pixel === -Infinity ? NaN : -FAR) : pixel;

/** Points that no line reaches, as pixel pairs: they are drawn as dots, or they would be invisible. */
export type Lone = number[];

/** One value a row, for instance `rows.smooth`. The line breaks where it is not finite (or not positive on a log axis). */
export function traceColumn(
  pen: Pen,
  x: Float64Array,
  column: Float64Array,
  from: number,
  to: number,
  by: Projection,
  lone: Lone,
): void {
  let run = 0;
  let [lastX, lastY] = [0, 0];
  for (let i = from; i < to; i++) {
    const y = near(yPixel(by, column[i]!));
    if (y !== y) {
      if (run === 1) lone.push(lastX, lastY);
      run = 0;
      continue;
    }
    const px = near(xPixel(by, x[i]!));
    if (run++ === 0) pen.moveTo(px, y);
    else pen.lineTo(px, y);
    [lastX, lastY] = [px, y];
  }
  if (run === 1) lone.push(lastX, lastY);
}

/**
 * The values as they are: through each row's first, minimum, maximum and last, which covers the same pixels as a line through every point.
 * A row of one point adds one corner. The line breaks at a row that has a value which is not finite.
 */
export function traceValues(pen: Pen, rows: Rows, from: number, to: number, by: Projection, lone: Lone): void {
  const { x, first, min, max, last, count, nanCount, posinfCount, neginfCount } = rows;
  let run = 0;
  let [lastX, lastY] = [0, 0];
  for (let i = from; i < to; i++) {
    const px = near(xPixel(by, x[i]!));
    let enter = near(yPixel(by, first[i]!));
    const leave = near(yPixel(by, last[i]!));
    const high = near(yPixel(by, max[i]!));
    if (high !== high) {
      // Nothing finite (or, on a log axis, nothing positive) in this row.
      if (run === 1) lone.push(lastX, lastY);
      run = 0;
      continue;
    }
    if (enter !== enter) enter = high;
    if (run++ === 0) pen.moveTo(px, enter);
    else pen.lineTo(px, enter);
    [lastX, lastY] = [px, enter];
    if (count[i]! > 1) {
      let low = near(yPixel(by, min[i]!));
      if (low !== low) low = FAR; // on a log axis the bar runs down out of the chart
      pen.lineTo(px, low);
      pen.lineTo(px, high);
      if (leave === leave) {
        pen.lineTo(px, leave);
        lastY = leave;
      } else lastY = high;
      run++;
      if (nanCount[i]! + posinfCount[i]! + neginfCount[i]! > 0) run = 0;
    }
  }
  if (run === 1) lone.push(lastX, lastY);
}

/**
 * The area of a group's band; of a run, that between minimum and maximum where rows stand for several points. Closed pieces, to be filled as
 * one path.
 */
export function traceBand(pen: Pen, rows: Rows, from: number, to: number, by: Projection): boolean {
  const { x, count } = rows;
  const [min, max] = [rows.low ?? rows.min, rows.high ?? rows.max];
  let any = false;
  let start = -1;
  const close = (end: number) => {
    // Out along the maxima, back along the minima.
    for (let i = start; i < end; i++) {
      const [px, py] = [near(xPixel(by, x[i]!)), near(yPixel(by, max[i]!))];
      if (i === start) pen.moveTo(px, py);
      else pen.lineTo(px, py);
    }
    for (let i = end - 1; i >= start; i--) {
      const low = near(yPixel(by, min[i]!));
      pen.lineTo(near(xPixel(by, x[i]!)), low === low ? low : FAR);
    }
    any = true;
    start = -1;
  };
  for (let i = from; i < to; i++) {
    const inside = (rows.high !== undefined || count[i]! > 1) && yPixel(by, max[i]!) === yPixel(by, max[i]!);
    if (inside && start < 0) start = i;
    if (!inside && start >= 0) close(i);
  }
  if (start >= 0) close(to);
  return any;
}
