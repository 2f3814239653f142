/** Where a group's line is made of fewer runs than elsewhere: one has ended, not begun, or is not finite there. */
import type { Rows } from './row';

/** The number of runs changes in this row. */
export interface Change {
  readonly row: number;
  readonly runs: number;
  /** The most runs the group has anywhere. */
  readonly of: number;
}

/** The changes among rows `from` to `to`; the first row counts as one where runs are missing from the beginning. */
export function findChanges(rows: Rows, from: number, to: number): Change[] {
  const { runs, runsMax } = rows;
  if (runs === undefined) return [];
  let of = 0;
  for (const most of runsMax ?? runs) if (most > of) of = most;
  const changes: Change[] = [];
  for (let row = from; row < to; row++) {
    const before = row === 0 ? of : runs[row - 1]!;
    if (runs[row] !== before && runs[row]! > 0) changes.push({ row, runs: runs[row]!, of });
  }
  return changes;
}

/** `2 of 3 runs`. */
export function fewWords({ runs, of }: Change): string {
  return `${runs} of ${of} runs`;
}
