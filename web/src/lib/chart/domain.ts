/**
 * What an axis spans. The y axis follows the finite values that are visible, padded a little and brought to round numbers: it then stays
 * where it is while points arrive, and moves only when one would leave it.
 */
import { rowsInside, type Range, type Rows } from './row';
import { forward, onScale, type Scale } from './scale';
import { tickStep } from './tick';

/** Which columns of a line are drawn, and so count for the y axis. */
export interface Drawn {
  /** The smoothed line; false when the values themselves are the line. */
  smooth: boolean;
  /** The values: as the line, as the faint raw line or as the band. */
  values: boolean;
  /** The bands of groups. */
  bands?: boolean;
}

/** Grows by what it has seen. Reused over lines, so that following 100 lines makes no garbage. */
export class Extent {
  low = Infinity;
  high = -Infinity;
  /** Values that a log axis cannot show: zero or less. */
  dropped = 0;

  add(value: number, log: boolean): void {
    // NaN fails both comparisons of the last line; infinities have no place on an axis.
    if (value === Infinity || value === -Infinity) return;
    if (log && value <= 0) {
      this.dropped++;
      return;
    }
    if (value < this.low) this.low = value;
    if (value > this.high) this.high = value;
  }

  get range(): Range | null {
    return this.low <= this.high ? [this.low, this.high] : null;
  }
}

/** Adds what is visible of a line within `x`: its rows there and, where a line crosses an edge, its height at the edge. */
export function addVisible(
  extent: Extent,
  rows: Rows,
  x: Range,
  drawn: Drawn,
  scales: { readonly xScale: Scale; readonly yScale: Scale },
): void {
  const log = scales.yScale.kind === 'log';
  const [from, to] = rowsInside(rows.x, x);
  for (let i = from; i < to; i++) {
    if (drawn.values) {
      extent.add(rows.min[i]!, log);
      extent.add(rows.max[i]!, log);
    }
    if (drawn.smooth) extent.add(rows.smooth[i]!, log);
    if (drawn.bands && rows.low && rows.high) {
      // What a log axis leaves out of a band leaves out no value.
      if (!log || rows.low[i]! > 0) extent.add(rows.low[i]!, log);
      if (!log || rows.high[i]! > 0) extent.add(rows.high[i]!, log);
    }
  }
  if (drawn.values) {
    edge(extent, rows.x, rows.last, rows.first, from, x[0], scales);
    edge(extent, rows.x, rows.last, rows.first, to, x[1], scales);
  }
  if (drawn.smooth) {
    edge(extent, rows.x, rows.smooth, rows.smooth, from, x[0], scales);
    edge(extent, rows.x, rows.smooth, rows.smooth, to, x[1], scales);
  }
}

/** The height of the segment that ends at row `after`, where it crosses `at`. */
function edge(
  extent: Extent,
  x: Float64Array,
  out: Float64Array,
  into: Float64Array,
  after: number,
  at: number,
  { xScale, yScale }: { readonly xScale: Scale; readonly yScale: Scale },
): void {
  const log = yScale.kind === 'log';
  if (after === 0 || after === x.length) return;
  const [x0, x1, y0, y1] = [x[after - 1]!, x[after]!, out[after - 1]!, into[after]!];
  if (log && (y0 <= 0 || y1 <= 0)) return;
  const [t, t0, t1] = [forward(xScale, at), forward(xScale, x0), forward(xScale, x1)];
  const y = x1 > x0 ? y0 + ((y1 - y0) * (t - t0)) / (t1 - t0) : y0;
  if (Number.isFinite(y)) extent.add(y, log);
}

/** Share of the span added on each side before rounding outwards. */
const PADDING = 0.04;

/** The span of an axis must be a double too, padding and rounding included. */
const LARGEST = 6e307;

/** A y axis for values within `extent`, about `lines` grid lines high. Of values of one sign it does not cross zero. */
export function niceDomain(extent: Range | null, lines = 5): Range {
  if (extent === null) return [0, 1];
  const low = Math.max(extent[0], -LARGEST);
  const high = Math.min(extent[1], LARGEST);
  if (isConstant(low, high)) return aroundConstant(low);
  const padding = (high - low) * PADDING;
  // Half a grid step is round enough and wastes little of a low chart.
  const unit = tickStep(low - padding, high + padding, lines) / 2;
  const padded: [number, number] = [outward(low - padding, unit, Math.floor), outward(high + padding, unit, Math.ceil)];
  if (extent[0] >= 0 && padded[0] < 0) padded[0] = 0;
  if (extent[1] <= 0 && padded[1] > 0) padded[1] = 0;
  return padded;
}

/** A symlog y axis: a little room on each side, as it is seen. */
export function symlogDomain(extent: Range | null, scale: Scale): Range {
  if (extent === null) return [-1, 1];
  if (isConstant(...extent)) return aroundConstant(extent[0]);
  return onScale(scale, extent, ([low, high]) => [low - (high - low) * PADDING, high + (high - low) * PADDING])!;
}

/** Rounding to 1, 2 and 5 leaves room by itself; this keeps a line off the edge it would just touch. */
const LOG_PADDING = 1.04;

