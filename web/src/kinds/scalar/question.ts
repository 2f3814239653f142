/** What a card asks the server of its lines: runs one by one, groups as one line each. */

import type { ScaleKind } from '../../lib/chart/scale';
import type { Grouping } from '../../lib/view';
import { askGroups, askSeries } from './api';
import type { Line, Range, XUnit } from './types';

/** One line to ask for: a run, or a group by its key. */
export interface Wish {
  readonly name: string;
  /** Of its data: grows with every change. */
  readonly version: number;
  /** The runs of a group; a run has none. */
  readonly members?: readonly string[];
}

/** What the card shows now. */
export interface Wanted {
  readonly tag: string;
  /** In the order of drawing. */
  readonly runs: readonly Wish[];
  readonly unit: XUnit;
  /** The tag that is the axis when the unit is one. */
  readonly xTag: string;
  readonly xScale: ScaleKind;
  /** Null for the whole axis. */
  readonly range: Range | null;
  /** Pixel columns. */
  readonly width: number;
  readonly smoother: 'ema' | 'mean' | 'gaussian';
  readonly smoothing: number;
  /** Also what restarts have overtaken. */
  readonly superseded: boolean;
  /** Also what a hundred thin lines are drawn without: first and last values of rows, wall times. */
  readonly detail: boolean;
  /** How groups are drawn. */
  readonly centre: Grouping['centre'];
  readonly band: Grouping['band'];
}

/** What an answer depends on, beside the line's version and the detail. */
export function questionOf(wanted: Wanted, wish: Wish): string {
  const { tag, unit, xTag, xScale, range, width, smoother, smoothing, superseded, centre, band } = wanted;
  const about = wish.members === undefined ? [superseded] : [centre, band, wish.members];
  return JSON.stringify([tag, unit, xTag, xScale, range, width, smoother, smoothing, ...about]);
}

/** Asks for these lines over a range; those of one kind at once, both kinds side by side. */
export async function ask(
  wanted: Wanted,
  wishes: readonly Wish[],
  range: Range | null,
  width: number,
  detail: boolean,
  signal: AbortSignal,
): Promise<Line[]> {
  const axis = {
    tag: wanted.tag,
    x: wanted.unit,
    x_tag: wanted.xTag,
    x_scale: wanted.xScale,
    range: range && ([...range] as [number, number]),
    width,
    smoother: wanted.smoother,
    smoothing: wanted.smoothing,
    detail,
  };
  const runs = wishes.flatMap((wish) => (wish.members === undefined ? [wish.name] : []));
  const groups = wishes.flatMap(({ name, members }) => (members === undefined ? [] : [{ name, runs: [...members] }]));
  const answers = await Promise.all([
    runs.length > 0 ? askSeries({ ...axis, runs, superseded: wanted.superseded }, signal) : [],
    groups.length > 0 ? askGroups({ ...axis, groups, centre: wanted.centre, band: wanted.band }, signal) : [],
  ]);
  return answers.flat();
}
