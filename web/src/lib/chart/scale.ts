/**
 * The scale of an axis: how far apart values stand on it. The server divides the x axis into pixel columns on the same scales
 * (analysis/scale.py).
 *
 *     linear  t = v        log  t = log10(v), v > 0        symlog  t = sign(v) log10(1 + |v| / c)
 */
import type { Range } from './row';

export type ScaleKind = 'linear' | 'log' | 'symlog';

export interface Scale {
  readonly kind: ScaleKind;
  /** Of symlog: where linear becomes logarithmic. */
  readonly c: number;
}

export const LINEAR: Scale = { kind: 'linear', c: 1 };
export const LOG: Scale = { kind: 'log', c: 1 };

/** Where a value stands; NaN where the scale has no place for it. */
export function forward(scale: Scale, value: number): number {
  if (scale.kind === 'linear') return value;
  if (scale.kind === 'log') return value > 0 ? Math.log10(value) : NaN;
  const t = Math.log10(1 + Math.abs(value) / scale.c);
  return value < 0 ? -t : t;
}

/** The value that stands there. */
export function inverse(scale: Scale, t: number): number {
  if (scale.kind === 'linear') return t;
  if (scale.kind === 'log') return 10 ** t;
  const value = scale.c * (10 ** Math.abs(t) - 1);
  return t < 0 ? -value : value;
}

/** How fast the scale runs at a value: pixels per unit there are this times pixels per unit of the scale. */
export function slope(scale: Scale, value: number): number {
  if (scale.kind === 'linear') return 1;
  return Math.LOG10E / (scale.kind === 'log' ? value : Math.abs(value) + scale.c);
}

/** A range on the scale and back: zooming and panning go by what is seen. */
export function onScale(scale: Scale, range: Range, change: (t: Range) => Range | null): Range | null {
  if (scale.kind === 'linear') return change(range);
  const changed = change([forward(scale, range[0]), forward(scale, range[1])]);
  return changed && [inverse(scale, changed[0]), inverse(scale, changed[1])];
}

/** Decades of a symlog axis that are logarithmic on each side of zero. */
const DECADES = 3;

/** The symlog scale that suits values up to this size; it changes by whole decades only. */
export function symlogFor(extent: Range | null): Scale {
  const most = extent === null ? 1 : Math.max(Math.abs(extent[0]), Math.abs(extent[1]));
  return { kind: 'symlog', c: most > 0 ? 10 ** (Math.ceil(Math.log10(most)) - DECADES) : 1 };
}
