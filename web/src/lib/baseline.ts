/** Values beside those of a baseline run. Pure. */

import { notFinite, upperBound, type Rows } from './chart/row';

/**
 * The difference of a value from the baseline's, in per cent of the baseline's size: 100 (value − base) / |base|, so that more is more whatever
 * the sign. Null where there is no such figure: the baseline is 0 or missing, or either is not finite.
 */
export function percentOf(value: number | null | undefined, base: number | null | undefined): number | null {
  if (value == null || base == null || base === 0 || !Number.isFinite(value) || !Number.isFinite(base)) return null;
  const percent = (100 * (value - base)) / Math.abs(base);
  return Number.isFinite(percent) ? percent : null;
}

/** `+12.3 %`, `−0.04 %`, `0 %`; "–" where there is none. */
export function percentWords(percent: number | null): string {
  if (percent === null) return '–';
  const size = Math.abs(percent);
  if (size === 0) return '0 %';
  const digits =
    size >= 1000 ? size.toLocaleString('en-US', { maximumFractionDigits: 0 }) : Number(size.toPrecision(3));
  // Between nothing and that: its sign is known.
  if (size < 0.001) return percent < 0 ? '> −0.001 %' : '< +0.001 %';
  const words = size >= 1e6 ? size.toExponential(1).replace('+', '') : String(digits);
  return `${percent < 0 ? '−' : '+'}${words} %`;
}

/** The same in a column beside figures, at most nine letters: two decimals, so that they stand in line, and fewer of what is large. */
export function percentCell(percent: number | null): string {
  const size = Math.abs(percent ?? 0);
  if (percent === null || size === 0) return percentWords(percent);
  if (size < 0.005) return '≈ 0 %';
  const decimals = size < 100 ? 2 : size < 1000 ? 1 : 0;
  const words =
    size < 9999.5
      ? size.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
      : size.toExponential(0).replace('+', '');
  return `${percent < 0 ? '−' : '+'}${words} %`;
}

/**
 * What a line is at `x`: the value of its row there, between two rows the straight line between them. NaN before its first row, after its
 * last, and beside a value that is not finite. `height` is the column that is drawn; `first` the one a row begins with.
 */
export function heightAt(rows: Rows, first: Float64Array, height: Float64Array, x: number): number {
  const after = upperBound(rows.x, x);
  const before = after - 1;
  if (before < 0) return NaN;
  if (rows.x[before] === x) return first[before]!;
  if (after >= rows.x.length) return NaN;
  if (notFinite(rows, before) > 0 || notFinite(rows, after) > 0) return NaN;
  const share = (x - rows.x[before]!) / (rows.x[after]! - rows.x[before]!);
  return height[before]! + (first[after]! - height[before]!) * share;
}
