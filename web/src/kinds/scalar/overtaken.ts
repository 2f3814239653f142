/**
 * Which lines a card draws of runs that were restarted. Points that a restart has overtaken are left out unless asked for; but where they
 * are most of a series, next to nothing would be left of it: they are drawn, faintly, until somebody hides them.
 */

import type { Line, Restart, Rows } from './types';

/** What was asked for: `auto` leaves it to the card. */
export type Overtaken = 'auto' | 'shown' | 'hidden';

/** Series of which more was overtaken than stands, as the keys that `keyOf` gives. */
function mostlyOvertaken(lines: readonly Line[]): Set<string> {
  const standing = new Map<string, number>();
  for (const line of lines) if (!line.superseded) standing.set(keyOf(line), line.points);
  return new Set(lines.filter((line) => line.superseded && line.points > (standing.get(keyOf(line)) ?? 0)).map(keyOf));
}

/** The lines to draw. */
export function shownOf(lines: readonly Line[], asked: Overtaken): readonly Line[] {
  if (asked === 'shown' || lines.every((line) => !line.superseded)) return lines;
  const mostly = asked === 'auto' ? mostlyOvertaken(lines) : new Set<string>();
  return lines.filter((line) => !line.superseded || mostly.has(keyOf(line)));
}

/**
 * Rows of an overtaken line at which another branch begins, of a run that was restarted more than once. A restart at a step leaves that
 * step and later ones behind, so a branch begins with the first row at or after it; on an axis of time also where steps go back.
 */
export function branchStarts({ step }: Rows, restarts: readonly Restart[]): number[] {
  const starts: number[] = [];
  let next = 0;
  for (let row = 0; row < step.length; row++) {
    const goesBack = row > 0 && step[row]! < step[row - 1]!;
    if (goesBack) next = 0;
    let begins = goesBack;
    for (; next < restarts.length && restarts[next]!.step <= step[row]!; next++) begins ||= row > 0;
    if (begins) starts.push(row);
  }
  return starts;
}

const keyOf = (line: Line): string => JSON.stringify([line.run, line.tag]);
