/** The runs table's rows: order, the line between what is shown and what is not, and what stays put under the pointer. Pure. */

import { compareNatural } from '../lib/natural';

/** What sorting needs of a run. */
export interface Sortable {
  readonly name: string;
  readonly step: number | null;
  /** Seconds. */
  readonly duration: number | null;
  /** Seconds since the epoch. */
  readonly started: number | null;
}

/** Names in order. A run without the figure comes last either way; equal figures keep the natural order of names. */
export function sortRuns(runs: readonly Sortable[], key: string, descending: boolean): string[] {
  const by = (run: Sortable) => (key === 'step' ? run.step : key === 'time' ? run.duration : run.started);
  const direction = descending ? -1 : 1;
  return [...runs]
    .sort((a, b) => {
      if (key === 'name') return direction * compareNatural(a.name, b.name);
      const [left, right] = [by(a), by(b)];
      if (left === null || right === null)
        return left === right ? compareNatural(a.name, b.name) : left === null ? 1 : -1;
      return direction * (left - right) || compareNatural(a.name, b.name);
    })
    .map((run) => run.name);
}

/** The order under the pointer: names that were there keep their places, those that went are gone, new ones come after. */
export function holdOrder(held: readonly string[], now: readonly string[]): string[] {
  const present = new Set(now);
  const kept = held.filter((name) => present.has(name));
  const before = new Set(kept);
  return [...kept, ...now.filter((name) => !before.has(name))];
}
