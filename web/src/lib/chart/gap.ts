/** Values that are not finite: where they are and on what their mark stands. */
import { notFinite, type Rows } from './row';

/** A stretch of rows in which no value is finite, or a single row that has some such values. */
export interface Gap {
  x: number;
  /** Step of the first row. */
  step: number;
  /** Points that are not finite. */
  points: number;
  /** What most of them are. */
  what: 'NaN' | '∞' | '−∞';
  /** The last finite value before; after, when there is none before; null when the line has none at all. */
  base: number | null;
  /** The stretch reaches the line's last row. */
  final: boolean;
}

/** The gaps of a line's rows `from` to `to`. `height` is the column the marks stand on (the line that is drawn). */
export function findGaps(rows: Rows, height: Float64Array, from: number, to: number): Gap[] {
  const gaps: Gap[] = [];
  for (let i = from; i < to; i++) {
    if (notFinite(rows, i) === 0) continue;
    const begin = i;
    let [nan, posinf, neginf] = [0, 0, 0];
    // A row without any finite value goes on into the next such row.
    for (; i < to && notFinite(rows, i) > 0; i++) {
      nan += rows.nanCount[i]!;
      posinf += rows.posinfCount[i]!;
      neginf += rows.neginfCount[i]!;
      if (notFinite(rows, i) < rows.count[i]!) {
        i++;
        break;
      }
    }
    i--;
    gaps.push({
      x: rows.x[begin]!,
      step: rows.step[begin]!,
      points: nan + posinf + neginf,
      what: nan >= posinf && nan >= neginf ? 'NaN' : posinf >= neginf ? '∞' : '−∞',
      base: baseOf(rows, height, begin),
      final: i === rows.x.length - 1 && notFinite(rows, i) === rows.count[i]!,
    });
  }
  return gaps;
}

function baseOf(rows: Rows, height: Float64Array, at: number): number | null {
  const finite = (i: number) =>
    Number.isFinite(height[i]) ? height[i]! : Number.isFinite(rows.last[i]) ? rows.last[i]! : null;
  for (let i = at; i >= 0; i--) {
    const value = finite(i);
    if (value !== null) return value;
  }
  for (let i = at + 1; i < rows.x.length; i++) {
    const value = finite(i);
    if (value !== null) return value;
  }
  return null;
}

/** What a mark says: `NaN from 8,140` when the line ends so, `∞ at 1,200` otherwise. */
export function gapWords(gap: Gap, at: string): string {
  return `${gap.what} ${gap.final && gap.points > 1 ? 'from' : 'at'} ${at}`;
}
