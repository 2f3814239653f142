/** Finding one's way in sorted steps. Arrays are ascending; empty ones give -1 or null. */

type Steps = ArrayLike<number>;

/** The whole number that was typed, `12,000` or `12 000` too; null when it is none. */
export function parseStep(text: string): number | null {
  const plain = text.replaceAll(/[,\s]/g, '').replace('−', '-');
  const step = plain === '' ? NaN : Math.round(Number(plain));
  return Number.isFinite(step) ? step : null;
}

/** Index of the first element >= `x` (lower bound); the length when there is none. */
export function lowerBound(steps: Steps, x: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the element nearest to `x`, the earlier one on a tie; -1 when there is none. */
export function nearestIndex(steps: Steps, x: number): number {
  if (steps.length === 0) return -1;
  const after = lowerBound(steps, x);
  if (after === 0) return 0;
  if (after === steps.length) return steps.length - 1;
  return x - steps[after - 1]! <= steps[after]! - x ? after - 1 : after;
}

/** Index of the last element <= `x`: what was the state at this step; -1 before the first. */
export function lastIndexAt(steps: Steps, x: number): number {
  const after = lowerBound(steps, x);
  if (steps[after] === x) {
    let index = after;
    while (steps[index + 1] === x) index++;
    return index;
  }
  return after - 1;
}

/** The step `by` places after (or, negative, before) `from` among `steps`, kept within the ends; null when there are none. */
export function stepAway(steps: Steps, from: number, by: number): number | null {
  if (steps.length === 0) return null;
  const index = lowerBound(steps, from);
  const on = steps[index] === from;
  // Between two steps, one forward is the next one and one back is the one before.
  const target = on || by <= 0 ? index + by : index + by - 1;
  return steps[Math.min(steps.length - 1, Math.max(0, target))]!;
}

/** Ascending union of several ascending lists, each step once. */
export function unionSteps(lists: readonly Steps[]): Float64Array {
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  const all = new Float64Array(total);
  let end = 0;
  for (const list of lists) for (let i = 0; i < list.length; i++) all[end++] = list[i]!;
  all.sort();
  let kept = 0;
  for (let i = 0; i < total; i++) if (i === 0 || all[i] !== all[i - 1]) all[kept++] = all[i]!;
  return all.slice(0, kept);
}

/** Marks that would touch become one: positions in pixels ascending, `gap` the least distance. Gives groups of indexes. */
export function groupTouching(positions: readonly number[], gap: number): number[][] {
  const groups: number[][] = [];
  let end = -Infinity;
  positions.forEach((position, index) => {
    if (position - end < gap && groups.length > 0) groups.at(-1)!.push(index);
    else groups.push([index]);
    end = position;
  });
  return groups;
}
