/** What is drawn of a group, in words: of the menu, its button, and the head of a readout's column. */

import type { Grouping } from './view';

export const CENTRES: Readonly<Record<Grouping['centre'], string>> = { mean: 'Mean', median: 'Median' };

export const BANDS: Readonly<
  Record<Grouping['band'], { text: string; short: string; readout: string; title: string }>
> = {
  minmax: {
    text: 'Minimum to maximum',
    short: 'min – max',
    readout: 'min – max',
    title: 'From the lowest to the highest of the runs',
  },
  std: {
    text: 'Standard deviation',
    short: '± std',
    readout: '± std',
    title: 'One standard deviation of the runs on both sides; none where there is one run',
  },
  sem: {
    text: 'Standard error',
    short: '± sem',
    readout: '± sem',
    title: 'One standard error of the mean on both sides; none where there is one run',
  },
  ci95: {
    text: '95 % interval',
    short: '95 %',
    readout: '95 % interval',
    title:
      'Where the mean or median of other runs would be in 95 of 100 cases, by bootstrap; too narrow of very few runs',
  },
  none: { text: 'None', short: 'none', readout: 'band', title: 'The line alone' },
};