/** Values within such a factor are seen better between round distances: from 0.30 to 0.31 a line would be flat between 0.2 and 0.5. */
const NARROW = 3;

/** A logarithmic y axis for positive values: from and to a 1, 2 or 5 times a power of ten. */
export function niceLogDomain(extent: Range | null, lines = 5): Range {
  if (extent === null) return [0.1, 10];
  const [low, high] = extent;
  if (high / low < NARROW && !isConstant(low, high)) return niceDomain(extent, lines);
  return [roundLog(low / LOG_PADDING, -1), roundLog(high * LOG_PADDING, 1)];
}

/** Values that differ by less than doubles can draw are one value. */
function isConstant(low: number, high: number): boolean {
  return high - low <= Math.max(Math.abs(low), Math.abs(high)) * 1e-12;
}

/** A constant stands in the middle of its chart: between zero and twice itself, as TensorBoard has it; zero between −1 and 1. */
function aroundConstant(value: number): [number, number] {
  if (value === 0) return [-1, 1];
  return value > 0 ? [0, 2 * value] : [2 * value, 0];
}

function outward(value: number, unit: number, round: (n: number) => number): number {
  if (!(unit > 0) || !Number.isFinite(unit)) return value;
  // 0.30000000000000004 / 0.1 must not step one further out; of values that differ late, late digits count.
  const steps = value / unit;
  const near = Math.round(steps);
  const whole = Math.abs(steps - near) < Math.max(1e-9, Math.abs(steps) * 4e-16) ? near : round(steps);
  const result = Number((whole * unit).toPrecision(15));
  return Number.isFinite(result) ? result : value;
}

function roundLog(value: number, direction: 1 | -1): number {
  const power = Math.floor(Math.log10(value));
  const candidates = [0.5, 1, 2, 5, 10, 20].map((m) => Number(`${m * 10}e${power - 1}`));
  const found = direction > 0 ? candidates.find((c) => c >= value) : candidates.findLast((c) => c <= value);
  return found !== undefined && found > 0 && Number.isFinite(found) ? found : value;
}

/**
 * The x axis of everything: from the first to the last point of all lines. While a live line has the last point, the axis has some room
 * beyond it, to a round number, so that it need not move with every point.
 */
export function wholeRange(extents: readonly Range[], live: boolean): Range {
  let low = Infinity;
  let high = -Infinity;
  for (const [from, to] of extents) {
    if (from < low) low = from;
    if (to > high) high = to;
  }
  if (!(low <= high)) return [0, 1];
  if (low === high) return [low - 1, high + 1];
  if (live) {
    const unit = tickStep(low, high, 20);
    high = low + outward(high - low, unit, Math.ceil);
  }
  return [low, high];
}

/** `range` scaled by `factor` about `at` (which keeps its place): below 1 zooms in. Null when nothing would be left to see. */
export function zoomAbout([low, high]: Range, at: number, factor: number): Range | null {
  const zoomed: Range = [at - (at - low) * factor, at + (high - at) * factor];
  const width = zoomed[1] - zoomed[0];
  // Beyond 2^-40 of its distance from zero, doubles no longer tell pixels apart.
  return Number.isFinite(width) && width > Math.max(Math.abs(low), Math.abs(high), 1e-300) * 2 ** -40 ? zoomed : null;
}

/** At least two steps of an axis of steps: between one and the next there is nothing to see. Far from zero, as many as doubles tell apart. */
export function widenedToSteps(range: Range): Range {
  const middle = (range[0] + range[1]) / 2;
  const half = Math.max(1, Math.abs(middle) * 2 ** -51);
  return range[1] - range[0] < 2 * half ? [middle - half, middle + half] : range;
}

/** `range` moved by a share of its width. */
export function panBy([low, high]: Range, share: number): Range {
  const by = (high - low) * share;
  return [low + by, high + by];
}

/** Keeps a zoom within the data: what covers all of it is no zoom any more. */
export function clampZoom(range: Range, whole: Range): Range | null {
  const width = range[1] - range[0];
  if (width >= whole[1] - whole[0]) return null;
  const low = Math.min(Math.max(range[0], whole[0]), whole[1] - width);
  return [low, low + width];
}

/**
 * The range of values without outliers, as TensorBoard has it: of the sorted finite values, those at index ceil(0.05 (n − 1)) and
 * floor(0.95 (n − 1)) when there are more than two. Sorts what it is given.
 * Source: `computeDataSeriesExtent` in
 * https://github.com/tensorflow/tensorboard/blob/2.21.0/tensorboard/webapp/widgets/line_chart_v2/line_chart_internal_utils.ts
 */
export function withoutOutliers(values: number[]): Range | null {
  const finite = Float64Array.from(values.filter(Number.isFinite)).sort();
  const n = finite.length;
  if (n === 0) return null;
  if (n <= 2) return [finite[0]!, finite[n - 1]!];
  return [finite[Math.ceil((n - 1) * 0.05)]!, finite[Math.floor((n - 1) * 0.95)]!];
}
