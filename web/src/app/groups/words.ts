/** What is drawn of a group, in words. */

import type { Grouping } from '../../lib/view';

export const CENTRES: Readonly<Record<Grouping['centre'], string>> = { mean: 'Mean', median: 'Median' };

export const BANDS: Readonly<Record<Grouping['band'], { text: string; short: string; title: string }>> = {
  minmax: {
    text: 'Minimum to maximum',
    short: 'min – max',
    title: 'From the lowest to the highest of the runs',
  },
  std: {
    text: 'Standard deviation',
    short: '± std',
    title: 'One standard deviation of the runs on both sides; none where there is one run',
  },
  sem: {
    text: 'Standard error',
    short: '± sem',
    title: 'One standard error of the mean on both sides; none where there is one run',
  },
  ci95: {
    text: '95 % interval',
    short: '95 %',
    title:
      'Where the mean or median of other runs would be in 95 of 100 cases, by bootstrap; too narrow of very few runs',
  },
  none: { text: 'None', short: 'none', title: 'The line alone' },
};
