/** What of this dashboard is in the URL. */

import { choice, defineSettings, flag, list, text } from '../../lib/spec';

export const SETTINGS = defineSettings('text', {
  /** The text at the step, or every text, newest first. */
  show: choice('step', ['step', 'all'], { remember: false }),
  /** Runs below each other, or in columns. */
  layout: choice('stacked', ['stacked', 'columns']),
  /** Off shows the text as it was written. */
  markdown: flag(true),
  /** Only texts that hold this. */
  find: text(),
  /** Show also what a restart has overtaken. */
  overtaken: flag(false, { remember: false }),
  /** Cards without a text in the runs shown are left out. */
  hideEmpty: flag(true),
  /** Tags whose card is folded. */
  folded: list(),
});
