/** What of this dashboard is in the URL. */

import { LEAST_HEIGHT, MOST_HEIGHT } from './grid';
import type { Overtaken } from './overtaken';
import { choice, defineSettings, flag, list, number, text } from '../../lib/spec';

export const SETTINGS = defineSettings('scalar', {
  /** Weight of the moving average. */
  smooth: number(0.6, { low: 0, high: 0.999 }),
  /** What smooths: a moving average of this weight, the mean of a window, a Gaussian. */
  smoother: choice('ema', ['ema', 'mean', 'gaussian']),
  /** Points of the window. */
  window: number(21, { low: 0, high: 100_000 }),
  /** Standard deviation of the Gaussian, in points. */
  sigma: number(5, { low: 0, high: 1_000 }),
  x: choice('step', ['step', 'relative', 'wall', 'tag']),
  /** The tag that is the x axis, when one is. */
  xTag: text(),
  xScale: choice('linear', ['linear', 'log', 'symlog']),
  y: choice('linear', ['linear', 'log', 'symlog']),
  /** Charts whose y axis is another than the others', `log,id`. */
  yOf: list(),
  /** The y axis leaves out outliers, by TensorBoard's rule. */
  clip: flag(false),
  /** The faint line of the values under the smoothed one. */
  raw: flag(true),
  /** The area from minimum to maximum of what shares a pixel column. */
  band: flag(true),
  /** Order of the rows beside the cursor. */
  order: choice('value', ['value', 'nearest', 'name']),
  /** The time of day is among what stands there. */
  wall: flag(false),
  /** Cards without a point in the runs shown are left out. */
  hideEmpty: flag(true),
  /** Branches that a restart has overtaken. */
  overtaken: choice<Overtaken>('auto', ['auto', 'shown', 'hidden'], { remember: false }),
  /** Tags of the pinned section, in its order. */
  pinned: list({ remember: true }),
  /** A range of steps that the tables of values are about, `first,last`. */
  range: text(),
  /** Tables of values stand under the charts; those of them that have one although not all do. */
  values: flag(false, { remember: false }),
  valuesOf: list(),
  /** Column they are sorted by, `-` before it from the largest; empty by name. */
  valuesSort: text(),
  /** Charts of several tags, `t,name,tag,tag` or `r,name,expression`. */
  charts: list(),
  /** Sections that are folded, by the parts of tags that lead there. */
  folded: list({ remember: true }),
  /** Cards side by side; 0 is as many as are wide enough to read. */
  columns: number(0, { low: 0, high: 12 }),
  /** Of plots, in pixels. */
  height: number(158, { low: LEAST_HEIGHT, high: MOST_HEIGHT }),
  /** Cards of another size, `columns,height,id`. */
  sizes: list({ remember: true }),
  /** Zoomed charts, `low,high,tag`: ranges of the x axis in its units; an end may be missing, and is left to the data. */
  zoom: list(),
  /** The same for the y axis. */
  zoomY: list(),
  /** Limits of every chart that has none of its own, `low,high`; either may be missing. */
  limitsX: text(),
  limitsY: text(),
});
