/** What the pixels of a decoded picture say: the value under the pointer, and how often each value occurs. Pure, on RGBA bytes. */

import { formatInt } from '../../lib/format';

/** Decoded pixels, row by row, four bytes each: red, green, blue, alpha (not premultiplied). The shape of `ImageData`. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Bars of the histogram; 256 values fall evenly into them. */
export const BINS = 64;
/** Above this many pixels only every n-th is counted, which takes less than a frame; the answer says so. */
const COUNT_AT_MOST = 4_194_304;

export interface PixelStatistics {
  /** How many values fall into each of {@link BINS} bins of four. */
  counts: Float64Array;
  mean: number;
  low: number;
  high: number;
  /** Every how many-th pixel was counted. */
  every: number;
  /** Whether the counted pixels are all grey: torch writes grey pictures with three equal channels. */
  grey: boolean;
}

/** Statistics of the values of a grey picture, or of all three channels of a coloured one; alpha is left out. */
export function statisticsOf(pixels: Pixels): PixelStatistics {
  const { data } = pixels;
  const total = pixels.width * pixels.height;
  const every = Math.max(1, Math.ceil(total / COUNT_AT_MOST));
  let grey = true;
  for (let at = 0; at < data.length && grey; at += 4 * every)
    grey = data[at] === data[at + 1] && data[at] === data[at + 2];
  const values = new Float64Array(256);
  for (let at = 0; at < data.length; at += 4 * every) {
    values[data[at]!]!++;
    if (grey) continue;
    values[data[at + 1]!]!++;
    values[data[at + 2]!]!++;
  }
  const counts = new Float64Array(BINS);
  let [sum, n, low, high] = [0, 0, 255, 0];
  values.forEach((count, value) => {
    if (count === 0) return;
    counts[binOf(value)]! += count;
    sum += count * value;
    n += count;
    low = Math.min(low, value);
    high = Math.max(high, value);
  });
  return { counts, mean: n > 0 ? sum / n : NaN, low: n > 0 ? low : NaN, high: n > 0 ? high : NaN, every, grey };
}

/** The bar a value stands in. */
export function binOf(value: number): number {
  return Math.floor((value / 256) * BINS);
}

/** Heights of the bars in px: by the square root, so that a background of one value does not flatten the rest. 0 only where nothing is. */
export function barHeights(counts: ArrayLike<number>, height: number): number[] {
  const all = Array.from(counts);
  const most = Math.max(...all, 1);
  return all.map((count) => (count === 0 ? 0 : Math.max(1, Math.sqrt(count / most) * height)));
}

export interface PixelUnder {
  readonly x: number;
  readonly y: number;
  readonly rgba: readonly [number, number, number, number];
}

/** The pixel at a place in the shown picture (`shown*` px wide and high); null outside of it. */
export function pixelUnder(
  x: number,
  y: number,
  shownWidth: number,
  shownHeight: number,
  pixels: Pixels,
): PixelUnder | null {
  const column = Math.floor((x / shownWidth) * pixels.width);
  const row = Math.floor((y / shownHeight) * pixels.height);
  if (!(column >= 0 && row >= 0 && column < pixels.width && row < pixels.height)) return null;
  const at = (row * pixels.width + column) * 4;
  return {
    x: column,
    y: row,
    rgba: [pixels.data[at]!, pixels.data[at + 1]!, pixels.data[at + 2]!, pixels.data[at + 3]!],
  };
}

/** A pixel's value in words: one figure in a grey picture, `rgb` in a coloured one, alpha where the pixel is not opaque. */
export function valueWords([r, g, b, a]: readonly [number, number, number, number], grey: boolean): string {
  return (grey ? `value ${formatInt(r)}` : `rgb ${r} ${g} ${b}`) + (a < 255 ? `, alpha ${formatInt(a)}` : '');
}
