/** What of the page that compares runs is in the URL, besides the runs themselves (`compare=`). */

import { choice, defineSettings, flag, text } from '../../lib/spec';

/** A comparison of more runs is not offered: nobody reads as many columns side by side. */
export const MOST_COMPARED = 12;

export const SETTINGS = defineSettings('compare', {
  /** Which figure of a curve is shown. */
  figure: choice('last', ['last', 'best']),
  /** Hyperparameters that are the same in all runs are shown too. */
  all: flag(false),
  /** Order of the tags: those that differ most first, or by name. */
  order: choice('apart', ['apart', 'name']),
  /** The run whose difference orders the tags; empty is whichever differs most. */
  by: text(),
  /** The tag that orders the runs, best first; empty is the order in which they were picked. */
  rank: text(),
});
