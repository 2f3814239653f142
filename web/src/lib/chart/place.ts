/** Where things go that must not cover one another: labels at the ends of lines, the readout beside the cursor. */

/**
 * Spreads labels `gap` apart within `[top, bottom]`, each as near to where it wants to be as its neighbours allow and in the same order.
 * `wanted` in any order; the answer is in that order. When there are too many for the room, they overlap evenly.
 */
export function spreadLabels(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const n = order.length;
  const step = n > 1 ? Math.min(gap, (bottom - top) / (n - 1)) : gap;
  const out = new Array<number>(n).fill(top);
  let least = top;
  for (const i of order) {
    out[i] = Math.max(wanted[i]!, least);
    least = out[i]! + step;
  }
  let most = bottom;
  for (const i of order.reverse()) {
    out[i] = Math.max(top, Math.min(out[i]!, most));
    most = out[i]! - step;
  }
  return out;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where a readout lies: beside the cursor, at the top or the bottom of the chart, or off the chart. */
export type Side = 'right' | 'left' | 'low right' | 'low left' | 'below' | 'above';

/** What a readout is placed by. Pixels of the chart: its own corner is 0, 0. */
export interface Placing {
  /** Of the cursor. */
  x: number;
  size: { width: number; height: number };
  chart: { width: number; height: number };
  /** Where the readout may lie: the chart and what is around it. */
  within: Box;
  fewerOn: 'left' | 'right';
  /** How much of the lines a readout hides that lies there. */
  hides: (box: Box) => number;
  /** Where it lay before: it stays there as long as it hides nothing. */
  before: Side | null;
}

/** From the cursor, so that a readout never lies under the pointer or over the dots on the lines. */
const GAP = 14;
/** From the chart, and beyond its edge where it lies at the cursor. */
const [OFF, OVER] = [4, 9];

/**
 * The corner of a readout: where it hides no line. Beside the cursor if it can be, on the side with fewer lines first; else below the chart
 * or above it; where there is no room for that either, where it hides least.
 */
export function placeReadout(placing: Placing): { left: number; top: number; side: Side } {
  const { x, size, chart, within, fewerOn, before } = placing;
  const [right, left] = [x + GAP, x - GAP - size.width];
  const low = chart.height - size.height + OVER;
  const middle = held(x - size.width / 2, within.left, within.left + within.width - size.width);
  const corners: Record<Side, [left: number, top: number]> = {
    right: [right, -OVER],
    left: [left, -OVER],
    'low right': [right, low],
    'low left': [left, low],
    below: [middle, chart.height + OFF],
    above: [middle, -OFF - size.height],
  };
  const sides: Side[] =
    fewerOn === 'right'
      ? ['right', 'left', 'low right', 'low left', 'below', 'above']
      : ['left', 'right', 'low left', 'low right', 'below', 'above'];
  let best: { left: number; top: number; side: Side } | null = null;
  let least = Infinity;
  for (const side of before === null ? sides : [before, ...sides]) {
    const [left, wanted] = corners[side];
    const aside = side === 'below' || side === 'above';
    // At the cursor it may be pushed up or down to stay on the page, but never onto the cursor.
    const top = aside ? wanted : held(wanted, within.top, within.top + within.height - size.height);
    if (left < within.left || left + size.width > within.left + within.width) continue;
    if (top < within.top || top + size.height > within.top + within.height) continue;
    const hidden = placing.hides({ left, top, ...size });
    if (hidden < least) [best, least] = [{ left, top, side }, hidden];
    if (least === 0) break;
  }
  return (
    best ?? { left: held(right, within.left, within.left + within.width - size.width), top: within.top, side: 'right' }
  );
}

function held(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
