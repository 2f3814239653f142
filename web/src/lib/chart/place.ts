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

/**
 * The corner of a readout beside the cursor at `x`: on the side with fewer lines when it fits there, else on the other, else held inside
 * `within`. `gap` pixels from the cursor, so it never lies under the pointer or over the dots on the lines.
 */
export function placeReadout(
  x: number,
  top: number,
  size: { width: number; height: number },
  fewerOn: 'left' | 'right',
  within: Box,
  gap = 14,
): { left: number; top: number } {
  const right = x + gap;
  const left = x - gap - size.width;
  const fitsRight = right + size.width <= within.left + within.width;
  const fitsLeft = left >= within.left;
  const onRight = fewerOn === 'right' ? fitsRight || !fitsLeft : fitsRight && !fitsLeft;
  const highest = within.top + within.height - size.height;
  return {
    left: Math.max(within.left, Math.min(onRight ? right : left, within.left + within.width - size.width)),
    top: Math.max(within.top, Math.min(top, highest)),
  };
}
