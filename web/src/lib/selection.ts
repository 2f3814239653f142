/** Which runs are switched on, as little as needs saying: a base and the exceptions to it. Serialisable, part of the view. */

/** `default` leaves it to the page (all runs, or the newest of many), `all` and `none` were asked for. */
export type Base = 'default' | 'all' | 'none';

export interface Selection {
  readonly base: Base;
  /** Names switched against the base: on under `none` (or outside the default), off under `all` (or inside it). */
  readonly on: readonly string[];
  readonly off: readonly string[];
}

export const DEFAULT_SELECTION: Selection = { base: 'default', on: [], off: [] };

/** With more runs than this, the page does not switch all of them on by itself. */
export const MANY_RUNS = 50;
/** ... but this many, the newest by the time of their first event. */
export const FIRST_RUNS = 20;

/** Turns a selection into a test of names. `inDefault` answers for base `default`. */
export function selects(selection: Selection, inDefault: (name: string) => boolean): (name: string) => boolean {
  const on = new Set(selection.on);
  const off = new Set(selection.off);
  return (name) =>
    on.has(name) || (!off.has(name) && (selection.base === 'default' ? inDefault(name) : selection.base === 'all'));
}

/** The selection with these names switched on or off. */
export function withSwitched(
  selection: Selection,
  names: readonly string[],
  shown: boolean,
  inDefault: (name: string) => boolean,
): Selection {
  const changed = new Set(names);
  const on = selection.on.filter((name) => !changed.has(name));
  const off = selection.off.filter((name) => !changed.has(name));
  const byBase = selects({ ...selection, on: [], off: [] }, inDefault);
  for (const name of changed) if (byBase(name) !== shown) (shown ? on : off).push(name);
  return { base: selection.base, on, off };
}

/** Only these runs. */
export function only(names: readonly string[]): Selection {
  return { base: 'none', on: names, off: [] };
}

/**
 * The runs switched on by default: all, or of more than {@link MANY_RUNS} the {@link FIRST_RUNS} that began last. Runs that never went beyond
 * step 0 come after those that did: of a sweep they are the hyperparameters, written beside each trial and after it.
 */
export function defaultRuns(
  runs: readonly { name: string; firstWallTime: number | null; advanced: boolean }[],
): Set<string> {
  if (runs.length <= MANY_RUNS) return new Set(runs.map((run) => run.name));
  const newest = [...runs].sort(
    (a, b) =>
      Number(b.advanced) - Number(a.advanced) || (b.firstWallTime ?? -Infinity) - (a.firstWallTime ?? -Infinity),
  );
  return new Set(newest.slice(0, FIRST_RUNS).map((run) => run.name));
}
