/** What of this dashboard is in the URL. */

import { choice, defineSettings, flag, number, text } from '../../lib/spec';

export const SETTINGS = defineSettings('image', {
  /** The tag of the film strip; empty is the first one. */
  tag: text(),
  /** The run under the glass; empty is the first one shown that has the tag. */
  run: text(),
  /** Index of the sample under the glass, from 0. */
  sample: number(0, { low: 0, remember: false }),
  rows: choice('runs', ['runs', 'tags', 'samples'], { remember: false }),
  columns: choice('steps', ['steps', 'runs'], { remember: false }),
  /** Least width of a cell, CSS pixels. */
  size: number(116, { low: 48, high: 400 }),
  /** CSS pixels for each pixel of the picture; `fit` fills the glass. */
  zoom: choice('fit', ['fit', '1', '3', '6']),
  /** Show single pixels above 1:1; off lets the browser smooth them under the glass. */
  pixels: flag(true),
  /** 1 is as logged. */
  brightness: number(1, { low: 0, high: 2, remember: false }),
  /** 1 is as logged. */
  contrast: number(1, { low: 0, high: 5, remember: false }),
  compare: choice('off', ['off', 'wipe', 'difference'], { remember: false }),
  /** The run compared with; empty is the first other one. */
  against: text(),
  /** Show also what a restart has overtaken. */
  overtaken: flag(false, { remember: false }),
});
