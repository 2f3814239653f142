/** The runs table's columns: what heads each one, and what a run's cell says. */

import { formatDuration, formatInt, formatMonth, formatStep } from '../../lib/format';
import { catalogue } from '../../stores/catalogue.svelte';
import { clock } from '../../stores/clock.svelte';

export interface Column {
  readonly key: string;
  /** What its head says. */
  readonly text: string;
  /** Figures stand at the right. */
  readonly numeric: boolean;
  /** How the first click on its head sorts. */
  readonly first: 'up' | 'down';
  /** CSS, one track of the row's grid. */
  readonly width: string;
}

export const NAME: Column = { key: 'name', text: 'Run', numeric: false, first: 'up', width: 'minmax(0, 1fr)' };

/** The columns beside the name, in order. */
export const COLUMNS: readonly Column[] = [
  { key: 'step', text: 'Step', numeric: true, first: 'down', width: '60px' },
  { key: 'time', text: 'Time', numeric: true, first: 'down', width: '62px' },
  { key: 'started', text: 'Started', numeric: true, first: 'down', width: '60px' },
];

/** The one column of a narrow panel is the sorted one. */
export function narrowColumns(sort: string): readonly Column[] {
  const column = COLUMNS.find((one) => one.key === sort) ?? COLUMNS[0]!;
  return [{ ...column, width: 'minmax(48px, max-content)' }];
}

/** What a run's cell says. */
export function cellText(name: string, key: string): string {
  const live = catalogue.live(name);
  if (key === 'step') return formatStep(live?.lastStep);
  if (key === 'time')
    return formatDuration(
      live?.firstWallTime == null || live.lastWallTime === null ? null : live.lastWallTime - live.firstWallTime,
    );
  return formatMonth(live?.firstWallTime, clock.now);
}

/** The whole of what a cell says shortly. */
export function cellTitle(name: string, key: string): string | undefined {
  const live = catalogue.live(name);
  if (key === 'step' && live?.lastStep != null)
    return (Number.isSafeInteger(live.lastStep) ? '' : '≈ ') + formatInt(live.lastStep);
  if (key === 'started' && live?.firstWallTime != null) return new Date(live.firstWallTime * 1000).toString();
  return undefined;
}
