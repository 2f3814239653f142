/** The logged steps of every tag and run that was looked at, kept up to date. */

import { Growing } from '../../stores/growing.svelte';
import { readShots } from './api';
import { sameShots, seriesOf } from './model';
import type { ImageSeries, Logged, Shot } from './types';

export const shots = new Growing<Logged>(
  readShots,
  (before, now) => before.whole === now.whole && sameShots(before.shots, now.shots),
);

/** Grouping is done once for an answer, however many cells ask. */
const grouped = new WeakMap<readonly Shot[], Map<boolean, ImageSeries>>();

/** A tag's images in a run; undefined before the first answer. Reactive. */
export function seriesAt(run: string, tag: string, overtaken: boolean): ImageSeries | undefined {
  const known = shots.get(run, tag)?.value?.shots;
  if (!known) return undefined;
  let both = grouped.get(known);
  if (both === undefined) grouped.set(known, (both = new Map()));
  let series = both.get(overtaken);
  if (series === undefined) both.set(overtaken, (series = seriesOf(known, overtaken)));
  return series;
}
