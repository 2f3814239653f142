/** What of this dashboard is in the URL. */

import { choice, defineSettings, flag, list, number } from '../../lib/spec';

export const SETTINGS = defineSettings('scalar', {
  /** Weight of the moving average. */
  smooth: number(0.6, { low: 0, high: 0.999 }),
  x: choice('step', ['step', 'relative', 'wall']),
  y: choice('linear', ['linear', 'log']),
  /** The faint line of the values under the smoothed one. */
  raw: flag(true),
  /** The area from minimum to maximum of what shares a pixel column. */
  band: flag(true),
  /** Branches that a restart has overtaken. */
  overtaken: flag(false, { remember: false }),
  /** Tags of the pinned section, in its order. */
  pinned: list(),
  /** Sections that are folded. */
  folded: list(),
  /** Zoomed charts, `low,high,tag`: ranges of the x axis in its units. */
  zoom: list(),
});
