/**
 * Which lines a card draws of runs that were restarted. Points that a restart has overtaken are left out unless asked for; but where they
 * are most of a series, next to nothing would be left of it: they are drawn, faintly, until somebody hides them.
 */

import type { Line } from './types';

/** What was asked for: `auto` leaves it to the card. */
export type Overtaken = 'auto' | 'shown' | 'hidden';

/** Series of which more was overtaken than stands, as the keys that `keyOf` gives. */
function mostlyOvertaken(lines: readonly Line[]): Set<string> {
  const standing = new Map<string, number>();
  for (const line of lines) {
    const points = line.superseded ? -line.points : line.points;
    standing.set(keyOf(line), (standing.get(keyOf(line)) ?? 0) + points);
  }
  return new Set([...standing].filter(([, left]) => left < 0).map(([key]) => key));
}

/** The lines to draw. */
export function shownOf(lines: readonly Line[], asked: Overtaken): readonly Line[] {
  if (asked === 'shown' || lines.every((line) => !line.superseded)) return lines;
  const mostly = asked === 'auto' ? mostlyOvertaken(lines) : new Set<string>();
  return lines.filter((line) => !line.superseded || mostly.has(keyOf(line)));
}

const keyOf = (line: Line): string => JSON.stringify([line.run, line.tag]);
